// Reading packed numbers, and writing numbers for people.

const MINUTE = 60, HOUR = 3600, DAY = 86400;

/** Base64 of zigzag numbers of variable length, seven bits a byte. Products, not shifts: times may exceed 32 bits. */
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const numbers = [];
  for (let at = 0; at < bytes.length;) {
    let value = 0, factor = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
  }
  return Float64Array.from(numbers);
}

/** Numbers that were packed as differences. */
function unpackDeltas(text, scale = 1) {
  const numbers = unpack(text);
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    sum += numbers[i];
    numbers[i] = sum / scale;
  }
  return numbers;
}

function count(value) {
  if (value >= 1e6) return trim(value / 1e6, 2) + ' M';
  if (value >= 1e4) return trim(value / 1e3, 1) + ' k';
  return trim(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

function trim(value, digits) {
  return String(Number(value.toFixed(digits)));
}

function percent(share) {
  return trim(share * 100, 1) + ' %';
}

function factor(value) {
  return count(value) + '×';
}

function duration(seconds) {
  if (seconds < 2 * MINUTE) return trim(seconds, 0) + ' s';
  if (seconds < 2 * HOUR) return trim(seconds / MINUTE, seconds < 10 * MINUTE ? 1 : 0) + ' min';
  if (seconds < 2 * DAY) return trim(seconds / HOUR, 1) + ' h';
  return trim(seconds / DAY, 1) + ' d';
}

/** A point in time, as day and time of day since the first submission. */
function instant(seconds, step = 1) {
  const day = Math.floor(seconds / DAY), rest = seconds - day * DAY;
  if (step >= DAY) return 'day ' + day;
  const two = value => String(Math.floor(value)).padStart(2, '0');
  const clock = two(rest / HOUR) + ':' + two(rest % HOUR / MINUTE) + (step < MINUTE ? ':' + two(rest % MINUTE) : '');
  return 'day ' + day + ', ' + clock;
}

/** Round steps of time: the first that gives at most so many ticks. */
function timeTicks(from, to, most) {
  const steps = [
    1, 5, 15, 30, ...[1, 5, 15, 30].map(n => n * MINUTE), ...[1, 3, 6, 12].map(n => n * HOUR),
    ...[1, 2, 4, 7, 14, 30, 50, 100, 200, 500, 1000, 1e4, 1e5, 1e6].map(n => n * DAY),
  ];
  const step = steps.find(candidate => (to - from) / candidate <= most) || (to - from);
  // Between midnights the day is said once.
  return multiples(from, to, step).map((at, i) => [at, i && step < DAY && at % DAY ? instant(at, step).split(', ')[1] : instant(at, step)]);
}

function linearTicks(from, to, most, label) {
  const rough = (to - from) / most, power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map(lead => lead * power).find(candidate => candidate >= rough) || power;
  return multiples(from, to, step).map(at => [at, label(at)]);
}

function logTicks(from, to, label) {
  const ticks = [];
  for (let value = 10 ** Math.ceil(Math.log10(from) - 1e-9); value <= to * 1.0001; value *= 10) ticks.push([value, label(value)]);
  return ticks;
}

/** On an axis of durations, powers of ten mean little: these are what people count in. */
function durationTicks(from, to, most = 12) {
  const marks = [1, 10, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY];
  const names = ['≤ 1 s', '10 s', '1 min', '10 min', '1 h', '6 h', '1 d', '1 wk', '30 d', '1 yr'];
  const ticks = marks.map((mark, i) => [mark, names[i]]).filter(([mark]) => mark >= from && mark <= to);
  return ticks.length <= most ? ticks : ticks.filter((_, i) => i % 2 === 0);
}

function multiples(from, to, step) {
  const found = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) found.push(i * step);
  return found;
}

/** The number of entries of an ascending list that are at most the value. */
function countAtMost(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
