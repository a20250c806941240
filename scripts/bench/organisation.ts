import type { Organisation } from '../../server/event/organisation.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { FIRST_SECOND, WEEK_SECONDS } from './size.ts';
import { EPOCH_2000_MS } from '../../server/event/columns.ts';

export const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Sydney',
  'America/Los_Angeles',
  'Europe/London',
  'Asia/Tokyo',
  'America/Sao_Paulo',
] as const;
/** Local days off, beside weekends. */
export const HOLIDAYS: Readonly<Record<string, readonly string[]>> = {
  all: ['2023-12-25', '2024-01-01', '2024-12-25', '2025-01-01', '2025-12-25', '2026-01-01'],
  'Europe/Berlin': ['2024-05-01', '2024-10-03', '2025-05-01', '2025-10-03', '2026-05-01'],
  'America/New_York': ['2024-07-04', '2024-11-28', '2025-07-04', '2025-11-27', '2026-07-03'],
  'Asia/Kolkata': ['2024-01-26', '2024-08-15', '2025-08-15', '2026-01-26'],
};
export const SERVICES_PER_TEAM = 3;
/** Of how many services one was handed over, to the next team, in the middle of the history. */
const HANDED_OVER_EACH = 20;
const HANDOVER_WEEK = 78;
/** Second from which the new owner counts. */
export const HANDOVER_SECOND = FIRST_SECOND + HANDOVER_WEEK * WEEK_SECONDS;

export const teamName = (team: number): string => `team-${String(team).padStart(3, '0')}`;
export const serviceName = (service: number): string => `service-${String(service).padStart(4, '0')}`;
export const zoneOf = (team: number): string => ZONES[team % ZONES.length] ?? 'UTC';
/** The team that a service belongs to at a second. */
export const ownerOf = (service: number, second: number, teams: number): number => {
  const first = Math.floor(service / SERVICES_PER_TEAM);
  return service % HANDED_OVER_EACH === 0 && second >= HANDOVER_SECOND ? (first + 1) % teams : first;
};

/** The organisation as people would write it. */
export function organisationText(teams: number): string {
  const day = new Date(EPOCH_2000_MS + HANDOVER_SECOND * 1000).toISOString().slice(0, 10);
  const lines = ['version: organisation/v1', 'name: Bench', 'zone: UTC', 'week_starts: monday', 'holidays:'];
  for (const [name, days] of Object.entries(HOLIDAYS)) lines.push(`  ${name}: [${days.join(', ')}]`);
  lines.push('teams:');
  for (let team = 0; team < teams; team += 1) lines.push(`  ${teamName(team)}: { name: Team ${team}, zone: ${zoneOf(team)} }`);
  lines.push('services:');
  for (let service = 0; service < teams * SERVICES_PER_TEAM; service += 1) {
    const first = teamName(ownerOf(service, FIRST_SECOND, teams));
    const then = teamName(ownerOf(service, HANDOVER_SECOND, teams));
    const owner = first === then ? `owner: ${first}` : `owners: [{ team: ${first} }, { team: ${then}, since: ${day} }]`;
    lines.push(`  ${serviceName(service)}: { name: Service ${service}, ${owner} }`);
  }
  return `${lines.join('\n')}\n`;
}

export function organisationFor(teams: number): Organisation {
  const { organisation, problems } = parseOrganisation(organisationText(teams), 'organisation.yaml');
  if (organisation === null) throw new Error(problems.map(formatProblem).join('\n'));
  return organisation;
}
