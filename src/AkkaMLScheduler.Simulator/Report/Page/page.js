// Puts the page together: reads the data, makes the sections, and repaints what changed.

const report = JSON.parse(document.getElementById('data').textContent);
const main = document.querySelector('main');
const time = new TimeWindow(report.span);

const runs = report.runs.map((packed, index) => {
  const distribution = ({ values, counts, scale: by }) => ({ values: unpackDeltas(values, by), counts: unpackDeltas(counts) });
  return {
    label: packed.label, index, shown: true, exact: {}, sizes: packed.sizes, bars: readBars(packed.gantt, report.perRow),
    utilisation: readSeries(packed.utilisation), waitingJobs: readSeries(packed.waitingJobs), waitingSize: readSeries(packed.waitingSize),
    waits: distribution(packed.waits), slowdowns: distribution(packed.slowdowns),
    shares: packed.shares?.map(share => unpackDeltas(share, 10000)),
  };
});
let chosenRun = runs[0];
const chosen = () => chosenRun;

/** The run whose button the pointer is on: the others step back. */
let focused = null;
const strength = run => focused && focused !== run ? 0.18 : 1;

function userName(user, grouped = false) {
  if (grouped && user >= report.named) return `${report.users.length - report.named} others`;
  return report.users[user] === '' ? 'unknown' : report.users[user];
}

/** Colours are read from the style sheet once for each theme. */
const palette = {};

function readPalette() {
  palette.users = Array.from({ length: report.named }, (_, i) => style('--user' + i));
  palette.others = [style('--other0'), style('--other1'), style('--other2')];
  palette.ramp = Array.from({ length: 7 }, (_, i) => style('--ramp' + i));
  runs.forEach(run => run.colour = style('--run' + run.index % 8));
}

function userColour(user) {
  return user < report.named ? palette.users[user] : palette.others[(user - report.named) % 3];
}

const WAITS = [
  ['up to 1 min', MINUTE], ['10 min', 10 * MINUTE], ['1 h', HOUR], ['6 h', 6 * HOUR], ['1 d', DAY], ['7 d', 7 * DAY], ['longer', Infinity],
];
const largest = runs.reduce((most, run) => run.bars.size.reduce((a, b) => Math.max(a, b), most), 1);
const sizeStep = size => Math.min(6, Math.round(6 * Math.log2(Math.max(size, 1)) / Math.max(1, Math.log2(largest))));

/** What a bar's colour can mean: its name, the colour of bar i, and the legend. */
const COLOURS = [
  ...(report.users.length ? [{
    name: 'user', of: (bars, i) => userColour(bars.user[i]),
    legend: () => report.users.slice(0, report.named + 1).map((_, user) => [userName(user, true), userColour(user)]),
  }] : []),
  {
    name: 'wait', of: (bars, i) => palette.ramp[WAITS.findIndex(([, most]) => bars.start[i] - bars.queued[i] <= most)],
    legend: () => WAITS.map(([name], i) => [name, palette.ramp[i]]),
  },
  {
    name: 'size', of: (bars, i) => palette.ramp[sizeStep(bars.size[i])],
    legend: () => palette.ramp.map((colour, i) => [count(Math.round(largest ** (i / 6))), colour]),
  },
];
let colouring = COLOURS[0];

function section(title, note) {
  const made = main.appendChild(element('section'));
  made.append(element('h2', '', title), element('p', 'note', note));
  return made;
}

function figure(host, title) {
  const made = host.appendChild(element('figure'));
  if (title) made.appendChild(element('figcaption', '', title));
  return made;
}

function choice(host, label, options, pick) {
  const box = host.appendChild(element('label', 'choice', label + ' ')), list = box.appendChild(element('select'));
  options.forEach((option, i) => list.appendChild(element('option', '', option)).value = i);
  list.addEventListener('change', () => pick(Number(list.value)));
  return list;
}

function legend(host, entries) {
  host.replaceChildren(...entries.map(([name, colour]) => {
    const item = element('span', 'key', name), mark = element('i', 'swatch');
    mark.style.background = colour;
    item.prepend(mark);
    return item;
  }));
}

const overTime = [], still = [], legends = [];
const runChoices = [];

function chooseRun(index) {
  chosenRun = runs[index];
  runChoices.forEach(list => list.value = index);
  repaint();
}

function makeBar() {
  const bar = element('nav', 'bar');
  main.querySelector('.figures').after(bar);
  for (const run of runs) {
    const button = bar.appendChild(element('button', 'run', run.label)), mark = element('i', `swatch run${run.index % 8}`);
    button.prepend(mark);
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      run.shown = !run.shown;
      button.setAttribute('aria-pressed', String(run.shown));
      repaint();
    });
    for (const [event, over] of [['pointerenter', run], ['pointerleave', null]]) {
      button.addEventListener(event, () => {
        focused = runs.length > 1 && over?.shown ? over : null;
        repaint();
      });
    }
  }
  const shown = bar.appendChild(element('span', 'window')), reset = bar.appendChild(element('button', 'reset', 'Whole time'));
  reset.addEventListener('click', () => gantt.reset());
  legends.push(() => {
    const step = time.to - time.from > 4 * DAY ? DAY : 1;
    shown.textContent = `${instant(time.from, step)} to ${instant(time.to, step)}`;
    reset.disabled = time.whole;
  });
}

