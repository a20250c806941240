import { firstFromIn } from './ascending.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { releasesIn } from './derive-changes.ts';
import { firstEpisodesIn } from './first-episodes.ts';
import { isIncident } from './incident-fields.ts';
import { rowsNaming, toldLinks } from './links.ts';
import { settleTies, sortedBy } from './row-order.ts';
import { secondsIn } from './standing.ts';

/** A deployment and an incident, by their rows, that may have come of it. */
export interface Suspicion {
  readonly deployment: number;
  readonly incident: number;
}

/** definitions.md, change failure rate, grade C: harm begins within 24 h of the deployment's finish. */
const SUSPECT_SECONDS = 24 * 3600;

/**
 * Deployments that incidents may have come of, by evidence of grade C: the last successful production
 * deployment of the incident's service to start before its impact did (where that is not told, before it was
 * opened), if that had finished at most 24 h before. An incident suspects one deployment at most, and none once
 * anything was blamed for it; a link `not_caused_by` from the incident to the deployment denies it. Merged,
 * planned and cancelled incidents suspect none. Ascending by deployment, then by incident.
 */
export function suspectedFailures(deployments: ItemColumns, incidents: ItemColumns, links: ItemColumns): Suspicion[] {
  const services = incidents.codes['service'];
  if (services === undefined || services.dictionary.length === 0) return [];
  const releases = releasesByService(deployments, services.dictionary);
  const firstOf = firstEpisodesIn(incidents);
  const { blaming, isDenied } = wordsOn(deployments, incidents, links, firstOf);
  const [impactStarted, opened] = [secondsIn(incidents, 'impact_started'), secondsIn(incidents, 'opened')];
  const found: Suspicion[] = [];
  for (let row = 0; row < incidents.length; row += 1) {
    const service = services.codes[row] ?? -1;
    if (service < 0 || blaming[firstOf(row)] === 1 || !isIncident(incidents, row)) continue;
    const impact = impactStarted(row);
    const at = impact === NEVER ? opened(row) : impact;
    const last = at === NEVER ? null : releases.lastBefore(service, at);
    // What began as another deployment did lies after neither.
    if (last === null || last.started === at || at - last.finished > SUSPECT_SECONDS) continue;
    if (!isDenied(firstOf(row), last.row)) found.push({ deployment: last.row, incident: row });
  }
  return found.sort((one, other) => one.deployment - other.deployment || one.incident - other.incident);
}

interface Release {
  readonly row: number;
  readonly started: number;
  readonly finished: number;
}

/** Successful production deployments by the services of incidents: the last that had started by a second. */
function releasesByService(
  deployments: ItemColumns,
  asked: readonly string[],
): { lastBefore(service: number, second: number): Release | null } {
  const services = deployments.codes['service'];
  const dictionary = services?.dictionary ?? [];
  const serviceOf = (row: number): number => services?.codes[row] ?? -1;
  const [finished, ownStart] = [secondsIn(deployments, 'finished'), secondsIn(deployments, 'started')];
  const released = releasesIn(deployments).filter((row) => serviceOf(row) >= 0);
  const started = new Int32Array(deployments.length);
  for (const row of released) started[row] = ownStart(row) === NEVER ? finished(row) : ownStart(row);
  const startOf = (row: number): number => started[row] ?? NEVER;
  const rows = sortedBy(sortedBy(released, started), services?.codes ?? []);
  const isAlike = (one: number, other: number): boolean => serviceOf(one) === serviceOf(other) && startOf(one) === startOf(other);
  settleTies(rows, deployments.uids, isAlike, (one, other) => finished(one) - finished(other));

  const begun = rows.map(startOf);
  const start = new Int32Array(dictionary.length + 1);
  for (const row of rows) start[serviceOf(row) + 1] = (start[serviceOf(row) + 1] ?? 0) + 1;
  for (let code = 0; code < dictionary.length; code += 1) start[code + 1] = (start[code + 1] ?? 0) + (start[code] ?? 0);
  const codeOf = new Map(dictionary.map((service, code) => [service, code]));
  const codes = asked.map((service) => codeOf.get(service) ?? -1);
  return {
    lastBefore(service, second) {
      const code = codes[service] ?? -1;
      const first = start[code] ?? 0;
      const place = firstFromIn(begun, first, start[code + 1] ?? 0, second + 1) - 1;
      const row = rows[place] ?? 0;
      return code < 0 || place < first ? null : { row, started: startOf(row), finished: finished(row) };
    },
  };
}

/** Incidents (their first episodes) that blame anything, and pairs of incident and deployment that were denied. */
function wordsOn(
  deployments: ItemColumns,
  incidents: ItemColumns,
  links: ItemColumns,
  firstOf: (row: number) => number,
): { readonly blaming: Uint8Array; readonly isDenied: (incident: number, deployment: number) => boolean } {
  const blaming = new Uint8Array(incidents.length);
  for (const row of rowsNaming(incidents, 'caused_by')) blaming[firstOf(row)] = 1;
  for (const row of toldLinks(links, 'caused_by', incidents, deployments).from) if (row >= 0) blaming[firstOf(row)] = 1;
  const denied = new Set<number>();
  const pair = (incident: number, deployment: number): number => incident * deployments.length + deployment;
  const told = toldLinks(links, 'not_caused_by', incidents, deployments);
  told.from.forEach((row, index) => {
    const deployment = told.to[index] ?? -1;
    if (row >= 0 && deployment >= 0) denied.add(pair(firstOf(row), deployment));
  });
  return { blaming, isDenied: (incident, deployment) => denied.has(pair(incident, deployment)) };
}
