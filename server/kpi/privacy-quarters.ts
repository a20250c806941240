import type { Instant } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import type { Borne } from './bearers.ts';
import { hiddenScopes, isGroup, mayBeLeft, presentIn } from './privacy-groups.ts';
import { LEVELS, levelOfPart, levelOfWeek } from './privacy-hour-levels.ts';
import { isWithin, weeksOf, type Spans } from './privacy-spans.ts';
import { mayTellTeams, type ToldDays } from './privacy-teams.ts';

/**
 * What is hidden of how a load was spread, which is shown by the quarter. A spread tells how many items
 * there were, and a count of them is shown by the week and the month, so the quarter must not give away
 * what a count hides (`asCount`: which buckets that are).
 *
 * The organisation is shown where its weeks that are hidden have nobody or at least five people together,
 * and no bound of the quarter cuts a few people off a week that is shown. A team or service is shown where each of its
 * months is shown or held nobody. Months in which the organisation itself is hidden tell nothing of teams;
 * they count as one span, by the rules of any other, beside what the organisation is told of their weeks and hours.
 */
export const hiddenByQuarter = (
  table: ScopeTable,
  spans: Spans,
  bearers: Borne,
  now: Instant,
  asCount: Uint8Array,
): Uint8Array => {
  const { all, parts, monthsOf } = spans;
  const hidden = new Uint8Array(asCount.length).fill(1);
  const isHidden = (scope: number, period: number): boolean => asCount[scope * all.length + period] === 1;
  const isOver = (part: number): boolean => (all[part]?.end ?? Infinity) <= now;

  for (const [quarter, months] of monthsOf) {
    const own = parts[quarter] ?? [];
    if (!isGroup(bearers.sizeOf([quarter])) || !own.every(isOver)) continue;
    const weeks = weeksOf(own, all);
    const isFew = (days: readonly number[]): boolean => !mayBeLeft(bearers.sizeOf(days));
    if (weeks.some((week) => !isFew(week) && week.some((piece) => isFew([piece])))) continue;
    const untold = weeks.filter(isFew).flat();
    if (isFew(untold.filter((piece) => isWithin(all[piece], all[quarter])))) continue;
    hidden[table.organisation * all.length + quarter] = 0;
    if (months.length === 0) continue;

    const silent = months.filter((month) => isHidden(table.organisation, month));
    const told = months.filter((month) => !silent.includes(month));
    const untoldGroup = bearers.among(silent);
    const ranges = [
      { present: presentIn(table, untoldGroup), within: hiddenScopes(table, untoldGroup) },
      ...told.map((month) => ({
        present: presentIn(table, bearers.among([month])),
        within: Uint8Array.from(table.scopes, (_, scope) => (isHidden(scope, month) ? 1 : 0)),
      })),
    ];
    const within = hiddenScopes(table, bearers.among([quarter]));
    for (const scope of scopesOf(table))
      if (ranges.some((span) => span.present[scope] === 1 && span.within[scope] === 1)) within[scope] = 1;
    // What is told of teams less the months in which they are told is what they had in silence.
    if (!mayTellTeams(table, within, toldInSilence(spans, bearers, silent)))
      ranges[0]?.present.forEach((isPresent, scope) => {
        if (isPresent === 1) within[scope] = 1;
      });
    for (const scope of scopesOf(table)) if (within[scope] === 0) hidden[scope * all.length + quarter] = 0;
  }
  return hidden;
};

/**
 * The days of some months by what the organisation is told of them: its weeks, those too that end in another such month,
 * and of each its hours, as finely as they may be told. Weeks of a few are told together alone, as what the others leave
 * of the quarter.
 */
const toldInSilence = ({ all, parts }: Spans, bearers: Borne, months: readonly number[]): ToldDays[] => {
  const isFew = (days: readonly number[]): boolean => !mayBeLeft(bearers.sizeOf(days));
  const told = new Map<string, Untold>();
  const tell = (key: string, days: readonly number[], level: number, beyond?: Untold['beyond']): void => {
    told.set(key, { days: [...(told.get(key)?.days ?? []), ...days], level, beyond });
  };
  for (const month of months)
    for (const week of weeksOf(parts[month] ?? [], all)) {
      const own = week.filter((piece) => isWithin(all[piece], all[month]));
      const level = levelOfWeek(bearers, LEVELS, week);
      if (isFew(week)) tell('untold', own, -1);
      // A bound that cuts off a few is used by nothing that is told.
      else if (week.some((piece) => isFew([piece]))) tell(`week of ${all[week[0] ?? 0]?.firstDay ?? 0}`, own, level);
      else {
        const asPart = levelOfPart(bearers, LEVELS, week, own);
        const days = week.filter((piece) => !months.some((each) => isWithin(all[piece], all[each])));
        const beyond = level > asPart && days.length > 0 ? { days, known: LEVELS[asPart] ?? [] } : undefined;
        for (const piece of own) tell(`${piece}`, [piece], Math.max(level, asPart), beyond);
      }
    }
  return [...told.values()].flatMap(({ days, level, beyond }) =>
    (LEVELS[level] ?? [null]).map((lanes) => ({
      days,
      bearers: lanes === null ? bearers : bearers.during(lanes),
      beyond: lanes === null || beyond?.known.includes(lanes) === true ? undefined : beyond?.days,
    })),
  );
};

/** Days of which nothing is told of teams by themselves. */
interface Untold {
  readonly days: readonly number[];
  /** How finely the organisation is told of their hours; -1 where it is not. */
  readonly level: number;
  /** The other days of their week, where only together with those, and the hours at which without them, too. */
  readonly beyond: { readonly days: readonly number[]; readonly known: readonly number[] } | undefined;
}

const scopesOf = (table: ScopeTable): number[] => [...table.teams.values(), ...table.services.values()];

/** Whether the people of a rotation are too few for a spread over them, whoever was on call. An unknown rotation is nobody. */
export const isSmallRotation = (people: number): boolean => !mayBeLeft(people);
