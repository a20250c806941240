import type { Scope } from '../event/organisation.ts';
import { columnsBehind } from '../kpi/distribution.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi, Where } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';

/** A number and the field it is cut by. */
export interface Cut {
  readonly world: World;
  readonly kpi: Kpi;
  readonly by: string;
  readonly scope: Scope;
  readonly periods: readonly Period[];
}

/** Values that occur in the periods, the most frequent first. */
export function valuesOf(request: Cut): string[] {
  const { kpi, by, world } = request;
  const { measure } = kpi;
  if (measure.type === 'level') return ranked(pointsByValue(request));
  if (!('of' in measure)) return [];
  if (by === 'team' || by === 'service') return ranked(countsByOwner(request, by));
  const columns = world.columns(measure.of);
  const found = occurrences(request);
  const codes = columns.codes[by];
  const numbers = columns.numbers[by];
  const counts = new Map<string, number>();
  for (let row = 0; row < columns.length; row += 1) {
    const times = found.get(columns.uids.at(row) ?? '');
    if (times === undefined) continue;
    const value = codes === undefined ? numberName(by, numbers?.[row]) : codes.dictionary[codes.codes[row] ?? -1];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + times);
  }
  return ranked(counts);
}

/** How often each item stands in a list of the whole number, counted or left out. */
function occurrences({ kpi, world, scope, periods }: Cut): Map<string, number> {
  const times = new Map<string, number>();
  for (const evaluated of evaluate(kpi, world, [scope], periods))
    for (const { uid } of evaluated.evidence()) times.set(uid, (times.get(uid) ?? 0) + 1);
  return times;
}

/** Flags read `true` and `false`, severities as they are. */
const numberName = (field: string, value: number | undefined): string | undefined => {
  if (value === undefined || Number.isNaN(value)) return undefined;
  return field === 'severity' ? String(value) : String(value === 1);
};

/** Teams and services are scopes already: all of them in one pass, within the scope asked about. */
function countsByOwner({ kpi, world, scope, periods }: Cut, by: 'team' | 'service'): Map<string, number> {
  const { organisation } = world;
  const { measure } = kpi;
  const columns = 'of' in measure ? world.columns(measure.of) : null;
  const known = by === 'team' ? organisation.teams : organisation.services;
  const named = (by === 'team' ? columns?.stretchTeam : columns?.stretchService)?.dictionary ?? [];
  const names = [...new Set([...known.map(({ id }) => id), ...named])];
  const within = scope === 'organisation' ? [] : [withinScope(scope)];
  const all = evaluate(
    narrowed(kpi, within),
    world,
    names.map((name): Scope => `${by}:${name}`),
    periods,
  );
  const counts = new Map<string, number>();
  all.forEach((evaluated, index) => {
    const name = names[Math.floor(index / periods.length)] ?? '';
    const found = evaluated.count + evaluated.exclusions.reduce((sum, { count }) => sum + count, 0);
    if (found > 0) counts.set(name, (counts.get(name) ?? 0) + found);
  });
  return counts;
}

function withinScope(scope: Scope): Where {
  const colon = scope.indexOf(':');
  return isOneOf(scope.slice(0, colon), [scope.slice(colon + 1)], false);
}

/** Points of a series by the value of a dimension. */
function pointsByValue({ kpi, world, by, periods }: Cut): Map<string, number> {
  const counts = new Map<string, number>();
  const { measure } = kpi;
  const columns = measure.type === 'level' ? columnsBehind(world.series(measure.series), measure) : null;
  if (columns === null) return counts;
  const values = columns.dimensions.dictionary.map((text) => pairsOf(text).find(([name]) => name === by)?.[1]);
  columns.at.forEach((at, index) => {
    const value = values[columns.dimensions.codes[index] ?? -1];
    if (value === undefined || !periods.some((period) => at >= period.start && at < period.end)) return;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  return counts;
}

export function dimensionsOf({ measure }: Kpi, world: World): string[] {
  if (measure.type !== 'level') return [];
  const dictionary = columnsBehind(world.series(measure.series), measure)?.dimensions.dictionary ?? [];
  return [...new Set(dictionary.flatMap((text) => pairsOf(text).map(([name]) => name)))].sort();
}

/** `country=US,tier=gold` as pairs. */
const pairsOf = (text: string): (readonly [name: string, value: string])[] =>
  text === ''
    ? []
    : text.split(',').map((pair) => {
        const equals = pair.indexOf('=');
        return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      });

const ranked = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1)).map(([value]) => value);

/** A share is of the items that meet the condition, so it is asked of what is divided by. */
export const narrowed = (kpi: Kpi, conditions: readonly Where[]): Kpi =>
  kpi.measure.type === 'ratio'
    ? { ...kpi, measure: { ...kpi.measure, outOf: [...kpi.measure.outOf, ...conditions] } }
    : { ...kpi, where: [...kpi.where, ...conditions] };

export const isOneOf = (field: string, values: readonly string[], negated: boolean): Where => ({
  field,
  condition: { test: 'in', values: values.map(flagOf), negated },
});
/** Flags are compared as numbers, so their names must not reach the comparison as text. */
const flagOf = (value: string): string | boolean => (value === 'true' ? true : value === 'false' ? false : value);

/** Every text holds the empty pattern: whether there is a value at all. */
export const isSet = (field: string, isWanted: boolean): Where => ({
  field,
  condition: { test: 'matches', pattern: '', negated: !isWanted },
});
