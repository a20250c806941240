import type { Kpi, Unit } from '../kpi/kpi.ts';
import type { ProcessLimits } from '../stats/limits.ts';
import type { ProcessSignal, Side } from '../stats/signals.ts';
import type { Findings } from './findings.ts';
import { bothOf, formatDistance, largestOf, ordinal, sentenceNumbers } from './format.ts';
import type { Process } from './process.ts';

/**
 * A signal in the changes of a level that carries over: `Grew more than usual for the first time in
 * 14 weeks: 182 open tickets, 31 more than the week before; a rise of up to 20 is routine`.
 */
export function changeWords(
  findings: Findings,
  signal: ProcessSignal,
  limits: ProcessLimits,
  measured: string,
  howOften: string,
): string {
  const { kpi, process } = findings;
  const { grain } = process;
  const change = process.points.at(-1)?.value ?? null;
  const delta = deltaWords(kpi, change, process.steps.at(-1)?.row.value ?? null, grain);
  switch (signal.rule) {
    case 'beyond a limit':
      return `${moved(kpi, signal.side, change ?? 0)} ${howOften}: ${measured}, ${delta}; ${usual(kpi.unit, signal.side, limits)}`;
    case '8 in a row': {
      const run = signal.isNews ? 'eighth' : ordinal(signal.length);
      const lead = signal.isNews ? `Tending ${direction(signal.side)} for 8 ${grain}s` : `Tending ${direction(signal.side)}`;
      return `${lead}: ${measured}, ${delta}, the ${run} ${grain} in a row with a change ${signal.side} the mean of ${signedShort(kpi.unit, limits.mean, largestOf([limits.lower, limits.upper]))}`;
    }
    case '3 of 4':
      return `Tending ${direction(signal.side)} of late: ${measured}, ${delta}; three of the last four ${grain}s changed by nearly as much as is routine`;
  }
}

/** `3 more than the week before, where changes between −15 and +20 are usual`. */
export function routineChange({ kpi, process }: Findings, { lower, upper }: ProcessLimits): string {
  const change = process.points.at(-1)?.value ?? null;
  const level = process.steps.at(-1)?.row.value ?? null;
  const range =
    lower === null || upper === null
      ? ''
      : `, where changes between ${bothOf(signedShort(kpi.unit, lower), signedShort(kpi.unit, upper))} are usual`;
  return `${deltaWords(kpi, change, level, process.grain)}${range}`;
}

const DELTAS = {
  queue: { same: 'many', more: 'more', less: 'fewer', rose: 'Grew', fell: 'Shrank' },
  age: { same: 'old', more: 'older', less: 'younger', rose: 'Aged', fell: 'Grew' },
  budget: { same: 'much', more: 'more', less: 'less', rose: 'Recovered', fell: 'Burned' },
} as const;

function levelOf({ measure }: Kpi): keyof typeof DELTAS {
  return measure.type === 'age' ? 'age' : measure.type === 'budget' ? 'budget' : 'queue';
}

function direction(side: Side): string {
  return side === 'above' ? 'up' : 'down';
}

function moved(kpi: Kpi, side: Side, change: number): string {
  const more = change > 0 === (side === 'above');
  const level = levelOf(kpi);
  if (level === 'age' && change <= 0) return more ? 'Grew younger than usual' : 'Grew less young than usual';
  const { rose, fell } = DELTAS[level];
  return `${change > 0 ? rose : fell} ${more ? 'more' : 'less'} than usual`;
}

function usual(unit: Unit, side: Side, { lower, upper }: ProcessLimits): string {
  if (side === 'above' && upper !== null && upper > 0) return `a rise of up to ${formatDistance(unit, upper)} is routine`;
  if (side === 'below' && lower !== null && lower < 0) return `a fall of up to ${formatDistance(unit, lower)} is routine`;
  return `changes between ${bothOf(signedShort(unit, lower ?? 0), signedShort(unit, upper ?? 0))} are routine`;
}

/** The change in the unit in which the level stands beside it. */
function deltaWords(kpi: Kpi, change: number | null, level: number | null, grain: Process['grain']): string {
  const { same, more, less } = DELTAS[levelOf(kpi)];
  if (change === null) return `with no value for the ${grain} before`;
  if (change === 0) return `as ${same} as the ${grain} before`;
  const size = formatDistance(kpi.unit, change, sentenceNumbers(kpi.unit, [level, change]));
  return `${size} ${change > 0 ? more : less} than the ${grain} before`;
}

/** `+20`, `−0.9 d`. `largest`: of what it stands beside. */
export function signedShort(unit: Unit, value: number, largest = value): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${formatDistance(unit, value, undefined, largest)}`;
}
