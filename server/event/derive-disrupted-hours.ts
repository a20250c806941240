import { borneIn } from './borne.ts';
import { clocksOf, hourStart } from './clocks.ts';
import type { ItemColumns } from './columns.ts';
import { carried, derivedColumns } from './derived-columns.ts';
import { Texts } from './item-row.ts';
import type { Organisation } from './organisation.ts';
import { RecentHours } from './recent-hours.ts';

/** The distinct clock hours of a person's day with an interruption; on shift if one of them was. */
export function deriveDisruptedHours(interruptions: ItemColumns, organisation: Organisation): ItemColumns {
  const { rows, start, people, secondOf } = borneIn(interruptions, 'started');
  const wasOnShift = interruptions.numbers['on_shift'];
  const clockAt = clocksOf(interruptions, organisation);
  const zones = new Texts();
  const { length } = rows;
  const [origin, started, zone] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  const onShift = new Float64Array(length);
  let made = 0;
  for (let person = 0; person < people.length; person += 1) {
    const hours = new RecentHours();
    for (const row of rows.subarray(start[person], start[person + 1])) {
      const at = secondOf(row);
      const clock = clockAt(row, at);
      const hour = hourStart(clock, at);
      const known = hours.add(0, hour, at, made);
      if (known === made) {
        origin[made] = row;
        started[made] = hour;
        zone[made] = zones.numberOf(clock.zone.name);
        made += 1;
      }
      if (wasOnShift?.[row] === 1) onShift[known] = 1;
    }
  }
  const firsts = origin.subarray(0, made);
  return derivedColumns({
    kind: 'disrupted_hour',
    origin: interruptions,
    rows: firsts,
    at: started.subarray(0, made),
    instants: { started: started.subarray(0, made) },
    numbers: { on_shift: onShift.subarray(0, made) },
    codes: {
      responder: carried(interruptions, 'responder', firsts),
      zone: { dictionary: zones.all, codes: zone.subarray(0, made) },
    },
  });
}
