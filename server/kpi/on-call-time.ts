import { NEVER } from '../event/columns.ts';
import type { Organisation } from '../event/organisation.ts';
import { attributionOf, type ScopeTable } from './attribution.ts';
import { at, secondsOf, type Cuts } from './buckets.ts';
import type { Bearer } from './privacy.ts';
import type { World } from './world.ts';

/** Time on call by (scope, period) bucket, and who bore it. */
export interface OnCall {
  /** Seconds of all shifts together, clipped to the period and to now. */
  readonly seconds: Float64Array;
  readonly bearers: readonly Bearer[];
}

/** Shifts clipped to periods. A shift belongs to the team it names, as of its beginning. */
export const onCallTime = (world: World, organisation: Organisation, table: ScopeTable, cuts: Cuts): OnCall => {
  const shifts = world.columns('shift');
  const attribution = attributionOf(shifts, organisation, table);
  const periodCount = cuts.periods.length;
  const seconds = new Float64Array(table.scopes.length * periodCount);
  const bearers: Bearer[] = [];
  const responders = shifts.codes['responder'];
  const present = secondsOf(world.now);
  const starts = cuts.periods.map((period) => secondsOf(period.start));
  const ends = cuts.periods.map((period) => Math.min(secondsOf(period.end), present));

  for (let row = 0; row < shifts.length; row += 1) {
    const from = at(shifts.instants['from'], row);
    const to = at(shifts.instants['to'], row);
    if (from === NEVER || at(shifts.instants['cancelled'], row) !== NEVER) continue;
    const stretch = attribution.stretchAt(row, from);
    const team = attribution.teamScope(stretch, from);
    const service = attribution.serviceScope(stretch);
    const responder = responders?.dictionary[responders.codes[row] ?? -1];
    for (let period = 0; period < periodCount; period += 1) {
      const end = ends[period] ?? 0;
      const clipped = Math.min(to === NEVER ? end : to, end) - Math.max(from, starts[period] ?? 0);
      if (clipped <= 0) continue;
      for (const scope of [table.organisation, team, service]) {
        if (scope < 0) continue;
        const bucket = scope * periodCount + period;
        seconds[bucket] = (seconds[bucket] ?? 0) + clipped;
      }
      if (responder !== undefined) bearers.push({ period, team, service, person: responder });
    }
  }
  return { seconds, bearers };
};
