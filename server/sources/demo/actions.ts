import type { Instant } from '../../time/period.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { randomFrom, type Random } from './random.ts';
import type { Session } from './sessions.ts';
import { DAY_MS, HOUR_MS, later, type Timeline } from './timeline.ts';

/** How many actions a session ends with; relative weights of none, one, two … */
const FOUND: Readonly<Record<Session['type'], readonly number[]>> = {
  'incident review': [45, 35, 15, 5],
  'game day': [0, 10, 35, 35, 20],
  retrospective: [10, 45, 35, 10],
};
const DUE_DAYS: Readonly<Record<Session['type'], number>> = { 'incident review': 21, 'game day': 35, retrospective: 28 };
/** Given up or done at last: nothing is open for longer after it was due. */
const LATEST_MS = 70 * DAY_MS;

/** Facts of what sessions decided to improve: opened with the session's end, done before it is due or some time after. */
export function actionFacts(timeline: Timeline, seed: string, week: number, sessions: readonly Session[]): Fact[] {
  let number = 0;
  return sessions.flatMap((session) => {
    const random = randomFrom(seed, 'actions', session.id);
    const weights = FOUND[session.type];
    const found = random.weighted([...weights.keys()], (count) => weights[count] ?? 0);
    return Array.from({ length: found }, () => {
      number += 1;
      return tell(random.fork(), itemId('ACT', week, number), timeline, session);
    }).flat();
  });
}

function tell(random: Random, id: string, timeline: Timeline, session: Session): readonly Fact[] {
  const chronicle = chronicleOf('action', id);
  const opened = later(session.held, HOUR_MS);
  // Due at the end of a day of the organisation.
  const { zone } = timeline.calendar;
  const due = zone.startOfDay(zone.dayOf(opened) + DUE_DAYS[session.type] + 1);
  chronicle.say(opened, 'opened', {
    team: session.team?.id,
    service: session.service?.id,
    origin: session.type,
    due,
  });
  const fate = random.next();
  if (fate < 0.02) {
    chronicle.say(endOf(random, opened, due), 'cancelled');
    return chronicle.facts;
  }
  const done = fate < 0.86 ? endOf(random, opened, due) : later(due, Math.min(LATEST_MS, random.logNormal(9, 0.8) * DAY_MS));
  chronicle.say(done, 'resolved', { done });
  return chronicle.facts;
}

/** Some time before it is due, rather late than early. */
function endOf(random: Random, opened: Instant, due: Instant): Instant {
  return later(opened, (0.05 + 0.94 * Math.sqrt(random.next())) * (due - opened));
}
