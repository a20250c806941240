import { TEAMS } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { randomFrom } from './random.ts';
import { membersOf, type Shift } from './rota.ts';
import { retrospectiveAt } from './sessions.ts';
import { paymentsExtraPages } from './story.ts';
import { DAY_MS, HOUR_MS, later, type Timeline } from './timeline.ts';

/**
 * Surveys after the shifts that begin in a week, and after its retrospectives. Everyone invited is an
 * item; only who answers has a score (1 to 5) and an instant.
 */
export function surveyFacts(timeline: Timeline, seed: string, week: number, shifts: readonly Shift[]): Fact[] {
  const random = randomFrom(seed, 'surveys', week);
  const facts: Fact[] = [];
  let number = 0;
  const ask = (instrument: string, team: string, responder: string, zone: string, at: number, mood: number): void => {
    number += 1;
    const chronicle = chronicleOf('feedback', itemId('ASK', week, number));
    chronicle.say(at, null, { instrument, subject: team, team, responder, zone, invited: 1 });
    if (random.chance(0.74)) {
      const answered = later(at, Math.min(3 * DAY_MS, random.logNormal(9, 0.9) * HOUR_MS));
      chronicle.say(answered, null, { answered, score: Math.min(5, Math.max(1, Math.round(mood + random.normal() * 0.7))) });
    }
    facts.push(...chronicle.facts);
  };
  for (const shift of shifts) {
    // Whoever only stood in for a day is not asked.
    if (shift.to - shift.from < 3 * DAY_MS) continue;
    const load = shift.team.id === 'payments' ? paymentsExtraPages(week) : 0;
    ask('shift', shift.team.id, shift.person.id, shift.person.zone.name, shift.to, 3.9 - Math.min(2.1, load * 0.09));
  }
  for (const team of TEAMS) {
    const at = retrospectiveAt(timeline, team, week);
    if (at === null) continue;
    for (const person of membersOf(team, week)) ask('retrospective', team.id, person.id, person.zone.name, at, 4);
  }
  return facts;
}
