import type { Sample, SampleLine } from '../event/event.ts';
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
export function linesOf(samples: readonly (Sample | SampleLine)[]): Line[] {
  const lines = new Map<string, Growing>();
  let before: Omit<Sample, 'at' | 'value'> | null = null;
  let line: Growing | null = null;
  for (const sample of samples) {
    // Points of one line mostly follow one another, with the very same texts.
    if (before === null || line === null || !isAlike(before, sample)) {
      checkLine(sample);
      line = lineIn(lines, sample);
      before = sample;
    }
    if (!('values' in sample)) {
      take(line, sample, sample.at, sample.value);
      continue;
    }
    const { at, values } = sample;
    for (let place = 0; place < at.length || place < values.length; place += 1) take(line, sample, at[place], values[place]);
  }
  return [...lines.values()]
    .filter(({ at }) => at.length > 0)
    .map((own) => (own.isAscending ? own : ascending(own)))
    .sort(inOrder);
}

const isAlike = (one: Omit<Sample, 'at' | 'value'>, other: Omit<Sample, 'at' | 'value'>): boolean =>
  one.series === other.series &&
  one.dimensions === other.dimensions &&
  one.statistic === other.statistic &&
  one.source === other.source;

function lineIn(lines: Map<string, Growing>, { series, statistic, dimensions }: LineName): Growing {
  const name = `${series}\0${statistic}\0${dimensions}`;
  let line = lines.get(name);
  if (line === undefined) lines.set(name, (line = { series, statistic, dimensions, at: [], values: [], isAscending: true }));
  return line;
}

function take(line: Growing, of: Pick<Sample, 'source' | 'series'>, at: number | undefined, value: number | undefined): void {
  checkPoint(of, at, value);
  const [instant, number] = [at ?? 0, value ?? 0];
  if (line.isAscending && line.at.length > 0 && instant <= (line.at[line.at.length - 1] ?? 0)) line.isAscending = false;
  line.at.push(instant);
  // -0 would be kept as 0 by one database only.
  line.values.push(number + 0);
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
