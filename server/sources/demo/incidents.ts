import type { Instant } from '../../time/period.ts';
import { SERVICES, busyness, ownerOf, type DemoService } from './company.ts';
import type { Deployment } from './deployments.ts';
import { chronicleOf, itemId, type Chronicle, type Fact } from './fact.ts';
import { randomFrom, type Random } from './random.ts';
import { CLOCK_ERROR_WEEK, LATE_INCIDENTS, LATE_INCIDENTS_KNOWN_WEEK, LATE_INCIDENTS_WEEK, restoreFactor } from './story.ts';
import { BREAKAGE, DAY_MS, HOUR_MS, MINUTE_MS, drawInstant, later, type Timeline } from './timeline.ts';

const A_WEEK = 52;
type Severity = 1 | 2 | 3 | 4 | 5;
const SEVERITIES: readonly { readonly severity: Severity; readonly weight: number }[] = [
  { severity: 1, weight: 5 },
  { severity: 2, weight: 22 },
  { severity: 3, weight: 37 },
  { severity: 4, weight: 26 },
  { severity: 5, weight: 10 },
];
/** Medians by severity. */
const ACKNOWLEDGE_MINUTES = { 1: 3, 2: 5, 3: 7, 4: 10, 5: 25 };
const RESTORE_HOURS = { 1: 2.2, 2: 2.9, 3: 5, 4: 14, 5: 30 };
const LONGEST_MS = 25 * DAY_MS;
const CAUSES = [
  'capacity',
  'dependency',
  'configuration',
  'hardware',
  'certificate',
  'data quality',
  'traffic',
  'human error',
  'third party',
  'defect',
] as const;

export interface Incident {
  readonly id: string;
  readonly service: DemoService;
  readonly severity: Severity;
  readonly opened: Instant;
  readonly impactStarted: Instant | null;
  readonly acknowledged: Instant | null;
  /** First restoration; null where it was merged or cancelled. */
  readonly restored: Instant | null;
  readonly cause: string | null;
  readonly causedBy: string | null;
  readonly isPlanned: boolean;
  readonly facts: readonly Fact[];
}

/** The highest severity (lowest number) it ever had: some are raised once somebody has looked. */
export function worstSeverity({ severity, facts }: Incident): number {
  return Math.min(severity, ...facts.map(({ fields }) => Number(fields['severity'] ?? severity)));
}

/**
 * Incidents opened in a week (those of Sunday's deployments may open just after it), in order. Each
 * draws from a stream of its own, so that its order among the others changes nothing but its number.
 */
export function incidentsOf(timeline: Timeline, seed: string, week: number, deployments: readonly Deployment[]): Incident[] {
  const random = randomFrom(seed, 'incidents', week);
  const openings: { at: Instant; service: DemoService; causedBy: string | null; own: Random }[] = [];
  for (const deployment of deployments) {
    if (deployment.incidentAt !== null)
      openings.push({ at: deployment.incidentAt, service: deployment.service, causedBy: deployment.id, own: random.fork() });
  }
  const count = random.count(A_WEEK, 0.8);
  while (openings.length < count) {
    const service = random.weighted(SERVICES, busyness);
    const { zone } = ownerOf(service, timeline.firstDayOf(week));
    openings.push({ at: drawInstant(random, timeline, week, zone, BREAKAGE), service, causedBy: null, own: random.fork() });
  }
  openings.sort((left, right) => left.at - right.at);
  let lateLeft = week === LATE_INCIDENTS_WEEK ? LATE_INCIDENTS : 0;
  let hasClockError = week !== CLOCK_ERROR_WEEK;
  return openings.map(({ at, service, causedBy, own }, index) => {
    const { severity } = own.weighted(SEVERITIES, (each) => each.weight);
    const isLate = lateLeft > 0 && causedBy === null && severity >= 4;
    if (isLate) lateLeft -= 1;
    const isClockWrong = !hasClockError && causedBy === null && severity <= 2;
    if (isClockWrong) hasClockError = true;
    const id = itemId('INC', week, index + 1);
    const merged = index > 0 && severity >= 3 && causedBy === null && own.chance(0.04) ? itemId('INC', week, index) : null;
    return tell(own, { id, week, service, severity, opened: at, causedBy, merged, isLate, isClockWrong });
  });
}

