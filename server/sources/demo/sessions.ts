import type { Instant } from '../../time/period.ts';
import { TEAMS, ownerOf, type DemoService, type DemoTeam } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { worstSeverity, type Incident } from './incidents.ts';
import { randomFrom, type Random } from './random.ts';
import { membersOf } from './rota.ts';
import { DAY_MS, HOUR_MS, later, mondayFrom, workInstant, type Timeline } from './timeline.ts';

/** Every so many weeks a team holds a retrospective and is asked how it was. */
const RETROSPECTIVE_WEEKS = 4;
/** A quarter of a year: each team rehearses an outage once in it. */
const GAME_DAY_WEEKS = 13;
/** Spreads the teams' game days over the quarter; it has no divisor in common with the thirteen weeks. */
const GAME_DAY_STEP = 5;
const LONGEST_WAIT_MS = 18 * DAY_MS;

/** A meeting that learns from something. */
export interface Session {
  readonly id: string;
  readonly type: 'retrospective' | 'incident review' | 'game day';
  readonly held: Instant;
  readonly invited: number;
  readonly attended: number;
  /** Null where the service says whose it is. */
  readonly team: DemoTeam | null;
  readonly service: DemoService | null;
  readonly incident: Incident | null;
}

/** When a team's retrospective of a week ends, Thursday at 15:00 of its own clock; null in the weeks between. */
export function retrospectiveAt(timeline: Timeline, team: DemoTeam, week: number): Instant | null {
  if ((week + TEAMS.indexOf(team) + 1000) % RETROSPECTIVE_WEEKS !== 0) return null;
  return team.zone.instantOf(mondayFrom(timeline.firstDayOf(week)) + 3, 15 * HOUR_MS);
}

/** Retrospectives and game days of a week, and the reviews of the severe incidents that were opened in it. */
export function sessionsOf(timeline: Timeline, seed: string, week: number, incidents: readonly Incident[]): Session[] {
  const sessions: Session[] = [];
  const add = (random: Random, draft: Omit<Session, 'id' | 'attended'>, comes: number): void => {
    const attended = Array.from({ length: draft.invited }, () => random.chance(comes)).filter(Boolean).length;
    sessions.push({ id: itemId('MEET', week, sessions.length + 1), ...draft, attended: Math.max(1, attended) });
  };
  for (const [index, team] of TEAMS.entries()) {
    const random = randomFrom(seed, 'sessions', team.id, week);
    const members = membersOf(team, week).length;
    const own = { team, service: null, incident: null };
    const ends = retrospectiveAt(timeline, team, week);
    if (ends !== null) add(random, { type: 'retrospective', held: ends - HOUR_MS, invited: members, ...own }, 0.86);
    if ((week + index * GAME_DAY_STEP + 1000) % GAME_DAY_WEEKS !== 0) continue;
    const held = team.zone.instantOf(mondayFrom(timeline.firstDayOf(week)) + 2, 14 * HOUR_MS);
    // A few come from the teams next door.
    add(random, { type: 'game day', held, invited: members + 3, ...own }, 0.9);
  }
  for (const incident of incidents) {
    const held = reviewOf(timeline, seed, week, incident);
    if (held === null) continue;
    const random = randomFrom(seed, 'review seats', incident.id);
    const invited = 4 + Math.floor(random.next() * 5);
    add(random, { type: 'incident review', held, invited, team: null, service: incident.service, incident }, 0.88);
  }
  return sessions;
}

/** Every severe incident is due a review; most are held within five days, one in thirty-three never. */
function reviewOf(timeline: Timeline, seed: string, week: number, incident: Incident): Instant | null {
  const { restored, opened, service, isPlanned } = incident;
  if (restored === null || isPlanned || worstSeverity(incident) > 2) return null;
  const random = randomFrom(seed, 'review', incident.id);
  if (random.chance(0.03)) return null;
  const wait = 3 * HOUR_MS + Math.min(LONGEST_WAIT_MS, random.logNormal(1.2, 0.8) * DAY_MS);
  const { zone } = ownerOf(service, timeline.firstDayOf(week));
  return workInstant(zone, later(Math.max(restored, opened), wait));
}

/** Told once, when it is over. */
export function sessionFacts(session: Session): readonly Fact[] {
  const chronicle = chronicleOf('session', session.id);
  chronicle.say(session.held, null, {
    type: session.type,
    team: session.team?.id,
    service: session.service?.id,
    held: session.held,
    invited: session.invited,
    attended: session.attended,
    incident: session.incident?.id,
  });
  return chronicle.facts;
}
