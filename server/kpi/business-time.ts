import { instantOf } from './buckets.ts';
import type { ItemPass } from './item-pass.ts';
import { LocalClocks } from './local-clock.ts';

/**
 * Reads the business hours of a row between two seconds, in seconds: at each moment by the zone, rules
 * and holidays of whoever had it then, so that what moves between teams runs on the clock of each.
 */
export const businessTime = (pass: ItemPass): ((row: number, from: number, to: number) => number) => {
  const { attribution, columns } = pass;
  const { stretchStart, stretchFrom } = columns;
  const clocks = new LocalClocks(columns, pass.world.organisation);
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
        seconds += clocks.at(row, stretch, start).business(instantOf(start), instantOf(owned));
        start = owned;
      }
      stretch += 1;
    }
    return seconds;
  };
};
