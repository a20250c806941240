import type { Scope } from '../event/organisation.ts';
import { alikeOf, type Alike } from '../kpi/alike.ts';
import { evaluate, evaluateWithLists, type WithLists } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Emptiness, Exclusion } from '../kpi/measurement.ts';
import { giveEntries } from '../kpi/spare-entries.ts';
import { definitionWords } from '../kpi/words.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { formatOutcome, shownUnit } from '../review/format.ts';
import { inForce, verdictOn } from '../review/targets.ts';
import { lastCompleteWeek, periodOf, periodTitle, shiftPeriod } from '../time/calendar.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import { movesByList, NOTHING_MOVED, type Moved, type ScopeMoves } from './diff-moved.ts';
import { withheldBecause, withParts } from './diff-people.ts';
import { movesByRow } from './diff-rows.ts';
import { summaryOf, summaryOfScope } from './diff-words.ts';
import { nextTurn } from './turns.ts';

/** Complete periods of each grain that are looked at. Running ones would change by themselves. */
const WEEKS = 12;
const MONTHS = 12;

/** A definition among those of its day, which combinations are made of. */
export interface Version {
  readonly kpi: Kpi;
  readonly kpis: readonly Kpi[];
}

export interface DiffRequest {
  /** Items, series and the present; what definitions it holds plays no part. */
  readonly world: World;
  /** Null for a KPI that was never measured. */
  readonly before: Version | null;
  readonly after: Version;
  readonly scopes: readonly Scope[];
  /** Ends the work between two passes, and between two scopes. */
  readonly signal: AbortSignal;
}

/** What one definition says of a period. */
export interface Reading {
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  /** The value as people say it, or why there is none. */
  readonly text: string;
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  /** The target in force for the period's grain, as written; null where none is. */
  readonly target: string | null;
  readonly isMet: boolean | null;
}

export interface PeriodDiff {
  readonly period: string;
  readonly title: string;
  readonly grain: 'week' | 'month';
  readonly before: Reading | null;
  readonly after: Reading;
  /** A number, an item or the verdict on the target differs. */
  readonly isChanged: boolean;
  /** Null where there is nothing to compare with, and for what people bore. */
  readonly moved: Moved | null;
}

export interface ScopeDiff {
  readonly scope: Scope;
  readonly summary: string;
  readonly isChanged: boolean;
  /** Weeks, then months, each oldest first. */
  readonly periods: readonly PeriodDiff[];
}

export interface KpiDiff {
  readonly kpi: string;
  readonly name: string;
  /** `same`: it may be worded otherwise, but it means what it meant. */
  readonly is: 'new' | 'changed' | 'same';
  readonly words: { readonly before: string | null; readonly after: string };
  /** Why it is not evaluated; null where it is. */
  readonly withheld: string | null;
  readonly summary: string;
  readonly isChanged: boolean;
  readonly scopes: readonly ScopeDiff[];
}

/** The last 12 complete weeks and 12 complete months, each oldest first. */
function comparedPeriods(calendar: Calendar, now: Instant): Period[] {
  const week = lastCompleteWeek(calendar, now);
  const month = shiftPeriod(calendar, periodOf(calendar, 'month', calendar.zone.dayOf(now)), -1);
  const upTo = (last: Period, count: number): Period[] =>
    Array.from({ length: count }, (_, index) => shiftPeriod(calendar, last, index + 1 - count));
  return [...upTo(week, WEEKS), ...upTo(month, MONTHS)];
}

/** Whether two versions would give the same numbers and verdicts whatever the data: all but file name and wording agree, parts included. */
export function meansTheSame(before: Version, after: Version): boolean {
  const meaning = (version: Version): string =>
    JSON.stringify(withParts(version).map((kpi) => ({ ...kpi, file: '', definition: '' })));
  return meaning(before) === meaning(after);
}

/**
 * What a changed definition does to the last 12 weeks and 12 months of each scope: both versions
 * evaluated over what is known now, with the items that make the difference. What people bore stays
 * under its own rules: hidden values stay hidden, items are never told, and conditions that could
 * single someone out are not evaluated at all.
 */
export async function diffOf(request: DiffRequest): Promise<KpiDiff> {
  const { before, after } = request;
  const is = before === null ? 'new' : meansTheSame(before, after) ? 'same' : 'changed';
  const withheld = is === 'same' ? null : withheldBecause(before, after);
  const scopes = withheld === null ? await scopeDiffs(request, is === 'same') : [];
  return {
    kpi: after.kpi.id,
    name: after.kpi.name,
    is,
    words: { before: before === null ? null : definitionWords(before.kpi), after: definitionWords(after.kpi) },
    withheld,
    summary: withheld === null ? summaryOf(after.kpi, is, scopes) : `${after.kpi.id}: not shown. ${withheld}`,
    isChanged: withheld !== null || before === null || scopes.some((scope) => scope.isChanged),
    scopes,
  };
}

