import type { PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import type { Event } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { gapSince, readPlaceCursor, writePlaceCursor } from '../aws/place-cursor.ts';
import type { AwsPlace } from '../aws/place.ts';
import { isLeftOutByName, type Rule } from '../aws/rules.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, PullContext, PullEnd, Reject } from '../source.ts';
import { deployingOf, deploymentFacts, isRollback, isRunning, leftOutFacts, type Deploying } from './facts.ts';
import { handedOverFacts, isByCodeDeploy } from './handover.ts';
import { historyOf, pipelinesOf, type History } from './listings.ts';

export interface CodePipelineSettings {
  readonly source: string;
  readonly rules: readonly Rule[];
  /** The source that tells what CodeDeploy carries out; null: it is told here. */
  readonly handover: string | null;
  /** How far back the first pass reads. */
  readonly historyMs: number;
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** CodePipeline keeps no more. */
const KEPT_MS = 365 * 24 * HOUR_MS;
/** An action may be listed a little late. */
const OVERLAP_MS = HOUR_MS;

/** What the pipelines of one Region of an account deployed, one pipeline after the other. */
export async function* pullPipelines(
  settings: CodePipelineSettings,
  place: AwsPlace,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now, signal } = context;
  const { rules, digest } = settings;
  const before = readPlaceCursor(context.cursor, digest, now, 'read');
  const start = now - Math.min(KEPT_MS, settings.historyMs);
  const gap = gapSince(place, before, now - KEPT_MS, 'CodePipeline');
  const historyFrom = gap === null ? Math.min(before.historyFrom ?? Infinity, start) : now - KEPT_MS;
  const { retoldAt } = before;
  // More is wanted than was read: once more from there.
  const isMore = start < (before.historyFrom ?? start) - DAY_MS;
  const marks = new Map(isMore ? [] : before.marks);
  const { CodePipelineClient } = await import('@aws-sdk/client-codepipeline');
  const client = new CodePipelineClient(await clientSettings(place));
  const cursor = (until: Instant | null): string => writePlaceCursor({ until, historyFrom, marks, retoldAt }, digest);
  try {
    if (gap !== null) yield { events: [], samples: [], rejects: [gap], progress: 'history' };
    const all = (await pipelinesOf(client, place, signal)).sort();
    for (const name of marks.keys()) if (!all.includes(name)) marks.delete(name);
    // What is left out as a whole is not read, but for once after rules were changed: it may have been told before.
    const pipelines = all.filter(
      (name) => !isLeftOutByName(rules, 'pipeline', name) || (retoldAt > 0 && !before.marks.has(name)),
    );
    for (const [index, pipeline] of pipelines.entries()) {
      const since = marks.get(pipeline) ?? start;
      const history = historyOf(client, place, pipeline, signal);
      const { events, rejects, oldestRunning } = await newsOf(settings, place, pipeline, since, history, {
        retoldAt,
        isFirst: !marks.has(pipeline),
      }).finally(() => history.end());
      // What has not ended is met again next time: the listing is read back to where the oldest of it began.
      marks.set(pipeline, Math.min(now - OVERLAP_MS, oldestRunning));
      const progress = `${pipeline}, ${index + 1} of ${pipelines.length} pipelines`;
      yield { events, samples: [], rejects, progress, cursor: cursor(before.until) };
    }
  } finally {
    client.destroy();
  }
  return { cursor: cursor(now), completeUntil: now, historyFrom };
}

interface News {
  readonly events: Event[];
  readonly rejects: Reject[];
  /** When the oldest that has not ended began; Infinity where all have. */
  readonly oldestRunning: Instant;
}

interface Reading {
  readonly retoldAt: Instant;
  /** The pipeline was not read before, under these rules. */
  readonly isFirst: boolean;
}

async function newsOf(
  { source, rules, handover }: CodePipelineSettings,
  place: AwsPlace,
  pipeline: string,
  since: Instant,
  history: History,
  { retoldAt, isFirst }: Reading,
): Promise<News> {
  await history.actions.readTo(({ startTime }) => startTime !== undefined && startTime.getTime() < since);
  const recent = history.actions.items
    .flatMap((action) => deployingOf(pipeline, rules, action) ?? [])
    .filter(({ startedAt }) => startedAt >= since);
  const events: Event[] = [];
  if (retoldAt > 0)
    for (const action of history.actions.items)
      if ((action.startTime?.getTime() ?? 0) >= since && deployingOf(pipeline, rules, action) === null)
        events.push(...leftOutFacts(source, action, retoldAt));
  const unknown = new Set<string>();
  let oldestRunning = Infinity;
  let handedOver = 0;
  for (const deploying of recent.reverse()) {
    if (isRunning(deploying)) {
      oldestRunning = Math.min(oldestRunning, deploying.startedAt);
      continue;
    }
    const execution = await executionOf(history, deploying);
    const undone = isRollback(execution) ? await undoneBy(pipeline, rules, history, deploying) : null;
    if (handover !== null && isByCodeDeploy(deploying.action)) {
      events.push(...handedOverFacts(source, handover, deploying, isRollback(execution), undone, retoldAt));
      handedOver += 1;
      continue;
    }
    events.push(...deploymentFacts(source, deploying, execution, undone, retoldAt));
    if (deploying.rule === null) unknown.add(deploying.action.stageName ?? '');
  }
  const rejects: Reject[] = [...unknown].map((stage) => ({
    place: `${place.name}, pipeline ${pipeline}, stage ${stage}`,
    reason: "no rule under 'pipelines' fits: of its deployments neither service nor environment is known",
    fix: 'Add one, with service and environment, or with leave_out: true',
    isKept: true,
  }));
  if (handedOver > 0 && isFirst)
    rejects.push({
      place: `${place.name}, pipeline ${pipeline}`,
      reason: `CodeDeploy carried out ${handedOver.toLocaleString('en')} of its deployments: the source '${handover ?? ''}' tells them, so that they count once`,
      fix: 'See that it reads this account and Region; with codedeploy: none they are told here',
      isKept: true,
    });
  return { events, rejects, oldestRunning };
}

const executionOf = (history: History, { action }: Deploying): Promise<PipelineExecutionSummary | undefined> =>
  history.execution(action.pipelineExecutionId ?? '');

/**
 * What a rollback takes back: what the same action had brought last, unless that is what it goes back to. Of rollbacks before
 * it, those that did not succeed changed nothing, and one that did had put out again what it went back to. Looked for as far
 * back as there is history.
 */
async function undoneBy(
  pipeline: string,
  rules: readonly Rule[],
  history: History,
  rollback: Deploying,
): Promise<Deploying | null> {
  const targetOf = async (of: Deploying): Promise<string | undefined> =>
    (await executionOf(history, of))?.rollbackMetadata?.rollbackTargetPipelineExecutionId;
  const target = await targetOf(rollback);
  const passed = new Set<string>();
  /** The execution whose work was out; undefined: whatever came last. */
  let out: string | undefined;
  for (;;) {
    const action = await history.actions.find(
      ({ actionExecutionId, pipelineExecutionId, stageName, actionName, startTime }) =>
        actionExecutionId !== undefined &&
        !passed.has(actionExecutionId) &&
        (out === undefined || pipelineExecutionId === out) &&
        stageName === rollback.action.stageName &&
        actionName === rollback.action.actionName &&
        (startTime?.getTime() ?? Infinity) < rollback.startedAt,
    );
    if (action === undefined || (target !== undefined && action.pipelineExecutionId === target)) return null;
    passed.add(action.actionExecutionId ?? '');
    const deploying = deployingOf(pipeline, rules, action);
    if (deploying === null || isRunning(deploying)) continue;
    if (!isRollback(await executionOf(history, deploying))) return deploying;
    if (action.status === 'Succeeded') out = await targetOf(deploying);
  }
}
