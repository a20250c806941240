import { HOUR_CLASSES, matchesDuring } from '../event/hours.ts';
import type { Instant } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import type { Bearers, Borne } from './bearers.ts';
import { lanesOf } from './hour-lanes.ts';
import { KnownGroups } from './known-groups.ts';
import type { Condition, Kpi } from './kpi.ts';
import { LEVELS } from './privacy-hour-levels.ts';
import { hoursThatLeaveFew } from './privacy-hours-mixed.ts';
import type { Span, Spans } from './privacy-spans.ts';
import { hiddenBuckets } from './privacy.ts';

/** Whether a number asks at which hours it was. */
export const asksAboutHours = (kpi: Kpi): boolean => conditionsOf(kpi).some(({ test }) => test === 'during');

const conditionsOf = ({ where, measure }: Kpi): Condition[] =>
  [...where, ...(measure.type === 'ratio' ? measure.outOf : [])].map(({ condition }) => condition);

/** How many levels a number needs: those up to the first whose classes it is made of. */
const levelsFor = (kpi: Kpi): number => {
  const asked = conditionsOf(kpi).flatMap((condition) =>
    condition.test === 'during' ? [lanesOf(...HOUR_CLASSES.filter((each) => matchesDuring(each, condition.during)))] : [],
  );
  const isMade = (of: readonly number[], lanes: number): boolean =>
    of.every((own) => (own & lanes) === 0 || (own & ~lanes) === 0);
  const first = LEVELS.findIndex((level) => asked.every((lanes) => isMade(level, lanes)));
  return first < 0 ? LEVELS.length : first + 1;
};

/**
 * What is hidden of numbers that ask at which hours it was. Who was on call by day cannot have been woken at night, so
 * whoever was on call at some hours, or bore something then, is a group of their own: where it is none (a week in which
 * one person took the nights), nothing is told by hours so fine, of others neither, because all less theirs is that person's.
 * Nor is it where numbers over more hours, taken away, would leave a few (privacy-hours-mixed.ts).
 */
export const hiddenByHours = (
  kpi: Kpi,
  table: ScopeTable,
  spans: Spans,
  bearers: Bearers,
  now: Instant,
  shownBy: Span,
): Uint8Array => {
  const groups = new KnownGroups(table);
  const width = spans.all.length;
  const hiddenAt = [hiddenBuckets(table, spans, bearers, now, shownBy, groups)];
  const levels = LEVELS.slice(0, levelsFor(kpi));
  let hidden = hiddenAt[0] ?? new Uint8Array(0);
  levels.forEach((level, index) => {
    hidden = hidden.slice();
    hiddenAt.push(hidden);
    for (const lanes of level) hideFew(table, spans, bearers.during(lanes), now, shownBy, groups, hidden);
    for (const { firstDay, endDay } of hoursThatLeaveFew(
      table,
      spans,
      bearers,
      levels.slice(0, index + 1),
      groups,
      hiddenAt,
      now,
      shownBy,
    ))
      spans.all.forEach((period, at) => {
        if (period.firstDay >= endDay || period.endDay <= firstDay) return;
        for (let scope = 0; scope < table.scopes.length; scope += 1) hidden[scope * width + at] = 1;
      });
  });
  return hidden;
};

/** Hides what speaks of somebody and would be hidden if they were all; where there was nobody at such hours they tell nothing. */
const hideFew = (
  table: ScopeTable,
  spans: Spans,
  bearers: Borne,
  now: Instant,
  shownBy: Span,
  groups: KnownGroups,
  hidden: Uint8Array,
): void => {
  const width = spans.all.length;
  const own = hiddenBuckets(table, spans, bearers, now, shownBy, groups);
  spans.all.forEach(({ grain }, period) => {
    const ofAll = table.organisation * width + period;
    if (own[ofAll] === 1 && hidden[ofAll] === 0 && bearers.sizeOf([period]) > 0) {
      hidden[ofAll] = 1;
      // Teams with nobody at such hours neither: a week of theirs may be told less finely.
      if (grain === 'month') for (let scope = 0; scope < table.scopes.length; scope += 1) hidden[scope * width + period] = 1;
    }
    // Of teams nothing shorter is told anyway.
    if (grain !== 'month' && grain !== 'quarter') return;
    const { present } = groups.of(bearers, period);
    for (let scope = 0; scope < present.length; scope += 1)
      if (present[scope] === 1 && own[scope * width + period] === 1) hidden[scope * width + period] = 1;
  });
};
