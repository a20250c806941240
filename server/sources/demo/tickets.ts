import { civilOf, firstDayOfMonth } from '../../time/day.ts';
import type { Day, Instant } from '../../time/period.ts';
import { SERVICES, TEAMS, ownerOf, type DemoTeam } from './company.ts';
import { chronicleOf, itemId, type Chronicle, type Fact } from './fact.ts';
import { randomFrom, type Random } from './random.ts';
import { PARTNER_DELAY_WEEKS, PARTNER_MONTH_BEFORE_WEEK } from './story.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, WORK, drawInstant, later, type Timeline } from './timeline.ts';

const A_WEEK = 88;
/** Of the support team's tickets; they come through the partner's desk and carry its prefix. */
const PARTNER_SHARE = 0.35;
type Severity = 1 | 2 | 3 | 4 | 5;
const SEVERITIES: readonly { readonly severity: Severity; readonly weight: number }[] = [
  { severity: 1, weight: 2 },
  { severity: 2, weight: 12 },
  { severity: 3, weight: 38 },
  { severity: 4, weight: 36 },
  { severity: 5, weight: 12 },
];
const DUE_MS = { 1: 8 * HOUR_MS, 2: DAY_MS, 3: 5 * DAY_MS, 4: 12 * DAY_MS, 5: 21 * DAY_MS };
/** Medians of the work without a runbook. */
const WORK_MS = { 1: 2.5 * HOUR_MS, 2: 8 * HOUR_MS, 3: 35 * HOUR_MS, 4: 3.5 * DAY_MS, 5: 6.5 * DAY_MS };
const TYPES = [
  { type: 'question', weight: 30 },
  { type: 'request', weight: 26 },
  { type: 'defect', weight: 22 },
  { type: 'access', weight: 14 },
  { type: 'billing', weight: 8 },
] as const;
const LONGEST_MS = 40 * DAY_MS;

/** Days of the month whose partner tickets came late: the last one that had ended by the story's week. */
export function partnerMonth(timeline: Timeline): { readonly firstDay: Day; readonly endDay: Day } {
  const { year, month } = civilOf(timeline.firstDayOf(PARTNER_MONTH_BEFORE_WEEK));
  return { firstDay: firstDayOfMonth(year, month - 1), endDay: firstDayOfMonth(year, month) };
}

/** Facts of the tickets opened in a week. They may reach some ten weeks on. */
export function ticketFacts(timeline: Timeline, seed: string, week: number): Fact[] {
  const random = randomFrom(seed, 'tickets', week);
  const count = random.count(A_WEEK, 0.8);
  const late = partnerMonth(timeline);
  const drafts = Array.from({ length: count }, () => {
    const team = random.weighted(TEAMS, (each) => each.tickets);
    return { team, opened: drawInstant(random, timeline, week, team.zone, WORK), own: random.fork() };
  }).sort((left, right) => left.opened - right.opened);
  return drafts.flatMap(({ team, opened, own }, index) => {
    const isPartner = team.id === 'support' && own.chance(PARTNER_SHARE);
    const day = timeline.calendar.zone.dayOf(opened);
    const isLate = isPartner && day >= late.firstDay && day < late.endDay;
    const knownWeek = isLate ? Math.floor((late.endDay - timeline.startDay) / 7) + PARTNER_DELAY_WEEKS : undefined;
    const id = itemId(isPartner ? 'HARBOUR' : 'TCK', week, index + 1);
    const merged = index > 0 && own.chance(0.02) ? itemId('TCK', week, index) : null;
    const chronicle = chronicleOf('ticket', id, knownWeek);
    tell(own, chronicle, team, opened, ownService(own, timeline, week, team), merged);
    return chronicle.facts;
  });
}

function ownService(random: Random, timeline: Timeline, week: number, team: DemoTeam): string | undefined {
  if (!random.chance(0.8)) return undefined;
  return random.pick(SERVICES.filter((each) => ownerOf(each, timeline.firstDayOf(week)) === team)).id;
}

function tell(
  random: Random,
  chronicle: Chronicle,
  team: DemoTeam,
  opened: Instant,
  service: string | undefined,
  mergedInto: string | null,
): void {
  const { severity } = random.weighted(SEVERITIES, (each) => each.weight);
  const runbook = random.chance(0.46)
    ? `runbooks/${random.pick(['restart', 'refund', 'reset-access', 'export', 'limits'])}`
    : undefined;
  chronicle.say(opened, 'opened', {
    team: team.id,
    service,
    type: random.weighted(TYPES, (each) => each.weight).type,
    severity,
    severity_raw: `P${severity}`,
    due: opened + DUE_MS[severity],
    runbook,
  });
  const answered = later(opened, Math.min(random.logNormal(severity <= 2 ? 18 : 75, 0.9) * MINUTE_MS, DUE_MS[severity] * 0.5));
  if (mergedInto !== null) {
    chronicle.say(answered, 'closed', { merged_into: mergedInto, first_response: answered });
    return;
  }
  chronicle.say(answered, 'in_progress', { first_response: answered });
  if (random.chance(0.03)) {
    chronicle.say(later(answered, random.logNormal(6, 0.8) * HOUR_MS), 'cancelled');
    return;
  }
  // With a runbook the work goes a third faster; a wait for somebody else comes on top.
  const work = Math.min(LONGEST_MS, random.logNormal(WORK_MS[severity] * (runbook === undefined ? 1 : 0.67), 0.75));
  let resolved = later(answered, work);
  if (severity >= 3 && random.chance(0.16)) {
    const held = later(answered, work * random.between(0.2, 0.8));
    const wait = Math.min(14 * DAY_MS, random.logNormal(20, 0.8) * HOUR_MS);
    chronicle.say(held, 'on_hold');
    chronicle.say(later(held, wait), 'in_progress');
    resolved = later(resolved, wait);
  }
  chronicle.say(resolved, 'resolved');
  const fate = random.next();
  if (fate < 0.05) {
    // Most come back before they are closed, some weeks later.
    const isSoon = fate < 0.038;
    const closed = later(resolved, 2 * DAY_MS);
    if (!isSoon) chronicle.say(closed, 'closed');
    const reopened = isSoon ? later(resolved, random.between(0.1, 1.9) * DAY_MS) : later(closed, random.between(3, 18) * DAY_MS);
    chronicle.say(reopened, 'reopened');
    resolved = later(reopened, Math.min(15 * DAY_MS, random.logNormal(WORK_MS[severity] * 0.6, 0.7)));
    chronicle.say(resolved, 'resolved');
  }
  chronicle.say(later(resolved, 2 * DAY_MS), 'closed');
}
