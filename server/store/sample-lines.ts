import type { Sample } from '../event/event.ts';
import type { Instant } from '../time/period.ts';
import { checkLine, checkPoint } from './door.ts';
import type { Points } from './points.ts';

/** What points are of: one line of a chart. */
export type LineName = Pick<Sample, 'series' | 'statistic' | 'dimensions'>;

/** All points of a line that were given at a time. */
export interface Line extends LineName, Points {}

interface Growing extends LineName {
  readonly at: Instant[];
  readonly values: number[];
  isAscending: boolean;
}

/**
 * Samples by line, in the order of the table. Of two values for one point the last counts.
 * @throws StoreError `invalid`
 */
export function linesOf(samples: readonly Sample[]): Line[] {
  const lines = new Map<string, Growing>();
  let line: Growing | null = null;
  let source: string | null = null;
  for (const sample of samples) {
    const { series, statistic, dimensions, at, value } = sample;
    // Points of one line mostly follow one another, with the very same texts.
    if (
      line === null ||
      line.series !== series ||
      line.dimensions !== dimensions ||
      line.statistic !== statistic ||
      source !== sample.source
    ) {
      checkLine(sample);
      const name: string = `${series}\0${statistic}\0${dimensions}`;
      source = sample.source;
      line = lines.get(name) ?? null;
      if (line === null) lines.set(name, (line = { series, statistic, dimensions, at: [], values: [], isAscending: true }));
    }
    checkPoint(sample);
    if (line.isAscending && at <= (line.at.at(-1) ?? -Infinity)) line.isAscending = false;
    line.at.push(at);
    // -0 would be kept as 0 by one database only.
    line.values.push(value + 0);
  }
  return [...lines.values()].map((own) => (own.isAscending ? own : ascending(own))).sort(inOrder);
}

/** Of an instant that comes more than once, the last. */
function ascending({ series, statistic, dimensions, at, values }: Growing): Line {
  const last = new Map<Instant, number>();
  for (const [index, instant] of at.entries()) last.set(instant, values[index] ?? 0);
  const instants = [...last.keys()].sort((one, other) => one - other);
  return { series, statistic, dimensions, at: instants, values: instants.map((instant) => last.get(instant) ?? 0) };
}

const inOrder = (one: LineName, other: LineName): number =>
  compare(one.series, other.series) || compare(one.statistic, other.statistic) || compare(one.dimensions, other.dimensions);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