interface Opening {
  readonly id: string;
  readonly week: number;
  readonly service: DemoService;
  readonly severity: Severity;
  readonly opened: Instant;
  readonly causedBy: string | null;
  /** The incident that it turns out to be part of. */
  readonly merged: string | null;
  readonly isLate: boolean;
  readonly isClockWrong: boolean;
}

function tell(random: Random, opening: Opening): Incident {
  const { id, week, service, severity, opened, causedBy } = opening;
  const chronicle = chronicleOf('incident', id, opening.isLate ? LATE_INCIDENTS_KNOWN_WEEK : undefined);
  const isPlanned = severity >= 3 && causedBy === null && random.chance(0.05);
  const impactStarted = random.chance(0.82) ? later(opened, -random.logNormal(6, 0.9) * MINUTE_MS) : null;
  chronicle.say(opened, 'opened', {
    service: service.id,
    severity,
    severity_raw: `SEV-${severity}`,
    impact_started: impactStarted ?? undefined,
    planned: isPlanned ? true : undefined,
  });
  const neverAcknowledged = severity >= 4 ? random.chance(0.12) : random.chance(0.01);
  const acknowledged = neverAcknowledged ? null : later(opened, random.logNormal(ACKNOWLEDGE_MINUTES[severity], 0.8) * MINUTE_MS);
  if (acknowledged !== null) chronicle.say(acknowledged, 'acknowledged');
  const common = { id, service, severity, opened, impactStarted, acknowledged, causedBy, isPlanned, facts: chronicle.facts };
  const seen = acknowledged ?? opened;

  if (opening.merged !== null) {
    chronicle.say(later(seen, random.logNormal(20, 0.6) * MINUTE_MS), 'closed', { merged_into: opening.merged });
    return { ...common, restored: null, cause: null };
  }
  if (causedBy === null && random.chance(0.03)) {
    chronicle.say(later(seen, random.logNormal(30, 0.6) * MINUTE_MS), 'cancelled');
    return { ...common, restored: null, cause: null };
  }
  if (severity === 3 && acknowledged !== null && random.chance(0.06)) {
    chronicle.say(later(acknowledged, 4 * MINUTE_MS), null, { severity: 2, severity_raw: 'SEV-2' });
  }
  const cause = causedBy !== null ? 'change' : random.chance(0.8) ? random.pick(CAUSES) : null;
  // What a deployment broke, a rollback mends: about twice as fast.
  const factor = (severity <= 2 ? restoreFactor(week) : 1) * (causedBy === null ? 1 : 0.5);
  const took = Math.min(LONGEST_MS, random.logNormal(RESTORE_HOURS[severity] * factor, 0.85) * HOUR_MS);
  const restored = opening.isClockWrong ? later(opened, -20 * MINUTE_MS) : later(seen, took);
  chronicle.say(restored, 'restored', { cause: cause ?? undefined, caused_by: causedBy ?? undefined });
  const resolved = later(Math.max(restored, seen), random.logNormal(5, 0.9) * HOUR_MS);
  chronicle.say(resolved, 'resolved');
  tellReopening(random, chronicle, restored, resolved, severity);
  return { ...common, restored, cause };
}

/** Some come back: mostly within days (the same incident), some later (a repeat). */
function tellReopening(random: Random, chronicle: Chronicle, restored: Instant, resolved: Instant, severity: Severity): void {
  const fate = random.next();
  if (fate >= 0.035) return;
  const soon = later(resolved, random.between(1 * HOUR_MS, 3 * DAY_MS));
  const reopened = fate < 0.025 ? soon : later(restored, random.between(8 * DAY_MS, 20 * DAY_MS));
  if (reopened <= resolved) return;
  chronicle.say(reopened, 'reopened');
  const again = later(reopened, Math.min(LONGEST_MS, random.logNormal(RESTORE_HOURS[severity], 0.6) * HOUR_MS));
  chronicle.say(again, 'restored');
  chronicle.say(later(again, random.logNormal(4, 0.6) * HOUR_MS), 'resolved');
}
