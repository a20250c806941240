import type { Instant } from '../../time/period.ts';
import { PEOPLE, TEAMS, type DemoPerson, type DemoTeam } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { randomFrom, type Random } from './random.ts';
import { DAY_MS, HOUR_MS, mondayFrom, type Timeline } from './timeline.ts';

/** One person's unbroken span on call, after overrides. */
export interface Shift {
  readonly id: string;
  readonly team: DemoTeam;
  readonly person: DemoPerson;
  readonly from: Instant;
  readonly to: Instant;
}

/** Each team has one rotation: a week each, handed over on Monday at 10:00 of the team's own clock. */
export const rotationOf = (team: DemoTeam): string => `${team.id}-primary`;

export function membersOf(team: DemoTeam, week: number): DemoPerson[] {
  return PEOPLE.filter((person) => person.team === team.id && week >= person.fromWeek && week < person.toWeek);
}

/** Shifts that begin in a week, team by team, each in order of time. */
export function shiftsOf(timeline: Timeline, seed: string, week: number): Shift[] {
  const monday = mondayFrom(timeline.firstDayOf(week));
  let number = 0;
  return TEAMS.flatMap((team) => {
    const random = randomFrom(seed, 'shifts', team.id, week);
    const members = membersOf(team, week);
    const from = team.zone.instantOf(monday, 10 * HOUR_MS);
    const to = team.zone.instantOf(monday + 7, 10 * HOUR_MS);
    const person = members[(week + 1000) % members.length];
    if (person === undefined) return [];
    return cut(random, person, members, from, to).map((span) => {
      number += 1;
      return { id: itemId('SHIFT', week, number), team, ...span };
    });
  });
}

/** About every fourth week somebody stands in for a day or two. */
function cut(
  random: Random,
  person: DemoPerson,
  members: readonly DemoPerson[],
  from: Instant,
  to: Instant,
): Pick<Shift, 'person' | 'from' | 'to'>[] {
  const others = members.filter((each) => each !== person);
  if (others.length === 0 || !random.chance(0.27)) return [{ person, from, to }];
  const standIn = random.pick(others);
  const start = from + Math.floor(random.between(1, 4)) * DAY_MS + 8 * HOUR_MS;
  const end = start + Math.floor(random.between(1, 3)) * DAY_MS;
  return [
    { person, from, to: start },
    { person: standIn, from: start, to: end },
    { person, from: end, to },
  ];
}

/** A shift is told when it begins, its planned end with it. */
export function shiftFacts(shift: Shift): readonly Fact[] {
  const chronicle = chronicleOf('shift', shift.id);
  chronicle.say(shift.from, null, {
    team: shift.team.id,
    rotation: rotationOf(shift.team),
    responder: shift.person.id,
    from: shift.from,
    to: shift.to,
    zone: shift.person.zone.name,
  });
  return chronicle.facts;
}
