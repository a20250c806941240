import { firstFrom } from './ascending.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { PRODUCTION } from './derive-changes.ts';
import { isIncident } from './incident-fields.ts';
import { eachLink, firstEpisodes, resolverOf, textAt } from './links.ts';

/** A deployment and an incident, by their rows, that may have come of it. */
export interface Suspicion {
  readonly deployment: number;
  readonly incident: number;
}

/** definitions.md, change failure rate, grade C: harm begins within 24 h of the deployment's finish. */
const SUSPECT_SECONDS = 24 * 3600;

interface Released {
  readonly row: number;
  readonly started: number;
  readonly finished: number;
}

const startOf = ({ started }: Released): number => started;

/**
 * Deployments that incidents may have come of, by evidence of grade C: the last successful production
 * deployment of the incident's service to start before its impact did (where that is not told, before it was
 * opened), if that had finished at most 24 h before. An incident suspects one deployment at most, and none once
 * anything was blamed for it; a link `not_caused_by` from the incident to the deployment denies it. Merged,
 * planned and cancelled incidents suspect none. Ascending by deployment, then by incident.
 */
export function suspectedFailures(deployments: ItemColumns, incidents: ItemColumns, links: ItemColumns): Suspicion[] {
  const released = releasesByService(deployments);
  const first = firstEpisodes(incidents);
  const { blaming, denied } = wordsOn(deployments, incidents, links, first);
  const found: Suspicion[] = [];
  for (let row = 0; row < incidents.length; row += 1) {
    const item = first[row] ?? row;
    if (blaming.has(item) || !isIncident(incidents, row)) continue;
    const impact = incidents.instants['impact_started']?.[row] ?? NEVER;
    const at = impact === NEVER ? (incidents.instants['opened']?.[row] ?? NEVER) : impact;
    const service = textAt(incidents.codes['service'], row);
    if (at === NEVER || service === null) continue;
    const own = released.get(service) ?? [];
    const last = own[firstFrom(own, startOf, at + 1) - 1];
    // What began as another deployment did lies after neither.
    if (last === undefined || last.started === at || at - last.finished > SUSPECT_SECONDS) continue;
    if (!denied.has(`${item} ${last.row}`)) found.push({ deployment: last.row, incident: row });
  }
  return found.sort((one, other) => one.deployment - other.deployment || one.incident - other.incident);
}

/** Successful production deployments of each service, ascending by start. */
function releasesByService(deployments: ItemColumns): Map<string, Released[]> {
  const { codes, instants } = deployments;
  const byService = new Map<string, Released[]>();
  for (let row = 0; row < deployments.length; row += 1) {
    const finished = instants['finished']?.[row] ?? NEVER;
    const service = textAt(codes['service'], row);
    const isReleased =
      textAt(codes['environment'], row) === PRODUCTION &&
      textAt(codes['outcome'], row) === 'succeeded' &&
      (instants['cancelled']?.[row] ?? NEVER) === NEVER;
    if (!isReleased || finished === NEVER || service === null) continue;
    const own = instants['started']?.[row] ?? NEVER;
    const release = { row, started: own === NEVER ? finished : own, finished };
    const known = byService.get(service);
    if (known === undefined) byService.set(service, [release]);
    else known.push(release);
  }
  for (const own of byService.values())
    own.sort((one, other) => one.started - other.started || one.finished - other.finished || one.row - other.row);
  return byService;
}

/** Incidents (their first episodes) that blame anything, and pairs of incident and deployment that were denied. */
function wordsOn(
  deployments: ItemColumns,
  incidents: ItemColumns,
  links: ItemColumns,
  first: Int32Array,
): { readonly blaming: ReadonlySet<number>; readonly denied: ReadonlySet<string> } {
  const blaming = new Set<number>();
  const denied = new Set<string>();
  for (let row = 0; row < incidents.length; row += 1)
    if (textAt(incidents.codes['caused_by'], row) !== null) blaming.add(first[row] ?? row);
  const resolveIncident = resolverOf(incidents);
  const resolveDeployment = resolverOf(deployments);
  const itemOf = (text: string, source: string): number => first[resolveIncident(text, source)] ?? -1;
  eachLink(links, 'caused_by', (from, _to, source) => {
    blaming.add(itemOf(from, source));
  });
  eachLink(links, 'not_caused_by', (from, to, source) => {
    denied.add(`${itemOf(from, source)} ${resolveDeployment(to, source)}`);
  });
  return { blaming, denied };
}
