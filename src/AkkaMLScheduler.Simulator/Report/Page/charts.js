// The plots: series over time, distributions, wait by size, shares by user.

const SERIES = {
  utilisation: {
    height: 210, label: percent, most: () => 1, restless: true,
    change: (bars, i) => [bars.start[i], bars.end[i], bars.size[i] / report.size],
  },
  waitingJobs: { height: 170, label: count, change: (bars, i) => [bars.queued[i], bars.start[i], 1] },
  waitingSize: { height: 170, label: count, change: (bars, i) => [bars.queued[i], bars.start[i], bars.size[i]] },
};

/** About the pixels a column of a series takes: narrower, and several runs become a thicket. */
const COLUMN_PIXELS = 7;

/** Where every change is known and the window short, columns can be as fine as the eye. */
const EXACT_COLUMN_PIXELS = 2;

/** The window at which the changes themselves are drawn, as a part of the whole. */
const EXACT_BELOW = 1 / 4;

/** The parts of time that were packed: mean, least and greatest value in each. */
function readSeries(packed) {
  return {
    mean: unpackDeltas(packed.mean, packed.scale),
    min: unpackDeltas(packed.min, packed.scale),
    max: unpackDeltas(packed.max, packed.scale),
  };
}

/** Every change of a quantity, from the bars themselves; only where the page holds them all. */
function exactSteps(bars, change) {
  const events = [];
  for (let i = 0; i < bars.count; i++) {
    const [from, to, amount] = change(bars, i);
    if (to > from) events.push([from, amount], [to, -amount]);
  }
  events.sort((a, b) => a[0] - b[0]);
  const at = [], value = [];
  let sum = 0;
  for (const [time, amount] of events) {
    sum += amount;
    if (at.length && at[at.length - 1] === time) value[value.length - 1] = sum;
    else {
      at.push(time);
      value.push(sum);
    }
  }
  return { at, value };
}

