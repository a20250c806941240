import { evaluate } from '../kpi/evaluate.ts';
import { slicesOf as sliceFieldsOf } from '../kpi/fields.ts';
import type { Kpi, Where } from '../kpi/kpi.ts';
import type { Emptiness } from '../kpi/measurement.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { formatOutcome, shownUnit } from '../review/format.ts';
import { pastOf, type SlicePast } from '../review/slice-past.ts';
import { lastCompleteWeek, parsePeriod, periodTitle, shiftPeriod } from '../time/calendar.ts';
import type { Period } from '../time/period.ts';
import { EngineError } from './engine.ts';
import { scopeOf } from './scope.ts';
import { dimensionsOf, isOneOf, isSet, narrowed, valuesOf, type Cut } from './slice-values.ts';
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
  /** Beside its own earlier weeks; null where one period was asked about. */
  readonly past: SlicePast | null;
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
    return sliceOf(cut, value, label, evaluate(narrowed(kpi, conditions), world, [cut.scope], cut.periods));
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

const sliceOf = ({ kpi, periods }: Cut, value: string | null, label: string, evaluated: readonly Evaluated[]): Slice => ({
  value,
  label,
  count: evaluated.reduce((sum, { count }) => sum + count, 0),
  readings: evaluated.map((one) => ({
    value: one.value,
    emptiness: one.emptiness,
    text: formatOutcome(shownUnit(kpi), one),
    count: one.count,
  })),
  past:
    periods.length < 2
      ? null
      : pastOf(
          kpi,
          periods.flatMap((period, index) => {
            const row = evaluated[index];
            return row === undefined ? [] : [{ period, row: { ...row, flags: [] } }];
          }),
        ),
});
