import { HOUR_CLASSES } from '../event/hours.ts';
import type { Instant } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import { Bearers } from './bearers.ts';
import type { Cuts } from './buckets.ts';
import type { Kpi } from './kpi.ts';
import { LocalClocks, type LocalClock } from './local-clock.ts';
import { eachSpell } from './on-call-time.ts';
import { People } from './people.ts';
import { presentIn } from './privacy-groups.ts';
import type { Span, Spans } from './privacy-spans.ts';
import { hiddenBuckets } from './privacy.ts';
import type { World } from './world.ts';

const QUARTER = 900;
/** More than a cell has, and few enough that a second since 2000 times it is exact. */
const MOST_SECONDS = 2 ** 22;

/**
 * The hours that can be told apart by subtraction, each by its own people: evenings and holidays are asked about by
 * nobody whose definition was not reviewed (jobs/diff-people.ts), so they are what the others leave.
 */
const APART: readonly number[] = HOUR_CLASSES.map((hourClass) => {
  if (hourClass === 'business') return 1;
  if (hourClass === 'night') return 2;
  return hourClass === 'weekend' ? 4 : 8;
});
const EACH = [1, 2, 4, 8];
const ALL = 15;

/** Whether a number asks at which hours it was. */
export const asksAboutHours = ({ where, measure }: Kpi): boolean =>
  [...where, ...(measure.type === 'ratio' ? measure.outOf : [])].some(({ condition }) => condition.test === 'during');

/**
 * What is hidden of numbers that ask at which hours it was. Who was on call by day cannot have been woken at night, so
 * whoever was on call at some hours is a group of their own: where it is none (a week in which one person took the
 * nights), nothing is told by hours, of others neither, because all less theirs is that person's.
 */
export const hiddenByHours = (table: ScopeTable, spans: Spans, cuts: Cuts, world: World, shownBy: Span): Uint8Array => {
  const hidden = new Uint8Array(table.scopes.length * spans.all.length);
  for (const bearers of onCallByHours(world, table, cuts)) hideFew(table, spans, bearers, world.now, shownBy, hidden);
  return hidden;
};

/** Hides what speaks of somebody and would be hidden if they were all; where nobody was on call at such hours they tell nothing. */
const hideFew = (table: ScopeTable, spans: Spans, bearers: Bearers, now: Instant, shownBy: Span, hidden: Uint8Array): void => {
  const width = spans.all.length;
  const own = hiddenBuckets(table, spans, bearers, now, shownBy);
  spans.all.forEach(({ grain }, period) => {
    if (bearers.sizeOf([period]) === 0) return;
    const ofAll = table.organisation * width + period;
    if (own[ofAll] === 1) hidden[ofAll] = 1;
    // Of teams nothing shorter is told anyway.
    if (grain !== 'month' && grain !== 'quarter') return;
    presentIn(table, bearers.among([period])).forEach((isPresent, scope) => {
      if (isPresent === 1 && own[scope * width + period] === 1) hidden[scope * width + period] = 1;
    });
  });
};

/** Everyone on call, once for each of the hours that can be told apart. */
const onCallByHours = (world: World, table: ScopeTable, cuts: Cuts): readonly Bearers[] => {
  const columns = world.columns('shift');
  const people = new People();
  const named = people.in(columns);
  const clocks = new LocalClocks(columns, world.organisation);
  const apart = EACH.map((hours) => ({ hours, bearers: new Bearers(cuts, people, named) }));
  // Many hand over at the same hour.
  const known = new Map<LocalClock, Map<number, number>>();
  eachSpell(world, 'shift', table, cuts, people, (cell, seconds, team, service, person, { row, stretch, from }) => {
    if (person < 0) return;
    const clock = clocks.at(row, stretch, from);
    let ofClock = known.get(clock);
    if (ofClock === undefined) known.set(clock, (ofClock = new Map<number, number>()));
    const key = from * MOST_SECONDS + seconds;
    let met = ofClock.get(key);
    if (met === undefined) ofClock.set(key, (met = hoursIn(clock, from, from + seconds)));
    for (const { hours, bearers } of apart) if ((met & hours) !== 0) bearers.add(cell, team, service, person);
  });
  return apart.map(({ bearers }) => bearers);
};

/** Which hours there are between two seconds, the second not included. Bands keep to quarters of an hour, or nearly. */
const hoursIn = ({ hours }: LocalClock, from: number, to: number): number => {
  let met = APART[hours.codeAt(to - 1)] ?? 0;
  for (let second = from; second < to && met !== ALL; second = (Math.floor(second / QUARTER) + 1) * QUARTER)
    met |= APART[hours.codeAt(second)] ?? 0;
  return met;
};