/** Mean, least and greatest value in equal columns of a window, from exact steps. */
function columnsOfSteps(steps, from, to, columns) {
  const width = (to - from) / columns, mean = [], min = [], max = [];
  let next = countAtMost(steps.at, from), value = next ? steps.value[next - 1] : 0;
  for (let column = 0; column < columns; column++) {
    const end = from + (column + 1) * width;
    let at = from + column * width, sum = 0, low = value, high = value;
    for (; next < steps.at.length && steps.at[next] < end; next++) {
      sum += value * (steps.at[next] - at);
      at = steps.at[next];
      value = steps.value[next];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    mean.push((sum + value * (end - at)) / width);
    min.push(low);
    max.push(high);
  }
  return { from, width, mean, min, max };
}

/** The column that a moment is in. */
function columnAt({ from, width, mean }, at) {
  return Math.min(Math.max(Math.floor((at - from) / width), 0), mean.length - 1);
}

/** The packed parts inside a window, several of them to a column. */
function columnsOfParts(parts, span, from, to, columns) {
  const part = span / parts.mean.length, first = Math.floor(from / part), last = Math.min(Math.ceil(to / part), parts.mean.length);
  const each = Math.max(1, Math.round((last - first) / columns)), mean = [], min = [], max = [];
  for (let at = first; at < last; at += each) {
    const until = Math.min(at + each, last);
    let sum = 0, low = Infinity, high = -Infinity;
    for (let i = at; i < until; i++) {
      sum += parts.mean[i];
      low = Math.min(low, parts.min[i]);
      high = Math.max(high, parts.max[i]);
    }
    mean.push(sum / (until - at));
    min.push(low);
    max.push(high);
  }
  return { from: first * part, width: each * part, mean, min, max };
}

function exactInView(run, time) {
  return run.bars.complete && time.to - time.from < time.span * EXACT_BELOW;
}

/** A run's series in the window shown: exact where the page can tell and one can see it, otherwise the packed parts. */
function columnsInView(run, name, time, pixels) {
  if (!exactInView(run, time)) return columnsOfParts(run[name], time.span, time.from, time.to, Math.round(pixels / COLUMN_PIXELS));
  run.exact[name] ??= exactSteps(run.bars, SERIES[name].change);
  return columnsOfSteps(run.exact[name], time.from, time.to, Math.round(pixels / EXACT_COLUMN_PIXELS));
}

function timePlot(host, name, label, runs, time) {
  const series = SERIES[name];
  const shown = () => runs.filter(run => run.shown);
  return new Plot(host, {
    label, time, height: series.height,
    draw(plot) {
      const { left, right, top, bottom } = plot.inner;
      const all = plot.columns = new Map(shown().map(run => [run, columnsInView(run, name, time, right - left)]));
      const most = series.most?.() ?? Math.max(1, ...[...all.values()].map(columns => Math.max(...columns.max))) * 1.05;
      const x = scale(time.from, time.to, left, right), y = scale(0, most, bottom, top);
      plot.axes(x, timeTicks(time.from, time.to, (right - left) / 110), y, linearTicks(0, most, 4, series.label));
      plot.clipped(context => {
        for (const [run, columns] of all) {
          // The extremes of several restless runs cover everything; then they are for the run pointed at.
          const calm = !series.restless || all.size <= 2 || exactInView(run, time);
          if (focused === run || (!focused && calm)) paintBand(context, columns, x, y, run.colour);
        }
        for (const [run, columns] of all) {
          context.globalAlpha = strength(run);
          paintLine(context, columns, x, y, run.colour);
        }
        context.globalAlpha = 1;
      });
    },
    hover: (plot, at) => [instant(at), shown().map(run => {
      const columns = plot.columns.get(run), i = columnAt(columns, at);
      const range = columns.max[i] > columns.min[i] ? ` (${series.label(columns.min[i])} – ${series.label(columns.max[i])})` : '';
      return [run.label, series.label(columns.mean[i]) + range, run.colour];
    })],
  });
}

/** From the least to the greatest value of every column, so that a peak shows however wide the column is. */
function paintBand(context, { from, width, min, max }, x, y, colour) {
  context.globalAlpha = 0.13;
  context.fillStyle = colour;
  for (let i = 0; i < min.length; i++) {
    const left = x(from + i * width), top = y(max[i]);
    context.fillRect(left, top, x(from + (i + 1) * width) - left, y(min[i]) - top);
  }
  context.globalAlpha = 1;
}

function paintLine(context, { from, width, mean }, x, y, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.beginPath();
  for (let i = 0; i < mean.length; i++) {
    context.lineTo(x(from + i * width), y(mean[i]));
    context.lineTo(x(from + (i + 1) * width), y(mean[i]));
  }
  context.stroke();
}

/** The share of jobs with at most the value; what is below 1 stands at the left edge. */
function distributionPlot(host, name, label, runs, ticks, format) {
  const most = Math.max(10, ...runs.map(run => run[name].values.at(-1) ?? 1));
  const shown = () => runs.filter(run => run.shown);
  return new Plot(host, {
    label, height: 250,
    draw(plot) {
      const { left, right, top, bottom } = plot.inner;
      const x = scale(1, most, left, right, true), y = scale(0, 1, bottom, top);
      plot.axes(x, ticks(1, most), y, linearTicks(0, 1, 4, percent));
      plot.clipped(context => {
        for (const run of shown()) {
          const { values, counts } = run[name], all = counts.at(-1);
          context.strokeStyle = run.colour;
          context.globalAlpha = strength(run);
          context.lineWidth = 1.8;
          context.beginPath();
          context.moveTo(left, y(0));
          values.forEach((value, i) => {
            context.lineTo(x(value), y(i ? counts[i - 1] / all : 0));
            context.lineTo(x(value), y(counts[i] / all));
          });
          context.lineTo(right, y(1));
          context.stroke();
          context.globalAlpha = 1;
        }
      });
    },
    hover: (_, value) => ['at most ' + format(value), shown().map(run => {
      const { values, counts } = run[name], at = countAtMost(values, value);
      return [run.label, percent(at ? counts[at - 1] / counts.at(-1) : 0) + ' of jobs', run.colour];
    })],
  });
}

/** For each class of sizes and run: a dot at the median, a ring at the 95th percentile. */
function sizePlot(host, runs) {
  const exponents = [...new Set(runs.flatMap(run => run.sizes.map(size => size.exponent)))].sort((a, b) => a - b);
  const most = Math.max(60, ...runs.flatMap(run => run.sizes.map(size => size.p95))) * 1.3;
  const name = e => e < 2 ? (!e && report.perRow > 1 ? '≤ ' : '') + String(2 ** e) : `${count(2 ** (e - 1) + 1)}–${count(2 ** e)}`;
  const shown = () => runs.filter(run => run.shown);
  return new Plot(host, {
    label: 'Wait by job size: median and 95th percentile', height: 260,
    draw(plot) {
      const { left, right, top, bottom } = plot.inner, slot = (right - left) / Math.max(1, exponents.length);
      const y = scale(1, most, bottom, top, true), x = scale(0, exponents.length, left, right);
      plot.axes(x, [], y, durationTicks(1, most));
      const { context } = plot;
      context.fillStyle = style('--muted');
      exponents.forEach((e, i) => context.fillText(name(e), left + (i + 0.5) * slot, bottom + 7));
      const gap = Math.min(16, slot / (shown().length + 1));
      shown().forEach((run, r) => {
        context.globalAlpha = strength(run);
        for (const size of run.sizes) {
          const at = left + (exponents.indexOf(size.exponent) + 0.5) * slot + (r - (shown().length - 1) / 2) * gap;
          context.strokeStyle = context.fillStyle = run.colour;
          context.lineWidth = 1.6;
          plot.line(at, y(size.median), at, y(size.p95) + 3.5);
          context.beginPath();
          context.arc(at, y(size.median), 3.5, 0, 7);
          context.fill();
          context.beginPath();
          context.arc(at, y(size.p95), 3.5, 0, 7);
          context.stroke();
        }
        context.globalAlpha = 1;
      });
    },
    hover(_, at) {
      const exponent = exponents[Math.min(Math.floor(at), exponents.length - 1)];
      return [`${name(exponent)} ${exponent ? report.unit : report.unit.replace(/s$/, '')}`, shown().map(run => {
        const size = run.sizes.find(candidate => candidate.exponent === exponent);
        const waits = size ? `${duration(size.median)} median, ${duration(size.p95)} p95 (${count(size.jobs)} jobs)` : 'no jobs';
        return [run.label, waits, run.colour];
      })];
    },
  });
}

/** The named users' shares in the window shown, the last for all others together. */
function sharesInView(run, time, pixels) {
  if (!exactInView(run, time)) {
    const columns = Math.round(pixels / COLUMN_PIXELS);
    return run.shares.map(mean => columnsOfParts({ mean, min: mean, max: mean }, time.span, time.from, time.to, columns));
  }
  return run.shares.map((_, user) => {
    const held = SERIES.utilisation.change, nothing = [0, 0, 0];
    run.exact['user' + user] ??= exactSteps(run.bars, (bars, i) => Math.min(bars.user[i], report.named) === user ? held(bars, i) : nothing);
    return columnsOfSteps(run.exact['user' + user], time.from, time.to, Math.round(pixels / EXACT_COLUMN_PIXELS));
  });
}

/** Stacked areas: the named users, the largest at the bottom, and all others on top. */
function sharePlot(host, chosen, time) {
  return new Plot(host, {
    label: 'Share of the cluster by user', time, height: 240,
    draw(plot) {
      const { left, right, top, bottom } = plot.inner, x = scale(time.from, time.to, left, right), y = scale(0, 1, bottom, top);
      plot.axes(x, timeTicks(time.from, time.to, (right - left) / 110), y, linearTicks(0, 1, 4, percent));
      const shares = plot.columns = sharesInView(chosen(), time, right - left), { from, width, mean } = shares[0];
      const below = new Float64Array(mean.length), edge = i => x(from + i * width);
      plot.clipped(context => shares.forEach(({ mean }, user) => {
        context.fillStyle = userColour(user);
        context.beginPath();
        for (let i = 0; i < mean.length; i++) {
          context.lineTo(edge(i), y(below[i] + mean[i]));
          context.lineTo(edge(i + 1), y(below[i] + mean[i]));
        }
        for (let i = mean.length - 1; i >= 0; i--) {
          context.lineTo(edge(i + 1), y(below[i]));
          context.lineTo(edge(i), y(below[i]));
        }
        context.fill();
        mean.forEach((value, i) => below[i] += value);
      }));
    },
    hover(plot, at) {
      const shares = plot.columns, i = columnAt(shares[0], at);
      return [instant(at), shares.map(({ mean }, user) => [userName(user, true), percent(mean[i]), userColour(user)]).reverse()];
    },
  });
}
