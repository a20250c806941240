import type { ActionExecutionDetail, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import type { Event } from '../../event/event.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';
import { asItStands, takenBack } from '../aws/told.ts';

/** An action that brings something to where it runs. */
export interface Deploying {
  readonly action: ActionExecutionDetail;
  readonly id: string;
  readonly startedAt: number;
  /** Null where no rule fits. */
  readonly rule: Rule | null;
}

const OUTCOMES: ReadonlyMap<string | undefined, string> = new Map([
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  // Stopped by somebody while it ran.
  ['Abandoned', 'cancelled'],
]);

/** Whatever rules say or said, these bring nothing anywhere. */
const DEPLOYS_NOTHING = new Set<string | undefined>(['Source', 'Approval']);

/** Rules that name no category are about actions that deploy; what is left out is left out whatever it does. */
export const aboutDeploying = (rules: readonly Rule[]): Rule[] =>
  rules.map((rule) =>
    rule.isLeftOut || rule.when.some(([name]) => name === 'category')
      ? rule
      : { ...rule, when: [...rule.when, ['category', 'Deploy'] as const] },
  );

/** Null where an action deploys nothing, or what it deploys is left out. */
export function deployingOf(pipeline: string, rules: readonly Rule[], action: ActionExecutionDetail): Deploying | null {
  const { actionExecutionId: id, startTime, stageName: stage, actionName, input } = action;
  if (id === undefined || startTime === undefined) return null;
  const { category, provider } = input?.actionTypeId ?? {};
  const rule = ruleFor(rules, { pipeline, stage, action: actionName, category, provider });
  if (rule === null ? category !== 'Deploy' : rule.isLeftOut) return null;
  // CloudFormation is told what is to be done; another action does it.
  if (input?.configuration?.['ActionMode'] === 'CHANGE_SET_REPLACE') return null;
  return { action, id, startedAt: startTime.getTime(), rule };
}

export const isRunning = ({ action }: Deploying): boolean => !OUTCOMES.has(action.status);

export const isRollback = (execution: PipelineExecutionSummary | undefined): boolean => execution?.executionType === 'ROLLBACK';

/**
 * A deployment that has ended.
 * @param undone what a rollback takes back; null where that is not known, and for all else
 * @param retoldAt when rules were changed, 0 until they were
 */
export function deploymentFacts(
  source: string,
  { action, id, startedAt, rule }: Deploying,
  execution: PipelineExecutionSummary | undefined,
  undone: Deploying | null,
  retoldAt = 0,
): Event[] {
  const finished = finishedAt(action, startedAt);
  const takesBack = isRollback(execution);
  const fields = {
    ...rule?.says,
    purpose: takesBack ? 'rollback' : (rule?.says['purpose'] ?? 'release'),
    outcome: OUTCOMES.get(action.status),
    started: startedAt,
    finished,
    rolls_back: undone?.id,
  };
  const events = [asItStands({ source, kind: 'deployment', item: id, at: finished, fields }, retoldAt)];
  if (undone !== null) {
    const link = { from: id, to: undone.id, relation: 'rolls_back', grade: 'B', made: startedAt };
    events.push(asItStands({ source, kind: 'link', item: `${id} rolls back ${undone.id}`, at: startedAt, fields: link }));
  }
  return events;
}

/** An action that rules leave out by now, and that may have been told before; nothing where it has not ended. */
export function leftOutFacts(source: string, action: ActionExecutionDetail, retoldAt: number): Event[] {
  const { actionExecutionId: item, startTime, status, input } = action;
  if (item === undefined || startTime === undefined || !OUTCOMES.has(status)) return [];
  if (DEPLOYS_NOTHING.has(input?.actionTypeId?.category)) return [];
  const at = finishedAt(action, startTime.getTime());
  return at < retoldAt ? [takenBack({ source, kind: 'deployment', item, at }, retoldAt)] : [];
}

export const finishedAt = ({ lastUpdateTime }: ActionExecutionDetail, startedAt: number): number =>
  Math.max(startedAt, lastUpdateTime?.getTime() ?? startedAt);
