import type { Instant } from '../../time/period.ts';
import { SERVICES, busyness, ownerOf, teamOf, type DemoPerson, type DemoService, type DemoTeam } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import type { Incident } from './incidents.ts';
import { randomFrom, type Random } from './random.ts';
import { membersOf, type Shift } from './rota.ts';
import { USUAL_NOISE, noiseStep, paymentsExtraPages } from './story.ts';
import { BREAKAGE, MINUTE_MS, UNSOCIAL, drawInstant, later, type Profile, type Timeline } from './timeline.ts';

const ALERT_PAGES_A_WEEK = 104;
/** Alerts that page nobody: a message in a channel. */
const QUIET_ALERTS_A_WEEK = 26;
const CHECKS = ['error-rate', 'latency', 'saturation', 'queue-lag', 'disk-space', 'certificate'] as const;

interface Alert {
  readonly key: string;
  readonly service: DemoService;
  readonly raised: Instant;
  readonly cleared: Instant;
}

interface Page {
  readonly alert: number;
  readonly incident: string | null;
  readonly responder: DemoPerson;
  readonly team: DemoTeam;
  readonly sent: Instant;
  /** Null where nobody answered. */
  readonly answered: Instant | null;
  /** Null where the answer does not say. */
  neededAction: boolean | null;
}

/** Facts of the alerts raised and the pages sent in a week. */
export function pagingFacts(
  timeline: Timeline,
  seed: string,
  week: number,
  incidents: readonly Incident[],
  shifts: readonly Shift[],
): Fact[] {
  const random = randomFrom(seed, 'paging', week);
  const alerts: Alert[] = [];
  const pages: Page[] = [];
  const raise = (service: DemoService, raised: Instant, lastsMs: number): number => {
    const check = random.pick(CHECKS);
    return alerts.push({ key: `${service.id}-${check}`, service, raised, cleared: later(raised, lastsMs) }) - 1;
  };
  const page = (alert: number, service: DemoService, sent: Instant, incident: Incident | null): void => {
    const team = ownerOf(service, timeline.firstDayOf(week));
    const responder = responderAt(random, shifts, team, week, sent);
    const isAnswered = incident === null ? random.chance(0.95) : incident.acknowledged !== null;
    const answered = isAnswered ? (incident?.acknowledged ?? later(sent, random.logNormal(4, 0.8) * MINUTE_MS)) : null;
    const isSaid = isAnswered && random.chance(0.9);
    pages.push({ alert, incident: incident?.id ?? null, responder, team, sent, answered, neededAction: isSaid ? true : null });
  };

  for (const incident of incidents) {
    if (incident.severity > 3 || incident.isPlanned) continue;
    const alert = raise(incident.service, incident.impactStarted ?? incident.opened, random.logNormal(90, 0.8) * MINUTE_MS);
    page(alert, incident.service, incident.opened, incident);
    // The second notification of one disturbance comes within the minute.
    if (incident.severity === 1 && random.chance(0.5)) page(alert, incident.service, later(incident.opened, 25_000), incident);
  }
  const pageAlone = (service: DemoService, profile: Profile): void => {
    const { zone } = ownerOf(service, timeline.firstDayOf(week));
    const raised = drawInstant(random, timeline, week, zone, profile);
    const alert = raise(service, raised, random.logNormal(35, 0.9) * MINUTE_MS);
    page(alert, service, later(raised, 20_000), null);
  };
  const alone = random.count(ALERT_PAGES_A_WEEK, 0.7);
  for (let index = 0; index < alone; index += 1) {
    const service = random.weighted(SERVICES, (each) => busyness(each) * ownerOf(each, timeline.firstDayOf(week)).pages);
    pageAlone(service, BREAKAGE);
  }
  const ledger = SERVICES.filter((each) => ownerOf(each, timeline.firstDayOf(week)) === teamOf('payments'));
  for (let index = 0; index < paymentsExtraPages(week); index += 1) pageAlone(random.weighted(ledger, busyness), UNSOCIAL);
  const quiet = random.count(QUIET_ALERTS_A_WEEK, 0.7);
  for (let index = 0; index < quiet; index += 1) {
    const service = random.weighted(SERVICES, busyness);
    raise(service, drawInstant(random, timeline, week, timeline.calendar.zone, BREAKAGE), random.between(5, 90) * MINUTE_MS);
  }
  shareOut(random, pages, week);
  return [...alertFacts(alerts, week), ...pageFacts(pages, alerts, week)];
}

/**
 * Of the answered pages, a share needed no action; alerts without an incident come first. Sharing
 * out by quota keeps the week's share where the story wants it.
 */
function shareOut(random: Random, pages: readonly Page[], week: number): void {
  const said = pages.filter((page) => page.neededAction !== null);
  const share = USUAL_NOISE + (noiseStep(week) ?? random.normal() * 0.028);
  const alone = said.filter((page) => page.incident === null);
  for (let index = alone.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random.next() * (index + 1));
    const [left, right] = [alone[index], alone[other]];
    if (left !== undefined && right !== undefined) [alone[index], alone[other]] = [right, left];
  }
  for (const page of alone.slice(0, Math.round(share * said.length))) page.neededAction = false;
}

/** Whoever is on shift; now and then a colleague who knows the service, off shift. */
function responderAt(random: Random, shifts: readonly Shift[], team: DemoTeam, week: number, at: Instant): DemoPerson {
  const onCall = shifts.find((shift) => shift.team === team && shift.from <= at && at < shift.to)?.person;
  const members = membersOf(team, week);
  return onCall === undefined || random.chance(0.03) ? random.pick(members) : onCall;
}

function alertFacts(alerts: readonly Alert[], week: number): Fact[] {
  return alerts.flatMap((alert, index) => {
    const chronicle = chronicleOf('alert', itemId('ALR', week, index + 1));
    // Half of the checks have a runbook, always the same ones.
    const runbook = randomFrom('runbook', alert.key).chance(0.55) ? `runbooks/${alert.key}` : undefined;
    chronicle.say(alert.raised, null, { service: alert.service.id, key: alert.key, runbook, raised: alert.raised });
    chronicle.say(alert.cleared, null, { cleared: alert.cleared });
    return chronicle.facts;
  });
}

function pageFacts(pages: readonly Page[], alerts: readonly Alert[], week: number): Fact[] {
  return pages.flatMap((page, index) => {
    const alert = alerts[page.alert];
    const chronicle = chronicleOf('page', itemId('PAGE', week, index + 1));
    chronicle.say(page.sent, null, {
      team: page.team.id,
      service: alert?.service.id,
      alert: itemId('ALR', week, page.alert + 1),
      key: alert?.key,
      incident: page.incident ?? undefined,
      responder: page.responder.id,
      zone: page.responder.zone.name,
      sent: page.sent,
    });
    if (page.answered !== null) {
      chronicle.say(page.answered, null, { answered: page.answered, needed_action: page.neededAction ?? undefined });
    }
    return chronicle.facts;
  });
}
