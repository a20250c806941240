import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Event } from '../../event/event.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';
import { asItStands, takenBack } from '../aws/told.ts';
import type { Reject } from '../source.ts';

export interface DeploymentFacts {
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
  /** It has not ended, so it is asked for again. */
  readonly isOpen: boolean;
}

const ROLLBACKS = new Set<string | undefined>(['codeDeployRollback', 'CloudFormationRollback']);
/** They bring what is out already to instances that lack it: nobody changed anything. */
const NO_CHANGES = new Set<string | undefined>(['autoscaling', 'autoscalingTermination', 'CodeDeployAutoUpdate']);
const ENDED = new Set<string | undefined>(['Succeeded', 'Failed', 'Stopped']);
const NOTHING: DeploymentFacts = { events: [], rejects: [], isOpen: false };

/**
 * What a deployment says once it has ended: itself, and what it takes back.
 * @param retoldAt when rules were changed, 0 until they were: what is left out by now may have been told before
 */
export function deploymentFacts(
  source: string,
  place: string,
  rules: readonly Rule[],
  info: DeploymentInfo,
  retoldAt = 0,
): DeploymentFacts {
  const { deploymentId: item, applicationName, deploymentGroupName, status, creator } = info;
  if (item === undefined || NO_CHANGES.has(creator) || info.deploymentMode === 'RESTART') return NOTHING;
  const rule = ruleFor(rules, { application: applicationName, group: deploymentGroupName });
  if (rule?.isLeftOut === true) return ENDED.has(status) ? leftOut(source, item, info, retoldAt) : NOTHING;
  if (!ENDED.has(status)) return { ...NOTHING, isOpen: true };

  const rejects: Reject[] = [];
  const odd = (reason: string, fix: string | null): void => {
    rejects.push({ place: `${place}, deployment ${item}`, reason, fix, isKept: true });
  };
  const { createTime, completeTime } = info;
  const at = completeTime ?? info.startTime ?? createTime;
  if (at === undefined) {
    odd('it has no time at all', null);
    return { ...NOTHING, rejects: rejects.map((reject) => ({ ...reject, isKept: false })) };
  }
  if (completeTime === undefined) odd(`it ended (${String(status)}) and does not say when: it counts in no period`, null);
  const { rollbackDeploymentId: undoneBy, rollbackTriggeringDeploymentId: undoes } = info.rollbackInfo ?? {};
  const isRollback = ROLLBACKS.has(creator);
  const fields = {
    ...rule?.says,
    purpose: isRollback ? 'rollback' : (rule?.says['purpose'] ?? 'release'),
    // Stopped by somebody, it did not fail, unless it was taken back.
    outcome: status === 'Succeeded' ? 'succeeded' : status === 'Failed' || undoneBy !== undefined ? 'failed' : 'cancelled',
    started: startOf(info, odd),
    finished: completeTime?.getTime(),
    rolls_back: isRollback ? undoes : undefined,
  };
  const events = [asItStands({ source, kind: 'deployment', item, at: at.getTime(), fields }, retoldAt)];
  if (isRollback && undoes !== undefined) events.push(linkOf(source, item, undoes, (createTime ?? at).getTime(), 1));
  // Both say it, the rollback with more certainty of when; it is one link.
  if (undoneBy !== undefined && undoneBy !== item) events.push(linkOf(source, undoneBy, item, at.getTime(), 0));
  return { events, rejects, isOpen: false };
}

/**
 * Nothing, but for what ended before rules were changed and may have been told then. Links to what does not count say nothing;
 * they need not be taken back.
 */
function leftOut(source: string, item: string, info: DeploymentInfo, retoldAt: number): DeploymentFacts {
  const at = (info.completeTime ?? info.startTime ?? info.createTime)?.getTime() ?? Infinity;
  return at < retoldAt ? { ...NOTHING, events: [takenBack({ source, kind: 'deployment', item, at }, retoldAt)] } : NOTHING;
}

/** The servers that say when it began and when it was complete have clocks of their own. */
function startOf({ startTime, completeTime }: DeploymentInfo, odd: (reason: string, fix: null) => void): number | undefined {
  if (startTime === undefined || completeTime === undefined || startTime <= completeTime) return startTime?.getTime();
  odd(
    `it started ${startTime.getTime() - completeTime.getTime()} ms after it was complete, by clocks that differ: taken as started when it was complete`,
    null,
  );
  return completeTime.getTime();
}

const linkOf = (source: string, from: string, to: string, made: number, version: number): Event =>
  asItStands(
    {
      source,
      kind: 'link',
      item: `${from} rolls back ${to}`,
      at: made,
      fields: { from, to, relation: 'rolls_back', grade: 'B', made },
    },
    version,
  );
