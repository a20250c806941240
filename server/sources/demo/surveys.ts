import { TEAMS } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { randomFrom, type Random } from './random.ts';
import { membersOf, type Shift } from './rota.ts';
import { retrospectiveAt } from './sessions.ts';
import { paymentsExtraPages, WEEKS } from './story.ts';
import { DAY_MS, HOUR_MS, later, type Timeline } from './timeline.ts';

/**
 * Surveys after the shifts that begin in a week, and after its retrospectives. Everyone invited is an
 * item of each question; only who answers has a score (1 to 5) and an instant. About shifts that end after the
 * history Quarterdeck itself asks (../survey/).
 */
export function surveyFacts(timeline: Timeline, seed: string, week: number, shifts: readonly Shift[]): Fact[] {
  const random = randomFrom(seed, 'surveys', week);
  // Told since later than the rest, which stayed as it was.
  const beside = randomFrom(seed, 'surveys', 'beside', week);
  const facts: Fact[] = [];
  let number = 0;
  const ask = (instrument: string, team: string, responder: string, zone: string, at: number, mood: number): number | null => {
    number += 1;
    const chronicle = chronicleOf('feedback', itemId('ASK', week, number));
    chronicle.say(at, null, { instrument, subject: team, team, responder, zone, invited: 1 });
    const hasAnswered = random.chance(0.74);
    const answered = hasAnswered ? later(at, Math.min(3 * DAY_MS, random.logNormal(9, 0.9) * HOUR_MS)) : null;
    if (answered !== null) chronicle.say(answered, null, { answered, score: scoreAround(mood, random) });
    if (instrument !== 'shift' || at < timeline.startOf(WEEKS)) facts.push(...chronicle.facts);
    return answered;
  };
  /** A further question to whoever was asked last; answered in one go, or not at all. */
  const askBeside = (prefix: string, instrument: string, shift: Shift, answered: number | null, mood: number): void => {
    if (shift.to >= timeline.startOf(WEEKS)) return;
    const { team, person } = shift;
    const chronicle = chronicleOf('feedback', itemId(prefix, week, number));
    const fields = { instrument, subject: team.id, team: team.id, responder: person.id, zone: person.zone.name, invited: 1 };
    chronicle.say(shift.to, null, fields);
    if (answered !== null) chronicle.say(answered, null, { answered, score: scoreAround(mood, beside) });
    facts.push(...chronicle.facts);
  };
  for (const shift of shifts) {
    // Whoever only stood in for a day is not asked.
    if (shift.to - shift.from < 3 * DAY_MS) continue;
    const load = shift.team.id === 'payments' ? paymentsExtraPages(week) : 0;
    const answered = ask(
      'shift',
      shift.team.id,
      shift.person.id,
      shift.person.zone.name,
      shift.to,
      3.9 - Math.min(2.1, load * 0.09),
    );
    askBeside('REST', 'shift-rest', shift, answered, 4.1 - Math.min(2.2, load * 0.1));
    askBeside('NEED', 'shift-pages', shift, answered, 3.6 - Math.min(0.8, load * 0.03));
  }
  for (const team of TEAMS) {
    const at = retrospectiveAt(timeline, team, week);
    if (at === null) continue;
    for (const person of membersOf(team, week)) ask('retrospective', team.id, person.id, person.zone.name, at, 4);
  }
  return facts;
}

const scoreAround = (mood: number, random: Random): number => Math.min(5, Math.max(1, Math.round(mood + random.normal() * 0.7)));
