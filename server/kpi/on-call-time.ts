import { NEVER } from '../event/columns.ts';
import type { Grain } from '../time/period.ts';
import { attributionOf, type ScopeTable } from './attribution.ts';
import { at, secondsOf, type Cuts } from './buckets.ts';
import type { Bearer } from './privacy-groups.ts';
import type { World } from './world.ts';

/** Time on call by (scope, period) bucket, and who bore it. */
export interface OnCall {
  /** Seconds of all shifts together, clipped to the period and to now. */
  readonly seconds: Float64Array;
  readonly bearers: readonly Bearer[];
}

/** A stretch of time of one person, clipped to a period and to now. Scope indexes are -1 where not asked for. */
export interface Spell {
  readonly period: number;
  readonly seconds: number;
  readonly scopes: readonly number[];
  readonly team: number;
  readonly service: number;
  readonly person: string | undefined;
}

/** Shifts or memberships clipped to periods (all, or those of one grain). Each belongs to the team it names, as of its beginning. */
export const eachSpell = (
  world: World,
  kind: 'shift' | 'membership',
  table: ScopeTable,
  cuts: Cuts,
  visit: (spell: Spell) => void,
  grain: Grain | null = null,
): void => {
  const columns = world.columns(kind);
  const attribution = attributionOf(columns, world.organisation, table);
  const responders = columns.codes['responder'];
  const present = secondsOf(world.now);
  const starts = cuts.periods.map((period) => secondsOf(period.start));
  const ends = cuts.periods.map((period) => Math.min(secondsOf(period.end), present));
  const asked = [...cuts.periods.keys()]
    .filter((period) => grain === null || cuts.periods[period]?.grain === grain)
    .sort((one, other) => (starts[one] ?? 0) - (starts[other] ?? 0));
  for (let row = 0; row < columns.length; row += 1) {
    const from = at(columns.instants['from'], row);
    const to = at(columns.instants['to'], row);
    if (from === NEVER || at(columns.instants['cancelled'], row) !== NEVER) continue;
    const stretch = attribution.stretchAt(row, from);
    const team = attribution.teamScope(stretch, from);
    const service = attribution.serviceScope(stretch);
    const person = responders?.dictionary[responders.codes[row] ?? -1];
    const scopes = [table.organisation, team, service];
    for (const period of asked) {
      if (to !== NEVER && (starts[period] ?? 0) >= to) break;
      const end = ends[period] ?? 0;
      const seconds = Math.min(to === NEVER ? end : to, end) - Math.max(from, starts[period] ?? 0);
      if (seconds > 0) visit({ period, seconds, scopes, team, service, person });
    }
  }
};

/** The time of all shifts together. */
export const onCallTime = (world: World, table: ScopeTable, cuts: Cuts): OnCall => {
  const seconds = new Float64Array(table.scopes.length * cuts.periods.length);
  const bearers: Bearer[] = [];
  eachSpell(world, 'shift', table, cuts, ({ period, seconds: clipped, scopes, team, service, person }) => {
    for (const scope of scopes) {
      if (scope < 0) continue;
      const bucket = scope * cuts.periods.length + period;
      seconds[bucket] = (seconds[bucket] ?? 0) + clipped;
    }
    if (person !== undefined) bearers.push({ period, team, service, person });
  });
  return { seconds, bearers };
};
