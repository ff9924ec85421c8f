// The Gantt: time across, processors or GPUs down, one rectangle for each stretch of rows a job holds.

/** Bars are in order of their start; of so many at a time the latest end is kept, to skip those long over. */
const BLOCK = 256;

/** Unpacks the columns of a run's bars; rows of bar i are the ranges rangeOf[i] to rangeOf[i + 1]. */
function readBars(packed, perRow) {
  const start = unpackDeltas(packed.start), run = unpack(packed.run), wait = unpack(packed.wait), rows = unpack(packed.rows);
  const total = start.length, end = start.map((at, i) => at + run[i]), queued = start.map((at, i) => at - wait[i]);
  const rangeOf = new Uint32Array(total + 1), first = [], length = [];
  let undrawn = 0;
  for (let i = 0, at = 0, row = 0; i < total; i++) {
    const ranges = rows[at++];
    for (let r = 0; r < ranges; r++) {
      row += rows[at++];
      first.push(row / perRow);
      length.push(rows[at++] / perRow);
    }
    if (!ranges) undrawn++;
    rangeOf[i + 1] = first.length;
  }
  const latestEnd = new Float64Array(Math.ceil(total / BLOCK));
  end.forEach((at, i) => latestEnd[Math.floor(i / BLOCK)] = Math.max(latestEnd[Math.floor(i / BLOCK)], at));
  const job = typeof packed.job === 'string' ? unpackDeltas(packed.job) : packed.job;
  return {
    count: total, complete: packed.all === total, all: packed.all, undrawn, start, end, queued, job, latestEnd,
    size: unpack(packed.size).map(size => size / perRow), user: unpack(packed.user),
    rangeOf, first: Float64Array.from(first), length: Float64Array.from(length),
  };
}

/** Calls back with each bar that is on its rows at some moment of the window, in order of their starts. */
function eachBarIn(bars, from, to, see) {
  const last = countAtMost(bars.start, to);
  for (let block = 0; block * BLOCK < last; block++) {
    if (bars.latestEnd[block] < from) continue;
    for (let i = block * BLOCK; i < Math.min((block + 1) * BLOCK, last); i++) if (bars.end[i] >= from) see(i);
  }
}

class Gantt {
  /** colourOf(bars, i) gives a bar's colour; chosen() the run shown. */
  constructor(host, { chosen, colourOf, time }) {
    Object.assign(this, { chosen, colourOf, time, drag: null });
    this.total = report.nodes.reduce((sum, node) => sum + node.rows, 0);
    this.rows = { from: 0, to: this.total };
    this.plot = new Plot(host, { label: 'Gantt of the chosen run', height: 520, draw: plot => this.draw(plot) });
    this.plot.time = null;
    const { canvas } = this.plot;
    canvas.classList.add('gantt');
    canvas.tabIndex = 0;
    canvas.addEventListener('wheel', event => this.wheel(event), { passive: false });
    canvas.addEventListener('pointerdown', event => this.grab(event));
    canvas.addEventListener('pointermove', event => this.move(event));
    canvas.addEventListener('pointerup', () => this.drag = null);
    canvas.addEventListener('pointercancel', () => this.drag = null);
    canvas.addEventListener('dblclick', () => this.reset());
    canvas.addEventListener('keydown', event => this.key(event));
  }

  paint() {
    this.plot.paint();
  }

  reset() {
    this.rows = { from: 0, to: this.total };
    this.time.reset();
  }

  zoomRows(at, factor) {
    const from = at - (at - this.rows.from) * factor;
    this.showRows(from, from + (this.rows.to - this.rows.from) * factor);
  }

  showRows(from, to) {
    const width = Math.min(Math.max(to - from, Math.min(4, this.total)), this.total);
    const start = Math.min(Math.max(from, 0), this.total - width);
    this.rows = { from: start, to: start + width };
  }

