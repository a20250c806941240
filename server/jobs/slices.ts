import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import { slicesOf as sliceFieldsOf } from '../kpi/fields.ts';
import type { Kpi, Where } from '../kpi/kpi.ts';
import { columnsFor } from '../kpi/level-points.ts';
import type { Emptiness } from '../kpi/measurement.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { formatOutcome } from '../review/format.ts';
import { lastCompleteWeek, parsePeriod, periodTitle, shiftPeriod } from '../time/calendar.ts';
import type { Period } from '../time/period.ts';
import { EngineError } from './engine.ts';
import { scopeOf } from './scope.ts';
import { nextTurn, withinTime } from './turns.ts';

/** Values that get a series of their own; the rest stand together. */
const SHOWN = 12;

export interface SlicesAsked {
  readonly kpi: string;
  /** The field that cuts the number. */
  readonly by: string;
  readonly scope: string;
  /** One period, or so many complete weeks up to the last one. */
  readonly periods: { readonly period: string } | { readonly weeks: number };
}

export interface SlicesRequest {
  readonly world: World;
  readonly kpis: readonly Kpi[];
  readonly signal: AbortSignal;
  readonly asked: SlicesAsked;
}

interface Cut {
  readonly world: World;
  readonly kpi: Kpi;
  readonly by: string;
  readonly scope: Scope;
  readonly periods: readonly Period[];
}

export interface Slice {
  /** A value of the field; null for items without one, and for all values that are not shown by themselves. */
  readonly value: string | null;
  /** `value`, `not set`, or `9 others`. */
  readonly label: string;
  /** Items counted over all periods. */
  readonly count: number;
  /** One for each period asked about, in their order. */
  readonly readings: readonly {
    readonly value: number | null;
    readonly emptiness: Emptiness | null;
    readonly text: string;
    readonly count: number;
  }[];
}

export interface Slices {
  readonly kpi: string;
  readonly name: string;
  readonly by: string;
  readonly scope: string;
  readonly periods: readonly { readonly period: string; readonly title: string }[];
  /** Those that occur, the most frequent first; then `not set` and the others, where there are any. */
  readonly slices: readonly Slice[];
}

/**
 * A number cut by the values of a field: the KPI evaluated with one more condition for each value that
 * occurs. Slices stand beside each other and are compared with nothing: among so many, a few always
 * look striking. Slices of what people bore would be people, so there are none.
 * @throws EngineError where the KPI cannot be cut, or not by this field
 */
export async function slicesOf({ world, kpis, signal, asked }: SlicesRequest): Promise<Slices> {
  const kpi = kpis.find(({ id }) => id === asked.kpi);
  if (kpi === undefined) throw new EngineError('not-found', `There is no KPI "${asked.kpi.slice(0, 80)}".`);
  const { by } = asked;
  const cut = { world, kpi, by, scope: scopeOf(asked.scope, world.organisation), periods: periodsOf(asked, world) };
  refuse(cut);
  const inTime = withinTime(signal);
  await nextTurn(inTime);
  const values = valuesOf(cut);
  const shown = values.slice(0, SHOWN);
  const sliced = async (value: string | null, label: string, conditions: readonly Where[]): Promise<Slice> => {
    await nextTurn(inTime);
    return sliceOf(kpi, value, label, evaluate(narrowed(kpi, conditions), world, [cut.scope], cut.periods));
  };
  const slices: Slice[] = [];
  for (const value of shown) slices.push(await sliced(value, value, [isOneOf(by, [value], false)]));
  const unset = await sliced(null, 'not set', [isSet(by, false)]);
  if (hasItems(unset)) slices.push(unset);
  if (values.length > SHOWN)
    slices.push(await sliced(null, `${values.length - SHOWN} others`, [isOneOf(by, shown, true), isSet(by, true)]));
  return {
    kpi: kpi.id,
    name: kpi.name,
    by,
    scope: cut.scope,
    periods: cut.periods.map((period) => ({ period: period.id, title: periodTitle(period) })),
    slices,
  };
}

