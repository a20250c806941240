import { businessClock, type BusinessClock } from '../event/business-hours.ts';
import { instantOf } from './buckets.ts';
import type { ItemPass } from './item-pass.ts';
import { clocksOf, type LocalClock } from './local-clock.ts';

/**
 * Reads the business hours of a row between two seconds, in seconds: at each moment by the zone, rules
 * and holidays of whoever had it then, so that what moves between teams runs on the clock of each.
 */
export const businessTime = (pass: ItemPass): ((row: number, from: number, to: number) => number) => {
  const { attribution, columns } = pass;
  const { stretchStart, stretchFrom } = columns;
  const clockOf = clocksOf(columns.codes['zone'], pass.world.organisation, attribution);
  const clocks = new Map<LocalClock, BusinessClock>();
  const between = (local: LocalClock, from: number, to: number): number => {
    let clock = clocks.get(local);
    if (clock === undefined) {
      clock = businessClock(local.zone, local.rules, local.isHoliday);
      clocks.set(local, clock);
    }
    return clock(instantOf(from), instantOf(to));
  };
  return (row, from, to) => {
    const last = (stretchStart[row + 1] ?? 0) - 1;
    let seconds = 0;
    let stretch = attribution.stretchAt(row, from);
    for (let start = from; start < to;) {
      const next = stretch < last ? Math.min(stretchFrom[stretch + 1] ?? to, to) : to;
      for (const owned of [
        ...Array.from(attribution.ownersSince(stretch)).filter((since) => since > start && since < next),
        next,
      ]) {
        seconds += between(clockOf(row, stretch, start), start, owned);
        start = owned;
      }
      stretch += 1;
    }
    return seconds;
  };
};
