import type { Instant } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import type { Bearers, Borne } from './bearers.ts';
import { lanesOf } from './hour-lanes.ts';
import { KnownGroups } from './known-groups.ts';
import type { Kpi } from './kpi.ts';
import { hoursThatLeaveFew } from './privacy-hours-mixed.ts';
import type { Span, Spans } from './privacy-spans.ts';
import { hiddenBuckets } from './privacy.ts';

/** The hours that can be told apart by subtraction, each by its own people. */
const APART: readonly number[] = [lanesOf('business'), lanesOf('night'), lanesOf('weekend'), lanesOf('evening', 'holiday')];

/** Whether a number asks at which hours it was. */
export const asksAboutHours = ({ where, measure }: Kpi): boolean =>
  [...where, ...(measure.type === 'ratio' ? measure.outOf : [])].some(({ condition }) => condition.test === 'during');

/**
 * What is hidden of numbers that ask at which hours it was. Who was on call by day cannot have been woken at night, so
 * whoever was on call at some hours, or bore something then, is a group of their own: where it is none (a week in which
 * one person took the nights), nothing is told by hours, of others neither, because all less theirs is that person's.
 * Nor is it where numbers over all hours, taken away, would leave a few (privacy-hours-mixed.ts).
 */
export const hiddenByHours = (table: ScopeTable, spans: Spans, bearers: Bearers, now: Instant, shownBy: Span): Uint8Array => {
  const groups = new KnownGroups(table);
  const atAllHours = hiddenBuckets(table, spans, bearers, now, shownBy, groups);
  const hidden = atAllHours.slice();
  for (const lanes of APART) hideFew(table, spans, bearers.during(lanes), now, shownBy, groups, hidden);
  const width = spans.all.length;
  for (const { firstDay, endDay } of hoursThatLeaveFew(table, spans, bearers, APART, groups, atAllHours, hidden))
    spans.all.forEach((period, index) => {
      if (period.firstDay >= endDay || period.endDay <= firstDay) return;
      for (let scope = 0; scope < table.scopes.length; scope += 1) hidden[scope * width + index] = 1;
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
    if (own[ofAll] === 1 && hidden[ofAll] === 0 && bearers.sizeOf([period]) > 0) hidden[ofAll] = 1;
    // Of teams nothing shorter is told anyway.
    if (grain !== 'month' && grain !== 'quarter') return;
    const { present } = groups.of(bearers, period);
    for (let scope = 0; scope < present.length; scope += 1)
      if (present[scope] === 1 && own[scope * width + period] === 1) hidden[scope * width + period] = 1;
  });
};