const hasItems = (slice: Slice): boolean => slice.count > 0 || slice.readings.some(({ value }) => value !== null && value !== 0);

function periodsOf({ periods }: SlicesAsked, { organisation, now }: World): Period[] {
  const { calendar } = organisation;
  if ('weeks' in periods) {
    const last = lastCompleteWeek(calendar, now);
    return Array.from({ length: periods.weeks }, (_, index) => shiftPeriod(calendar, last, index + 1 - periods.weeks));
  }
  const period = parsePeriod(calendar, periods.period);
  if (period === null)
    throw new EngineError('invalid', `"${periods.period.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
  if (period.start > now) throw new EngineError('not-found', `${period.id} has not begun yet.`);
  return [period];
}

function refuse({ kpi, world, by }: Cut): void {
  if (kpi.isPersonal)
    throw new EngineError(
      'forbidden',
      'What people bore or answered is shown for groups of five or more only, and slices of it would be smaller ones.',
    );
  const { measure } = kpi;
  if (measure.type === 'combine')
    throw new EngineError('invalid', `${kpi.id} is made of other KPIs; ask for slices of those: ${measure.parts.join(', ')}.`);
  const known = measure.type === 'level' ? dimensionsOf(kpi, world) : 'of' in measure ? sliceFieldsOf(measure.of) : [];
  if (known.includes(by)) return;
  throw new EngineError(
    'invalid',
    known.length === 0
      ? `${kpi.id} has nothing it could be cut by.`
      : `${kpi.id} cannot be cut by "${by.slice(0, 40)}"; write one of ${known.join(', ')}.`,
  );
}

/** Values that occur in the periods, the most frequent first. */
function valuesOf(request: Cut): string[] {
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
  columns.uids.forEach((uid, row) => {
    const times = found.get(uid);
    if (times === undefined) return;
    const value = codes === undefined ? numberName(by, numbers?.[row]) : codes.dictionary[codes.codes[row] ?? -1];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + times);
  });
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
  const columns = measure.type === 'level' ? columnsFor(world.series(measure.series), measure.statistic) : null;
  if (columns === null) return counts;
  const values = columns.dimensions.dictionary.map((text) => pairsOf(text).find(([name]) => name === by)?.[1]);
  columns.at.forEach((at, index) => {
    const value = values[columns.dimensions.codes[index] ?? -1];
    if (value === undefined || !periods.some((period) => at >= period.start && at < period.end)) return;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  return counts;
}

function dimensionsOf({ measure }: Kpi, world: World): string[] {
  if (measure.type !== 'level') return [];
  const dictionary = columnsFor(world.series(measure.series), measure.statistic)?.dimensions.dictionary ?? [];
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
const narrowed = (kpi: Kpi, conditions: readonly Where[]): Kpi =>
  kpi.measure.type === 'ratio'
    ? { ...kpi, measure: { ...kpi.measure, outOf: [...kpi.measure.outOf, ...conditions] } }
    : { ...kpi, where: [...kpi.where, ...conditions] };

const isOneOf = (field: string, values: readonly string[], negated: boolean): Where => ({
  field,
  condition: { test: 'in', values: values.map(flagOf), negated },
});
/** Flags are compared as numbers, so their names must not reach the comparison as text. */
const flagOf = (value: string): string | boolean => (value === 'true' ? true : value === 'false' ? false : value);

/** Every text holds the empty pattern: whether there is a value at all. */
const isSet = (field: string, isWanted: boolean): Where => ({
  field,
  condition: { test: 'matches', pattern: '', negated: !isWanted },
});

const sliceOf = (kpi: Kpi, value: string | null, label: string, evaluated: readonly Evaluated[]): Slice => ({
  value,
  label,
  count: evaluated.reduce((sum, { count }) => sum + count, 0),
  readings: evaluated.map((one) => ({
    value: one.value,
    emptiness: one.emptiness,
    text: formatOutcome(kpi.unit, one),
    count: one.count,
  })),
});
