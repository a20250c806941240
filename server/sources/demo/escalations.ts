import { chronicleOf, itemId, type Fact } from './fact.ts';
import { worstSeverity, type Incident } from './incidents.ts';
import { randomFrom } from './random.ts';
import { MINUTE_MS, later } from './timeline.ts';

/** Facts of the calls for somebody higher up that severe incidents led to. Most are answered within minutes, a few never. */
export function escalationFacts(seed: string, week: number, incidents: readonly Incident[]): Fact[] {
  let number = 0;
  return incidents.flatMap((incident) => {
    const { opened, restored, service, isPlanned } = incident;
    const severity = worstSeverity(incident);
    if (restored === null || isPlanned || severity > 2) return [];
    const random = randomFrom(seed, 'escalation', incident.id);
    const raised = later(opened, random.logNormal(25, 0.6) * MINUTE_MS);
    if (!random.chance(severity === 1 ? 0.75 : 0.35) || raised >= restored) return [];
    number += 1;
    const chronicle = chronicleOf('escalation', itemId('ESC', week, number));
    chronicle.say(raised, null, { service: service.id, severity, raised });
    const answered = later(raised, random.logNormal(6, 0.7) * MINUTE_MS);
    const isAnswered = random.chance(0.96);
    if (isAnswered) chronicle.say(answered, null, { answered });
    const closed = later(Math.max(restored, answered), random.logNormal(20, 0.6) * MINUTE_MS);
    chronicle.say(closed, null, { closed });
    return chronicle.facts;
  });
}