async function scopeDiffs({ world, before, after, scopes, signal }: DiffRequest, isSame: boolean): Promise<ScopeDiff[]> {
  const periods = comparedPeriods(world.organisation.calendar, world.now);
  // What people bore is never told item by item.
  const isTold = before !== null && !before.kpi.isPersonal && !after.kpi.isPersonal;
  const holds = isTold && !isSame;
  await nextTurn(signal);
  const alike = before === null || !holds ? null : alikeOf(before.kpi, after.kpi);
  const is = readingsOf(after, world, scopes, periods, holds, alike);
  await nextTurn(signal);
  const was = before === null ? null : isSame ? is : readingsOf(before, world, scopes, periods, holds, alike);
  await nextTurn(signal);
  const moves = before === null || was === null || !holds ? null : movesOf(before.kpi, was, after.kpi, is, periods);
  const made: ScopeDiff[] = [];
  for (const [row, scope] of scopes.entries()) {
    await nextTurn(signal);
    const [from, to] = [row * periods.length, (row + 1) * periods.length];
    const moved = moves === null ? (isTold ? nothingOf(periods) : null) : moves(scope, from, to);
    const [then, now] = [was?.evaluated.slice(from, to) ?? null, is.evaluated.slice(from, to)];
    made.push(scopeDiff(before?.kpi ?? null, after.kpi, scope, periods, then, now, moved));
  }
  if (alike !== null) for (const { entries } of [...(was?.lists ?? []), ...(is.lists ?? [])]) giveEntries(entries);
  return made;
}

/** By its own parts, over the same items: one pass for all scopes, because each looks at every row of the time. */
const readingsOf = (
  { kpi, kpis }: Version,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  withLists: boolean,
  alike: Alike | null,
): WithLists => {
  const byId = new Map(kpis.map((one) => [one.id, one]));
  const own = { ...world, kpi: (id: string) => byId.get(id) };
  return withLists
    ? evaluateWithLists(kpi, own, scopes, periods, alike)
    : { evaluated: evaluate(kpi, own, scopes, periods), lists: null };
};

/** By row where both count items; else by what each gives as its evidence. */
const movesOf = (
  before: Kpi,
  was: WithLists,
  after: Kpi,
  is: WithLists,
  periods: readonly Period[],
): ((scope: Scope, from: number, to: number) => ScopeMoves) =>
  was.lists !== null && is.lists !== null
    ? movesByRow({ kpi: before, lists: was.lists }, { kpi: after, lists: is.lists })
    : (_scope, from, to) =>
        movesByList(
          { kpi: before, said: was.evaluated.slice(from, to) },
          { kpi: after, said: is.evaluated.slice(from, to) },
          periods,
        );

const nothingOf = (periods: readonly Period[]): ScopeMoves => ({
  periods: periods.map(() => NOTHING_MOVED),
  weeks: { entering: 0, leaving: 0, between: 0 },
});

/** `moves` is null where there is nothing to compare with, and for what people bore. */
function scopeDiff(
  before: Kpi | null,
  after: Kpi,
  scope: Scope,
  periods: readonly Period[],
  was: readonly Evaluated[] | null,
  is: readonly Evaluated[],
  moves: ScopeMoves | null,
): ScopeDiff {
  const diffs = periods.flatMap((period, at): PeriodDiff[] => {
    const [now, then] = [is[at], was?.[at] ?? null];
    const { grain } = period;
    if (now === undefined || (grain !== 'week' && grain !== 'month')) return [];
    const moved = moves?.periods[at] ?? null;
    const old = before === null || then === null ? null : reading(before, then, period);
    const fresh = reading(after, now, period);
    return [
      {
        period: period.id,
        title: periodTitle(period),
        grain,
        before: old,
        after: fresh,
        isChanged: old !== null && (!isAlike(old, fresh) || (moved?.total ?? 0) > 0),
        moved,
      },
    ];
  });
  const weeks = moves?.weeks ?? { entering: 0, leaving: 0, between: 0 };
  return {
    scope,
    summary: summaryOfScope(before, after, scope, diffs, weeks),
    isChanged: diffs.some((diff) => diff.isChanged),
    periods: diffs,
  };
}

function reading(kpi: Kpi, evaluated: Evaluated, period: Period): Reading {
  const target = period.grain === 'week' || period.grain === 'month' ? inForce(kpi, period.grain, period.endDay - 1) : null;
  const { value, emptiness, count, exclusions } = evaluated;
  return {
    value,
    emptiness,
    text: formatOutcome(shownUnit(kpi), evaluated),
    count,
    exclusions,
    target: target === null ? null : `${target.direction === 'at_most' ? 'at most' : 'at least'} ${target.text}`,
    // What a change of calendar cut short is shown, and not judged.
    isMet: target === null || period.cutFrom !== undefined ? null : verdictOn(target, evaluated),
  };
}

const isAlike = (was: Reading, is: Reading): boolean =>
  was.value === is.value &&
  was.emptiness === is.emptiness &&
  was.count === is.count &&
  was.isMet === is.isMet &&
  was.text === is.text &&
  JSON.stringify(was.exclusions) === JSON.stringify(is.exclusions);
