import { NEVER } from '../event/columns.ts';
import { attributionOf, type ScopeTable } from './attribution.ts';
import type { Bearers } from './bearers.ts';
import { at, secondsOf, type Cuts } from './buckets.ts';
import { HoursWithin } from './hour-lanes.ts';
import type { People } from './people.ts';
import { stepAt } from './steps.ts';
import type { World } from './world.ts';

/** Time on call by (scope, period) bucket. */
export interface OnCall {
  /** Seconds of all shifts together, clipped to the period and to now. */
  readonly seconds: Float64Array;
}

/** Where the time of a person within one cell begins, and what it is of. */
interface SpellStart {
  readonly row: number;
  readonly stretch: number;
  readonly from: number;
}

/** Time of one person within one cell of time, in seconds. Scope indexes are -1 where not asked for, the person where nobody is named. */
export type VisitSpell = (
  cell: number,
  seconds: number,
  team: number,
  service: number,
  person: number,
  start: SpellStart,
) => void;

/**
 * Shifts or memberships up to now, cut where periods begin and end. Each belongs to the team it names, as of its
 * beginning. Those that were replaced or called off are none.
 */
export const eachSpell = (
  world: World,
  kind: 'shift' | 'membership',
  table: ScopeTable,
  cuts: Cuts,
  people: People,
  visit: VisitSpell,
): void => {
  const columns = world.columns(kind);
  const { dead, instants, length } = columns;
  const attribution = attributionOf(columns, world.organisation, table);
  const persons = people.in(columns);
  const present = secondsOf(world.now);
  const { bounds, boundSteps } = cuts;
  for (let row = 0; row < length; row += 1) {
    const from = at(instants['from'], row);
    if (from === NEVER || dead?.[row] === 1 || at(instants['cancelled'], row) !== NEVER) continue;
    const to = at(instants['to'], row);
    const end = to === NEVER ? present : Math.min(to, present);
    const stretch = attribution.stretchAt(row, from);
    const team = attribution.teamScope(stretch, from);
    const service = attribution.serviceScope(stretch);
    const person = persons.at(row);
    for (let cell = Math.max(0, stepAt(boundSteps, from)); cell < bounds.length - 1; cell += 1) {
      const start = bounds[cell] ?? end;
      if (start >= end) break;
      const first = Math.max(from, start);
      const seconds = Math.min(end, bounds[cell + 1] ?? end) - first;
      if (seconds > 0) visit(cell, seconds, team, service, person, { row, stretch, from: first });
    }
  }
};

/** The time of all shifts together. */
export const onCallTime = (world: World, table: ScopeTable, cuts: Cuts, people: People): OnCall => {
  const { bounds, endCell, firstCell, periods } = cuts;
  const cells = bounds.length;
  const byCell = new Float64Array(table.scopes.length * cells);
  const add = (scope: number, cell: number, seconds: number): void => {
    if (scope < 0) return;
    byCell[scope * cells + cell] = (byCell[scope * cells + cell] ?? 0) + seconds;
  };
  eachSpell(world, 'shift', table, cuts, people, (cell, seconds, team, service) => {
    add(table.organisation, cell, seconds);
    add(team, cell, seconds);
    add(service, cell, seconds);
  });
  const seconds = new Float64Array(table.scopes.length * periods.length);
  for (let bucket = 0; bucket < seconds.length; bucket += 1) {
    const period = bucket % periods.length;
    const start = ((bucket - period) / periods.length) * cells;
    let sum = 0;
    for (let cell = firstCell[period] ?? 0; cell < (endCell[period] ?? 0); cell += 1) sum += byCell[start + cell] ?? 0;
    seconds[bucket] = sum;
  }
  return { seconds };
};

/**
 * Everyone on a shift is one of those whom numbers of what comes with being on call may speak of; where hours are told
 * apart, at those hours at which they were on call.
 */
export const addOnCall = (
  bearers: Bearers,
  world: World,
  table: ScopeTable,
  cuts: Cuts,
  people: People,
  isByHours = false,
): void => {
  const hours = isByHours ? new HoursWithin(world.columns('shift'), world.organisation) : null;
  eachSpell(world, 'shift', table, cuts, people, (cell, seconds, team, service, person, { row, stretch, from }) => {
    if (person < 0) return;
    if (hours === null) bearers.add(cell, team, service, person);
    else {
      const met = hours.met(row, stretch, from, from + seconds);
      for (let lane = 0; met >> lane !== 0; lane += 1)
        if ((met & (1 << lane)) !== 0) bearers.add(cell, team, service, person, lane);
    }
  });
};