  /** Plain scrolling scrolls the page, until the Gantt was clicked; a pinch or Ctrl always zooms, Shift zooms the rows. */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.plot.canvas) return;
    event.preventDefault();
    const amount = Math.exp(Math.max(-1, Math.min(1, (event.deltaY || event.deltaX) / 250)));
    if (event.shiftKey) {
      this.zoomRows(this.plot.y.invert(event.offsetY), amount);
      this.paint();
    } else this.time.zoom(this.plot.x.invert(event.offsetX), amount);
  }

  grab(event) {
    if (event.button !== 0) return;
    this.plot.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.offsetX, y: event.offsetY, from: this.time.from, to: this.time.to, rows: this.rows };
    hideTip();
  }

  move(event) {
    const { plot, time, drag } = this, { left, right, top, bottom } = plot.inner;
    if (!drag) return this.point(event);
    const shift = (event.offsetX - drag.x) / (right - left) * (drag.to - drag.from);
    const rise = (event.offsetY - drag.y) / (bottom - top) * (drag.rows.to - drag.rows.from);
    this.showRows(drag.rows.from - rise, drag.rows.to - rise);
    time.show(drag.from - shift, drag.to - shift);
  }

  key(event) {
    const { time } = this, width = time.to - time.from, middle = (time.from + time.to) / 2;
    const act = {
      ArrowLeft: () => time.show(time.from - width / 8, time.to - width / 8),
      ArrowRight: () => time.show(time.from + width / 8, time.to + width / 8),
      '+': () => time.zoom(middle, 0.7), '=': () => time.zoom(middle, 0.7), '-': () => time.zoom(middle, 1 / 0.7),
      0: () => this.reset(), Escape: () => this.plot.canvas.blur(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  point(event) {
    const { plot } = this, { left, right, top, bottom } = plot.inner;
    if (!plot.x || event.offsetX < left || event.offsetX > right || event.offsetY < top || event.offsetY > bottom) {
      this.time.point(null);
      return hideTip();
    }
    const at = plot.x.invert(event.offsetX), row = Math.floor(plot.y.invert(event.offsetY));
    this.time.point(at);
    const bars = this.chosen().bars, found = this.barAt(bars, at, row);
    if (found < 0) return hideTip();
    showTip(event, `Job ${bars.job[found]}, ${this.chosen().label}`, [
      ...(report.users.length ? [['User', userName(bars.user[found])]] : []),
      ['Size', `${count(bars.size[found])} ${report.unit}`],
      ['Queued', instant(bars.queued[found])],
      ['Started', instant(bars.start[found])],
      ['Waited', duration(bars.start[found] - bars.queued[found])],
      ['Ran', duration(bars.end[found] - bars.start[found])],
      ['On', this.nodesOf(bars, found)],
    ]);
  }

  /** The bar under the pointer; a bar thinner than the pointer is found when it is within two pixels. */
  barAt(bars, at, row) {
    const near = 2 * (this.time.to - this.time.from) / this.plot.width;
    let found = -1, distance = Infinity;
    eachBarIn(bars, at - near, at + near, i => {
      const off = Math.max(bars.start[i] - at, at - bars.end[i], 0);
      if (off >= distance) return;
      for (let r = bars.rangeOf[i]; r < bars.rangeOf[i + 1]; r++)
        if (row >= bars.first[r] && row < bars.first[r] + bars.length[r]) [found, distance] = [i, off];
    });
    return found;
  }

  nodesOf(bars, i) {
    const names = [];
    let first = 0;
    for (const node of report.nodes) {
      for (let r = bars.rangeOf[i]; r < bars.rangeOf[i + 1]; r++) {
        const inside = bars.first[r] < first + node.rows && bars.first[r] + bars.length[r] > first;
        if (inside && names.at(-1) !== node.name) names.push(node.name);
      }
      first += node.rows;
    }
    return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more nodes`;
  }

  draw(plot) {
    const { left, right, top, bottom } = plot.inner, { time, rows } = this;
    const x = scale(time.from, time.to, left, right), y = scale(rows.from, rows.to, top, bottom);
    plot.axes(x, timeTicks(time.from, time.to, (right - left) / 110), y, this.rowTicks((bottom - top) / (rows.to - rows.from)));
    plot.clipped(context => {
      this.paintBars(context, x, y);
      this.paintNodeEdges(context, y);
    });
  }

  /** One machine: numbered processors. Many nodes: their names, where there is room for them. */
  rowTicks(pixelsPerRow) {
    if (report.nodes.length === 1) return linearTicks(this.rows.from, this.rows.to, 8, count);
    const ticks = [];
    let first = 0, free = -Infinity;
    for (const node of report.nodes) {
      const middle = first + node.rows / 2;
      if (middle >= this.rows.from && middle <= this.rows.to && (middle - free) * pixelsPerRow >= 14) {
        ticks.push([middle, node.name.length > 9 ? node.name.slice(0, 8) + '…' : node.name]);
        free = middle;
      }
      first += node.rows;
    }
    return ticks;
  }

  paintNodeEdges(context, y) {
    context.fillStyle = style('--edge');
    let first = 0;
    for (const node of report.nodes) {
      const at = Math.round(y(first));
      first += node.rows;
      if (y(first) - at >= 6) context.fillRect(0, at, this.plot.width, 1);
    }
  }

  /**
   * Bars narrower than a pixel are merged: where the pixel on its rows is painted already, a bar is left out. So the work is bounded by
   * the pixels, not by the jobs.
   */
  paintBars(context, x, y) {
    const { time, rows, plot, colourOf } = this, bars = this.chosen().bars, painted = new Float32Array(plot.height + 2).fill(-Infinity);
    const named = [];
    let colour = null;
    eachBarIn(bars, time.from, time.to, i => {
      const x0 = x(Math.max(bars.start[i], time.from)), x1 = x(Math.min(bars.end[i], time.to));
      // A hair between neighbours, once there is room for one.
      const width = x1 - x0 > 4 ? x1 - x0 - 0.6 : Math.max(x1 - x0, 0.75);
      for (let r = bars.rangeOf[i]; r < bars.rangeOf[i + 1]; r++) {
        const first = bars.first[r], last = first + bars.length[r];
        if (last <= rows.from || first >= rows.to) continue;
        const y0 = Math.max(y(first), 0), y1 = Math.min(y(last), plot.height);
        const above = Math.floor(y0), below = Math.max(above, Math.ceil(y1) - 1);
        if (width < 1 && x0 + width <= painted[above] && x0 + width <= painted[below]) continue;
        for (let pixel = above; pixel <= below; pixel++) painted[pixel] = Math.max(painted[pixel], Math.floor(x0 + width) + 1);
        const own = colourOf(bars, i);
        if (own !== colour) context.fillStyle = colour = own;
        context.fillRect(x0, y0, width, Math.max(y1 - y0 - (y1 - y0 > 4 ? 0.6 : 0), 0.5));
        if (r === bars.rangeOf[i] && width > 44 && y1 - y0 > 13) named.push([i, own, x0, y0, width]);
      }
    });
    this.paintNames(context, bars, named);
  }

  /** A job's name on its bar, where there is room for it. */
  paintNames(context, bars, named) {
    context.textAlign = 'left';
    context.textBaseline = 'top';
    for (const [i, colour, x, y, width] of named) {
      const name = String(bars.job[i]);
      if (context.measureText(name).width > width - 10) continue;
      context.fillStyle = inkOn(colour);
      context.fillText(name, x + 5, y + 2);
    }
  }
}