function makeTimePlots() {
  const several = runs.length > 1 ? ' Click a run in the bar above to hide it, point at it to bring it out.' : '';
  const host = section('Over time', 'Lines are means, the shade behind them reaches from the least to the greatest value.' + several
    + ' Drag over a stretch of time to look closer; every plot over time follows. A double click shows the whole again.');
  const titles = {
    utilisation: 'Share of the cluster in use',
    waitingJobs: 'Jobs waiting',
    waitingSize: report.unit[0].toUpperCase() + report.unit.slice(1) + ' that waiting jobs ask for',
  };
  for (const name of Object.keys(SERIES)) overTime.push(timePlot(figure(host, titles[name]), name, titles[name], runs, time));
}

function makeDistributions() {
  const host = section('Wait and slowdown', 'The share of jobs that waited, or were slowed down, at most so much. Bounded slowdown is '
    + '(wait + run) / max(run, 10 s), at least 1.');
  const pair = host.appendChild(element('div', 'pair'));
  still.push(
    distributionPlot(figure(pair, 'Wait'), 'waits', 'Distribution of waits', runs, (from, to) => durationTicks(from, to, 9), duration),
    distributionPlot(
      figure(pair, 'Bounded slowdown'), 'slowdowns', 'Distribution of bounded slowdown', runs, (from, to) => logTicks(from, to, factor), factor),
    sizePlot(figure(host, `Wait by job size in ${report.unit}: median (dot) and 95th percentile (ring)`), runs));
}

function makeShares() {
  if (!report.users.length) return;
  const host = section('Shares by user', 'The part of the cluster that the largest users held, by their work over all runs.');
  const tools = host.appendChild(element('div', 'tools'));
  if (runs.length > 1) runChoices.push(choice(tools, 'Run', runs.map(run => run.label), chooseRun));
  const keys = tools.appendChild(element('span', 'keys'));
  legends.push(() => legend(keys, chosenRun.shares.map((_, user) => [userName(user, true), userColour(user)])));
  overTime.push(sharePlot(figure(host), chosen, time));
}

function makeGantt() {
  const host = section('Gantt', `Each job on the rows it held; a node's ${report.unit} are counted, which of them are a job's rows is chosen for `
    + 'display. Drag to move; click, then turn the wheel to zoom into time (with Shift into rows); + − ← → work too; a double click shows the whole.');
  const tools = host.appendChild(element('div', 'tools'));
  if (runs.length > 1) runChoices.push(choice(tools, 'Run', runs.map(run => run.label), chooseRun));
  choice(tools, 'Colour by', COLOURS.map(way => way.name), index => {
    colouring = COLOURS[index];
    repaint();
  });
  const keys = tools.appendChild(element('span', 'keys'));
  const made = new Gantt(figure(host), { chosen, time, colourOf: (bars, i) => colouring.of(bars, i) });
  const left = host.appendChild(element('p', 'note'));
  legends.push(() => {
    legend(keys, colouring.legend());
    const { bars } = chosenRun, whole = value => value.toLocaleString('en-US');
    const parts = [];
    if (!bars.complete) parts.push(`Holds the first ${whole(bars.count)} of ${whole(bars.all)} starts.`);
    if (bars.undrawn) parts.push(`${whole(bars.undrawn)} starts have no rows, because they take no ${report.unit}, and are not drawn.`);
    left.textContent = parts.join(' ');
  });
  return made;
}

makeBar();
makeTimePlots();
makeDistributions();
makeShares();
const gantt = makeGantt();

/** Many events may come between two frames; each kind of painting is done once for all of them. */
const due = new Set();
function soon(paint) {
  if (!due.size) requestAnimationFrame(() => {
    const all = [...due];
    due.clear();
    all.forEach(each => each());
  });
  due.add(paint);
}

function paintTime() {
  legends.forEach(write => write());
  overTime.forEach(plot => plot.paint());
  gantt.paint();
}

function paintCursor() {
  overTime.forEach(plot => plot.paint());
}

function paintAll() {
  readPalette();
  paintTime();
  still.forEach(plot => plot.paint());
}

function repaint() {
  soon(paintAll);
}

time.changed = () => soon(paintTime);
time.pointed = () => soon(paintCursor);
addEventListener('resize', repaint);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
for (const [event, printing] of [['beforeprint', true], ['afterprint', false]]) {
  addEventListener(event, () => {
    document.documentElement.classList.toggle('printing', printing);
    paintAll();
  });
}
paintAll();
