import { PEOPLE, TEAMS, type DemoPerson } from './company.ts';
import { chronicleOf, type Fact } from './fact.ts';
import { randomFrom } from './random.ts';
import { rotationOf, type Shift } from './rota.ts';
import type { Timeline } from './timeline.ts';

/** Once in so many weeks somebody leaves the rotation for a while: a long holiday, a course, a project elsewhere. */
const BLOCK_WEEKS = 26;
const SHORTEST_WEEKS = 2;
const LONGEST_WEEKS = 4;

/** Weeks out of the rotation: from (inclusive) to (exclusive). */
interface Pause {
  readonly from: number;
  readonly to: number;
}

/**
 * Who joins, leaves, pauses or comes back to a rotation in a week; week 0 tells everyone who was there
 * already. Each stay is an item of its own. `shiftsIn` gives the shifts that begin in a week.
 */
export function membershipFacts(
  timeline: Timeline,
  seed: string,
  week: number,
  shiftsIn: (week: number) => readonly Shift[],
): Fact[] {
  const at = timeline.startOf(week);
  return PEOPLE.flatMap((person) => {
    const team = TEAMS.find((each) => each.id === person.team);
    if (team === undefined) return [];
    const rotation = rotationOf(team);
    const pauseIn = (block: number): Pause | null => pauseOf(seed, person, block, shiftsIn);
    const facts: Fact[] = [];
    const begin = (stay: string): void => {
      const chronicle = chronicleOf('membership', stay);
      chronicle.say(at, null, { team: team.id, rotation, responder: person.id, zone: person.zone.name, from: at });
      facts.push(...chronicle.facts);
    };
    const end = (stay: string): void => {
      const chronicle = chronicleOf('membership', stay);
      chronicle.say(at, null, { to: at });
      facts.push(...chronicle.facts.map((fact) => ({ ...fact, key: 'left-2', sequence: 2 })));
    };
    const first = `${rotation}-${person.id.replace('person-', '')}`;
    const stayAfter = (pause: Pause): string => `${first}-${pause.to}`;
    const stayBefore = (): string => {
      for (let block = blockOf(person, week); block >= 0; block -= 1) {
        const pause = pauseIn(block);
        if (pause !== null && pause.to <= week) return stayAfter(pause);
      }
      return first;
    };
    if (person.fromWeek === week || (week === 0 && person.fromWeek < 0)) begin(first);
    const pause = pauseIn(blockOf(person, week));
    if (pause?.to === week) begin(stayAfter(pause));
    if (pause?.from === week || person.toWeek === week) end(stayBefore());
    return facts;
  });
}

const numberOf = (person: DemoPerson): number => Number(person.id.replace('person-', ''));

/** Everybody's blocks begin in another week. */
const offsetOf = (person: DemoPerson): number => (numberOf(person) * 7) % BLOCK_WEEKS;

const blockOf = (person: DemoPerson, week: number): number => Math.floor((week + offsetOf(person)) / BLOCK_WEEKS);

/** The pause that somebody takes within a block of weeks; null where it would take them from a shift, or from before they came. */
function pauseOf(seed: string, person: DemoPerson, block: number, shiftsIn: (week: number) => readonly Shift[]): Pause | null {
  const random = randomFrom(seed, 'pauses', person.id, block);
  const length = SHORTEST_WEEKS + Math.floor(random.next() * (LONGEST_WEEKS - SHORTEST_WEEKS + 1));
  const from = block * BLOCK_WEEKS - offsetOf(person) + Math.floor(random.next() * (BLOCK_WEEKS - length));
  const to = from + length;
  if (from < 1 || from <= person.fromWeek || to >= person.toWeek) return null;
  // A shift that begins in the week before reaches into the first one.
  for (let week = from - 1; week < to; week += 1) if (shiftsIn(week).some((shift) => shift.person === person)) return null;
  return { from, to };
}
