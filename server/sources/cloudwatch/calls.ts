import type { SourceError } from '../source.ts';
import { type PullBatch } from '../source.ts';
import { Collector } from './collect.ts';
import { costOfCall, costOfPage } from './cost.ts';
import { planCalls } from './plan.ts';
import { groupsOf, queriesOf, type SeriesGroup } from './queries.ts';
import { InvalidQuery, messageOf, readCall, type Asking, type Stretch } from './read.ts';
import type { Series } from './series.ts';
import type { Window } from './windows.ts';

/** One GetMetricData call. */
export interface Call {
  readonly stretch: Stretch;
  readonly groups: readonly SeriesGroup[];
}

/** Series, and what is to be read of them. */
export interface Reading {
  readonly window: Window;
  readonly series: readonly Series[];
}

export const seriesOf = ({ groups }: Call): Series[] => groups.flatMap(({ series }) => series);

/**
 * The calls that readings take, as few as can be; those of one stretch of time share calls, in the order of the stretches. Metric
 * math has calls of its own: an answer with math in it has no second page, whatever is missing from the first.
 */
export function callsOf(readings: readonly Reading[]): Call[] {
  const byStretch = new Map<string, { readonly stretch: Stretch; readonly groups: SeriesGroup[] }>();
  for (const { window, series } of readings) {
    const { start, end } = window;
    const name = `${start} ${end}`;
    const known = byStretch.get(name) ?? { stretch: { start, end }, groups: [] };
    known.groups.push(...groupsOf(series, window));
    byStretch.set(name, known);
  }
  return [...byStretch.values()].flatMap(({ stretch, groups }) =>
    [groups.filter((group) => !isMath(group)), groups.filter(isMath)].flatMap((kind) =>
      planCalls(kind).map((own) => ({ stretch, groups: own })),
    ),
  );
}

const isMath = ({ series }: SeriesGroup): boolean => series.some(({ wanted }) => wanted.by === 'expression');

export type Told = Pick<PullBatch, 'samples' | 'lines' | 'rejects' | 'cost'>;

/** Keys of series that are not known to be complete by a call, each with what was said of it. */
export type Incomplete = ReadonlyMap<string, string>;

/**
 * Makes a call and tells its points, page by page. Where the service finds fault with a query it refuses all of the call: then
 * halves are asked, until the one that is wrong stands alone.
 * @throws SourceError of the place
 */
export async function* makeCall(
  asking: Asking,
  source: string,
  { stretch, groups }: Call,
): AsyncGenerator<Told, Incomplete, void> {
  const { queries, asked } = queriesOf(groups);
  const collector = new Collector(source, asking.place, asked, stretch);
  const pages = readCall(asking, queries, stretch);
  let cost = costOfCall({ groups });
  try {
    for (;;) {
      const page = await pages.next();
      if (page.done === true) {
        const { rejects, incomplete } = collector.finish(page.value);
        if (rejects.length > 0) yield { samples: [], rejects };
        return incomplete;
      }
      yield { samples: [], ...collector.linesOf(page.value), cost };
      cost = costOfPage(costOfCall({ groups }));
    }
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error;
    if (groups.length === 1) return yield* refused(asking, groups, error);
    const half = Math.ceil(groups.length / 2);
    const first = yield* makeCall(asking, source, { stretch, groups: groups.slice(0, half) });
    const second = yield* makeCall(asking, source, { stretch, groups: groups.slice(half) });
    return new Map([...first, ...second]);
  }
}

async function* refused(
  { place }: Asking,
  groups: readonly SeriesGroup[],
  error: SourceError,
): AsyncGenerator<Told, Incomplete, void> {
  const series = groups.flatMap((group) => group.series);
  const [reason, fix] = [messageOf(error), 'Correct its entry in sources.yaml; CloudWatch refuses it as it is written'];
  yield {
    samples: [],
    rejects: series.map(({ name }) => ({ place: `${place.name}, ${name}`, reason, fix, isKept: false })),
  };
  return new Map(series.map(({ key }) => [key, `${reason}. ${fix}`]));
}
