/** A value axis: what it spans, and the few values that carry a label. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** The axis does not begin at 0: it is drawn as broken, and says where it begins. */
  readonly isBroken: boolean;
}

export interface AxisUnit {
  /** duration (seconds), share (0 to 1), count, number. */
  readonly type: string;
  readonly isTotal: boolean;
}

const SECOND_STEPS = [1, 2, 5, 10, 15, 30];
const DURATION_STEPS: readonly number[] = [
  ...SECOND_STEPS,
  ...SECOND_STEPS.map((step) => step * 60),
  ...[1, 2, 3, 4, 6, 12].map((step) => step * 3600),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].map((step) => step * 86_400),
];

/** Only what is neither counted nor timed may leave 0, and only where 0 would flatten all there is to see. */
const FLAT = 0.25;
/** A share begins at 0 too, unless it is one that should be nearly all: availability. */
const NEAR_ALL = 0.8;

/**
 * The scale over the values drawn. Counts, durations and totals begin at 0. At most about `wanted`
 * labelled values, at round numbers of the unit (a quarter of an hour, two days, 5%).
 */
export function scaleOf(values: readonly number[], unit: AxisUnit, wanted = 3): Scale {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return { min: 0, max: 1, ticks: [], isBroken: false };
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const mayBreak = !unit.isTotal && (unit.type === 'share' ? low >= NEAR_ALL : unit.type === 'number' && low > 0);
  const isBroken = mayBreak && high > low && high - low < FLAT * high;
  const spread = high - low || Math.abs(high) * FLAT || 1;
  const from = isBroken ? Math.max(0, low - spread * 0.35) : Math.min(0, low);
  const to = Math.max(high, isBroken ? low + spread : 0);
  const span = to - from || 1;
  const step = stepOf(span / wanted, unit);
  const ticks: { value: number; text: string }[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + span * 1e-9; index += 1) {
    const value = index * step;
    ticks.push({ value, text: tickText(value, step, unit) });
  }
  return { min: from, max: to > from ? to : from + 1, ticks, isBroken };
}

function stepOf(least: number, unit: AxisUnit): number {
  if (unit.type === 'duration') {
    const step = DURATION_STEPS.find((candidate) => candidate >= least);
    if (step !== undefined) return step;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
  // A count has no halves; a total per day may have.
  return unit.type === 'count' && !unit.isTotal ? Math.max(1, Math.round(step)) : step;
}

/** A labelled value of an axis: `4 h`, `30 m`, `15%`, `1.5`, `12k`. */
export function tickText(value: number, step: number, unit: AxisUnit): string {
  if (value === 0) return '0';
  if (unit.type === 'duration') return durationTick(value, step);
  if (unit.type === 'share') return `${plain(value * 100, step * 100)}%`;
  const size = Math.abs(value);
  if (size >= 1e9 || step >= 1e9) return `${plain(value / 1e9, step / 1e9)}G`;
  if (size >= 1e6 || step >= 1e6) return `${plain(value / 1e6, step / 1e6)}M`;
  if (size >= 1e4 || step >= 1e4) return `${plain(value / 1e3, step / 1e3)}k`;
  return plain(value, step);
}

/** A value with two significant digits, for a limit or a mean: `6.1 h`, `38%`, `4.1`, `320`. */
export function shortValue(value: number, unit: AxisUnit): string {
  const size = Math.abs(value);
  if (unit.type === 'duration') {
    const [seconds, name] = size >= 2 * 86_400 ? [86_400, 'd'] : size >= 3600 ? [3600, 'h'] : size >= 60 ? [60, 'm'] : [1, 's'];
    return value === 0 ? '0' : `${twoDigits(value / seconds)} ${name}`;
  }
  if (unit.type === 'share') return `${size > 0.98 && size < 1 ? plain(value * 100, 0.01) : twoDigits(value * 100)}%`;
  return size >= 1e4 ? tickText(value, 10 ** Math.floor(Math.log10(size) - 1), unit) : twoDigits(value);
}

const twoDigits = (value: number): string =>
  (Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value)).toString().replace('-', '−');

/** In the unit of the step, so that one axis has one unit. */
function durationTick(value: number, step: number): string {
  const [seconds, name] = step >= 86_400 ? [86_400, 'd'] : step >= 3600 ? [3600, 'h'] : step >= 60 ? [60, 'm'] : [1, 's'];
  return `${plain(value / seconds, step / seconds)} ${name}`;
}

function plain(value: number, step: number): string {
  const digits = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const isHalf = Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6;
  return value.toFixed(isHalf ? digits + 1 : digits).replace('-', '−');
}
