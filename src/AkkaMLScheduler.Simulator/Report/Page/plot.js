// A canvas with axes, a tooltip, and for plots over time a window of time that they share.

/** A colour or other value of the style sheet, which knows light, dark and print. */
function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Black or white, whichever reads better on a colour given as #rrggbb. */
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
  return 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? '#000000cc' : '#ffffffe6';
}

/** An element with text; text from a trace never becomes markup. */
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Maps values to pixels and back. */
function scale(from, to, start, end, logarithmic = false) {
  const map = logarithmic ? value => Math.log10(Math.max(value, from)) : value => value;
  const low = map(from), high = map(to), slope = (end - start) / (high - low || 1);
  const at = value => start + (map(value) - low) * slope;
  at.invert = pixel => {
    const value = low + (pixel - start) / slope;
    return logarithmic ? 10 ** value : value;
  };
  return at;
}

/** The window of time that all plots over time show, and where the pointer is in it. */
class TimeWindow {
  constructor(span) {
    this.span = span;
    this.from = 0;
    this.to = span;
    this.cursor = null;
    this.changed = () => {};
    this.pointed = () => {};
  }

  show(from, to) {
    const width = Math.min(Math.max(to - from, Math.min(10, this.span)), this.span);
    this.from = Math.min(Math.max(from, 0), this.span - width);
    this.to = this.from + width;
    this.changed();
  }

  zoom(at, factor) {
    this.show(at - (at - this.from) * factor, at + (this.to - at) * factor);
  }

  point(cursor) {
    if (this.cursor === cursor) return;
    this.cursor = cursor;
    this.pointed();
  }

  reset() {
    this.show(0, this.span);
  }

  get whole() {
    return this.from <= 0 && this.to >= this.span;
  }
}

const tip = document.body.appendChild(element('div', 'tip'));
tip.hidden = true;

/** Rows are [name, value, colour]; the box keeps clear of the pointer and of the screen's edge. */
function showTip(event, title, rows) {
  tip.replaceChildren(element('strong', '', title));
  for (const [name, value, colour] of rows) {
    const row = tip.appendChild(element('div'));
    const mark = row.appendChild(element('i', 'swatch'));
    if (colour) mark.style.background = colour;
    else mark.remove();
    row.append(element('span', '', name), element('b', '', value));
  }
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = event.clientX + 16 + width > innerWidth ? event.clientX - width - 16 : event.clientX + 16;
  tip.style.left = Math.max(4, left) + 'px';
  tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - height - 4)) + 'px';
}

function hideTip() {
  tip.hidden = true;
}

const MARGIN = { left: 62, right: 14, top: 10, bottom: 24 };

class Plot {
  /**
   * draw(plot) sets plot.x and plot.y through axes() and paints; hover(plot, x, y) returns [title, rows] or nothing;
   * time, if given, makes dragging choose a window of it.
   */
  constructor(host, { label, height, draw, hover, time }) {
    Object.assign(this, { height, draw, hover, time, drag: null });
    this.canvas = host.appendChild(element('canvas', time ? 'over-time' : ''));
    this.canvas.style.height = height + 'px';
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', label);
    this.context = this.canvas.getContext('2d');
    this.listen();
  }

  get inner() {
    return { left: MARGIN.left, right: this.width - MARGIN.right, top: MARGIN.top, bottom: this.height - MARGIN.bottom };
  }

  listen() {
    const { canvas, time } = this;
    canvas.addEventListener('pointermove', event => this.moved(event));
    canvas.addEventListener('pointerleave', () => {
      hideTip();
      if (time) time.point(null);
    });
    if (!time) return;
    canvas.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.drag = { from: event.offsetX, to: event.offsetX };
    });
    canvas.addEventListener('pointerup', () => {
      const drag = this.drag;
      this.drag = null;
      if (!drag) return;
      const [from, to] = [drag.from, drag.to].sort((a, b) => a - b).map(pixel => this.x.invert(pixel));
      if (Math.abs(drag.to - drag.from) > 4) time.show(from, to);
      else this.paint();
    });
    canvas.addEventListener('pointercancel', () => {
      this.drag = null;
      this.paint();
    });
    canvas.addEventListener('dblclick', () => time.reset());
  }

  moved(event) {
    if (!this.x) return;
    const { left, right } = this.inner, pixel = Math.min(Math.max(event.offsetX, left), right);
    if (this.time) this.time.point(this.x.invert(pixel));
    if (this.drag) {
      this.drag.to = pixel;
      this.paint();
    }
    const found = this.hover && this.hover(this, this.x.invert(pixel), event.offsetY, pixel);
    if (found) showTip(event, ...found);
    else hideTip();
  }

  paint() {
    this.width = this.canvas.clientWidth;
    if (!this.width) return;
    const ratio = Math.max(devicePixelRatio || 1, 2), { canvas, context } = this;
    if (canvas.width !== Math.round(this.width * ratio)) {
      canvas.width = Math.round(this.width * ratio);
      canvas.height = Math.round(this.height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.font = '11.5px ' + style('--sans');
    context.lineJoin = 'round';
    this.draw(this);
    this.paintOverlay();
  }

  /** Grid and labels; returns nothing, leaves the scales in x and y. */
  axes(x, xTicks, y, yTicks) {
    const { context } = this, { left, right, top, bottom } = this.inner;
    Object.assign(this, { x, y });
    context.lineWidth = 1;
    context.strokeStyle = style('--grid');
    context.fillStyle = style('--muted');
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const [value, label] of yTicks) {
      const at = Math.round(y(value)) + 0.5;
      this.line(left, at, right, at);
      context.fillText(label, left - 8, at);
    }
    context.textBaseline = 'top';
    context.textAlign = 'center';
    for (const [value, label] of xTicks) {
      const at = Math.round(x(value)) + 0.5;
      this.line(at, top, at, bottom);
      const half = context.measureText(label).width / 2;
      context.fillText(label, Math.min(Math.max(at, half + 2), this.width - half - 2), bottom + 7);
    }
  }

  /** What is painted stays inside the axes. */
  clipped(paint) {
    const { context } = this, { left, right, top, bottom } = this.inner;
    context.save();
    context.beginPath();
    context.rect(left, top - 2, right - left, bottom - top + 3);
    context.clip();
    paint(context);
    context.restore();
  }

  line(x0, y0, x1, y1) {
    this.context.beginPath();
    this.context.moveTo(x0, y0);
    this.context.lineTo(x1, y1);
    this.context.stroke();
  }

  paintOverlay() {
    const { context, time, drag } = this, { left, right, top, bottom } = this.inner;
    if (drag) {
      context.fillStyle = style('--brush');
      context.fillRect(Math.min(drag.from, drag.to), top, Math.abs(drag.to - drag.from), bottom - top);
    }
    if (!time || time.cursor === null || !this.x) return;
    const at = this.x(time.cursor);
    if (at < left || at > right) return;
    context.strokeStyle = style('--muted');
    context.setLineDash([2, 3]);
    this.line(at, top, at, bottom);
    context.setLineDash([]);
  }
}
