import { SERVICES, TEAMS, ownerOf } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { randomFrom } from './random.ts';
import { DAY_MS, HOUR_MS, WORK, drawInstant, later, workInstant, type Timeline } from './timeline.ts';

const A_WEEK = 26;
/** What is asked for, how often, and the median of the days until it is decided. */
const TYPES = [
  { type: 'change', weight: 45, days: 1.3 },
  { type: 'addition', weight: 35, days: 1.8 },
  { type: 'exception', weight: 20, days: 2.6 },
] as const;
const LONGEST_MS = 25 * DAY_MS;
/** An exception ends by itself. */
const EXCEPTION_MS = 90 * DAY_MS;

/** Facts of the requests for additions, changes and exceptions made in a week; each is decided in working hours. */
export function requestFacts(timeline: Timeline, seed: string, week: number): Fact[] {
  const random = randomFrom(seed, 'requests for change', week);
  const count = random.count(A_WEEK, 0.8);
  const drafts = Array.from({ length: count }, () => {
    const team = random.weighted(TEAMS, (each) => each.deployments);
    return { team, opened: drawInstant(random, timeline, week, team.zone, WORK), own: random.fork() };
  }).sort((left, right) => left.opened - right.opened);
  return drafts.flatMap(({ team, opened, own }, index) => {
    const chronicle = chronicleOf('request', itemId('REQ', week, index + 1));
    const { type, days } = own.weighted(TYPES, (each) => each.weight);
    const isOfService = own.chance(0.7);
    const service = own.pick(SERVICES.filter((each) => ownerOf(each, timeline.firstDayOf(week)) === team)).id;
    chronicle.say(opened, 'opened', { team: team.id, service: isOfService ? service : undefined, type });
    const wait = Math.min(LONGEST_MS, HOUR_MS + own.logNormal(days, 0.7) * DAY_MS);
    const decided = workInstant(team.zone, later(opened, wait));
    if (own.chance(0.03)) chronicle.say(decided, 'cancelled');
    else chronicle.say(decided, 'resolved', { decided, expires: type === 'exception' ? decided + EXCEPTION_MS : undefined });
    return chronicle.facts;
  });
}
