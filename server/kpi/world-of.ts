import type { ItemColumns, SeriesColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { deriveColumns, withDerivedFields } from '../event/derive.ts';
import { itemUid, type Event, type Sample } from '../event/event.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import { projectItem, type Item } from '../event/projection.ts';
import type { Instant } from '../time/period.ts';
import type { Kpi } from './kpi.ts';
import type { Coverage, World } from './world.ts';

export interface WorldParts {
  readonly organisation: Organisation;
  readonly events: readonly Event[];
  readonly samples: readonly Sample[];
  /** Definitions that `combine` may refer to. */
  readonly kpis: readonly Kpi[];
  readonly now: Instant;
  /** What the sources vouch for: one answer for all, or one by kind and series. All of history up to `now` when left out. */
  readonly coverage?: Coverage | World['coverage'] | undefined;
  /** A short digest of text. */
  digest(text: string): string;
}

/**
 * A world in memory, for cases, tests and previews. Nothing is computed before it is asked for, and
 * nothing twice. Facts may come in any order and more than once.
 */
export const worldOf = (parts: WorldParts): World => {
  const eventsByKind = Map.groupBy(parts.events, (event) => event.kind);
  const definitions = new Map(parts.kpis.map((kpi) => [kpi.id, kpi]));
  const samplesBySeries = Map.groupBy(parts.samples, (sample) => sample.series);
  const { coverage = { from: null, until: parts.now } } = parts;

  const plainColumns = remembered((kind: Kind): ItemColumns =>
    KINDS[kind].isDerived
      ? deriveColumns(kind, plainColumns, parts.organisation, parts.now)
      : columnsOf(kind, projected(eventsByKind.get(kind) ?? [])),
  );
  return {
    organisation: parts.organisation,
    columns: remembered((kind: Kind): ItemColumns => withDerivedFields(kind, plainColumns(kind), plainColumns)),
    series: remembered((name: string) => seriesColumns(name, samplesBySeries.get(name) ?? [])),
    coverage: typeof coverage === 'function' ? coverage : () => coverage,
    kpi: (id) => definitions.get(id),
    now: parts.now,
    digest: (text) => parts.digest(text),
  };
};

const remembered = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
};

/** Items by ascending uid, each from its own facts. */
const projected = (events: readonly Event[]): Item[] => {
  const byUid = new Map<string, Map<string, Event>>();
  for (const event of events) {
    const uid = itemUid(event.source, event.kind, event.item);
    let facts = byUid.get(uid);
    if (facts === undefined) byUid.set(uid, (facts = new Map<string, Event>()));
    if (!facts.has(event.key)) facts.set(event.key, event);
  }
  return [...byUid]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([uid, facts]) => {
      const item = projectItem(uid, [...facts.values()]);
      return item === null ? [] : [item];
    });
};

/** One column set a statistic; of several values for one point and dimension the last given stands. */
const seriesColumns = (series: string, samples: readonly Sample[]): SeriesColumns[] =>
  [...Map.groupBy(samples, (sample) => sample.statistic)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([statistic, own]) => {
      const latest = [...new Map(own.map((sample) => [`${sample.at}\t${sample.dimensions}`, sample])).values()];
      latest.sort((left, right) => left.at - right.at || (left.dimensions < right.dimensions ? -1 : 1));
      const dictionary = [...new Set(latest.map((sample) => sample.dimensions))].sort();
      const codes = new Map(dictionary.map((dimensions, code) => [dimensions, code]));
      return {
        series,
        statistic,
        at: Float64Array.from(latest, (sample) => sample.at),
        values: Float64Array.from(latest, (sample) => sample.value),
        dimensions: { dictionary, codes: Int32Array.from(latest, (sample) => codes.get(sample.dimensions) ?? -1) },
      };
    });
