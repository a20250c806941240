import type { CodeDeployClient, DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Event } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { asked, type Asking } from '../aws/asking.ts';
import { pagesOf } from '../aws/pages.ts';
import { readPlaceCursor, writePlaceCursor } from '../aws/place-cursor.ts';
import type { AwsPlace } from '../aws/place.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, PullContext, PullEnd, Reject } from '../source.ts';
import { deploymentFacts } from './facts.ts';

export interface CodeDeploySettings {
  readonly source: string;
  readonly rules: readonly Rule[];
  /** How far back the first pass reads. */
  readonly historyMs: number;
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

const DAY_MS = 24 * 3_600_000;
/** What one list is asked for: a pass that is cut off has lost no more. */
const SPAN_MS = 30 * DAY_MS;
/** There is no filter for what changed, so what began of late is read again. */
const OVERLAP_MS = DAY_MS;
/** As many as BatchGetDeployments takes. */
const AT_ONCE = 25;

/** The deployments of one Region of an account: those that had not ended, then the new ones, oldest first. */
export async function* pullDeployments(
  settings: CodeDeploySettings,
  place: AwsPlace,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now, signal } = context;
  const before = readPlaceCursor(context.cursor, settings.digest, now, 'open');
  const { retoldAt } = before;
  const first = now - settings.historyMs;
  // More is wanted than was read: once more from there.
  const isMore = first < (before.historyFrom ?? first) - DAY_MS;
  const start = before.until === null || isMore ? first : before.until - OVERLAP_MS;
  const historyFrom = Math.min(before.historyFrom ?? Infinity, start);
  const open = new Map(before.marks);
  const { CodeDeployClient } = await import('@aws-sdk/client-codedeploy');
  const client = new CodeDeployClient(await clientSettings(place));
  const asking: Asking = { place, signal };
  const tell = (infos: readonly DeploymentInfo[], gone: readonly string[] = []): Omit<PullBatch, 'progress'> =>
    toldOf(settings, place, infos, gone, open, retoldAt);
  const cursor = (until: Instant | null): string =>
    writePlaceCursor({ until, historyFrom, marks: open, retoldAt }, settings.digest);
  try {
    const asksAgain = [...open.keys()];
    if (asksAgain.length > 0) {
      const infos = await detailsOf(client, asking, asksAgain);
      const found = new Set(infos.map(({ deploymentId }) => deploymentId));
      const gone = asksAgain.filter((id) => !found.has(id));
      yield { ...tell(infos, gone), progress: `${asksAgain.length} that had not ended`, cursor: cursor(before.until) };
    }
    for (let from = start; from < now; from += SPAN_MS) {
      const until = Math.min(now, from + SPAN_MS);
      const ids = new Set<string>();
      for await (const list of listOf(client, asking, from, until)) for (const id of list) ids.add(id);
      const infos = await detailsOf(client, asking, [...ids]);
      yield { ...tell(infos), progress: `${ids.size} deployments to ${dayOf(until)}`, cursor: cursor(until) };
    }
  } finally {
    client.destroy();
  }
  return { cursor: cursor(now), completeUntil: now, historyFrom };
}

const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10);

async function* listOf(
  client: CodeDeployClient,
  asking: Asking,
  from: Instant,
  until: Instant,
): AsyncGenerator<readonly string[], void, void> {
  const { ListDeploymentsCommand } = await import('@aws-sdk/client-codedeploy');
  const createTimeRange = { start: new Date(from), end: new Date(until) };
  const pages = pagesOf(
    asking.place,
    'codedeploy:ListDeployments',
    (nextToken) => client.send(new ListDeploymentsCommand({ createTimeRange, nextToken }), { abortSignal: asking.signal }),
    ({ nextToken }) => nextToken,
  );
  for await (const { deployments } of pages) yield deployments ?? [];
}

/** In the order of their ids' list; those that are gone are not among them. */
async function detailsOf(client: CodeDeployClient, asking: Asking, ids: readonly string[]): Promise<DeploymentInfo[]> {
  const { BatchGetDeploymentsCommand } = await import('@aws-sdk/client-codedeploy');
  const infos: DeploymentInfo[] = [];
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const command = new BatchGetDeploymentsCommand({ deploymentIds: ids.slice(first, first + AT_ONCE) });
    const { deploymentsInfo } = await asked(asking, 'codedeploy:BatchGetDeployments', () =>
      client.send(command, { abortSignal: asking.signal }),
    );
    infos.push(...(deploymentsInfo ?? []));
  }
  return infos;
}

/** Notes in `open` what has not ended yet. */
function toldOf(
  { source, rules }: CodeDeploySettings,
  place: AwsPlace,
  infos: readonly DeploymentInfo[],
  gone: readonly string[],
  open: Map<string, number>,
  retoldAt: Instant,
): Omit<PullBatch, 'progress'> {
  const events: Event[] = [];
  const rejects: Reject[] = [];
  const unknown = new Set<string>();
  for (const info of infos) {
    const facts = deploymentFacts(source, place.name, rules, info, retoldAt);
    const id = info.deploymentId ?? '';
    if (facts.isOpen) open.set(id, info.createTime?.getTime() ?? 0);
    else open.delete(id);
    events.push(...facts.events);
    rejects.push(...facts.rejects);
    const { applicationName: application = '', deploymentGroupName: group = '' } = info;
    if (facts.events.length > 0 && ruleFor(rules, { application, group }) === null)
      unknown.add(`application ${application}, group ${group}`);
  }
  for (const name of unknown) {
    rejects.push({
      place: `${place.name}, ${name}`,
      reason: "no rule under 'applications' fits: of its deployments neither service nor environment is known",
      fix: 'Add one, with service and environment, or with leave_out: true',
      isKept: true,
    });
  }
  for (const id of gone) {
    open.delete(id);
    rejects.push({
      place: `${place.name}, deployment ${id}`,
      reason: 'it had not ended when it was read last, and is there no longer',
      fix: null,
      isKept: true,
    });
  }
  return { events, samples: [], rejects };
}
