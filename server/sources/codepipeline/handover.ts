import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline';
import type { Event } from '../../event/event.ts';
import { factOf, takenBack } from '../aws/told.ts';
import type { SourceEntry } from '../config.ts';
import type { Settings } from '../settings.ts';
import { finishedAt, type Deploying } from './facts.ts';

/** CodeDeploy carries out what actions of these providers ask for, by a deployment of its own. */
const PROVIDERS = new Set<string | undefined>(['CodeDeploy', 'CodeDeployToECS']);

export const isByCodeDeploy = ({ input }: ActionExecutionDetail): boolean => PROVIDERS.has(input?.actionTypeId?.provider);

const deploymentOf = ({ output }: ActionExecutionDetail): string | undefined => output?.executionResult?.externalExecutionId;

/**
 * `codedeploy: deployments`: the source that tells what CodeDeploy carries out, so that it counts once. Without it that is the
 * source of type codedeploy in the same file, where there is one; `codedeploy: none` has all of it told here.
 * @returns its id; null: it is told here; undefined: it is wrong, which is reported
 */
export function parseHandover(settings: Settings, others: SourceEntry['others']): string | null | undefined {
  const ids = [...others].flatMap(([id, type]) => (type === 'codedeploy' ? [id] : []));
  const fix = `Write ${[...ids, 'none'].map((id) => `codedeploy: ${id}`).join(' or ')}`;
  if (!settings.has('codedeploy')) {
    if (ids.length < 2) return ids[0] ?? null;
    settings.fault(
      null,
      'several sources tell deployments of CodeDeploy, and it is not said which tells those of these pipelines',
      fix,
    );
    return undefined;
  }
  const id = settings.text('codedeploy');
  if (id === 'none') return null;
  if (id !== null && ids.includes(id)) return id;
  if (id !== null) settings.fault('codedeploy', `there is no source '${id}' of type codedeploy in this file`, fix);
  return undefined;
}

/**
 * What is left to say of an action that CodeDeploy carried out: CodeDeploy does not know when a pipeline rolled back, nor what.
 * @param to the source that tells the deployment itself
 * @param undone what a rollback takes back; null where it is none, or that is not known
 * @param retoldAt when rules were changed, 0 until they were: the action may have been told before as a deployment
 */
export function handedOverFacts(
  source: string,
  to: string,
  { action, id, startedAt }: Deploying,
  isRollback: boolean,
  undone: Deploying | null,
  retoldAt: number,
): Event[] {
  const at = finishedAt(action, startedAt);
  const events = at < retoldAt ? [takenBack({ source, kind: 'deployment', item: id, at }, retoldAt)] : [];
  const item = deploymentOf(action);
  if (!isRollback || item === undefined) return events;
  const fields = { purpose: 'rollback', rolls_back: undone === null ? undefined : deploymentOf(undone.action) };
  return [...events, factOf({ source: to, kind: 'deployment', item, at, fields }, ['rollback of a pipeline'])];
}
