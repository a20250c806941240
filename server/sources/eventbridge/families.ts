import type { Event } from '../../event/event.ts';
import type { Rule } from '../aws/rules.ts';
import { attributed, attributedApart, toldBy, type Told } from '../aws/attribution.ts';
import { memberOf } from '../aws/json.ts';
import { healthFacts, type HealthRules } from '../aws-health/facts.ts';
import { instantOf, isAlarmState, momentOf, type AlarmChange } from '../cloudwatch-alarms/change.ts';
import { firstOf, type Where } from '../cloudwatch-alarms/attributes.ts';
import type { AlarmMemory } from '../cloudwatch-alarms/episodes.ts';
import { alarmFacts, type PagingRule } from '../cloudwatch-alarms/facts.ts';
import { deployingOf, deploymentFacts as pipelineFacts, isRunning } from '../codepipeline/facts.ts';
import { isByCodeDeploy } from '../codepipeline/handover.ts';
import { isIssue, opsItemFacts, stateOf, type OpsKind } from '../opscenter/facts.ts';
import { instantIn, textIn, type BusEvent } from './bus-event.ts';

/** Whose facts these are: the source that polls the same service, or this one. */
interface Family {
  readonly source: string;
  /** Another source polls it, and tells what cannot be told for certain from events alone. */
  readonly isPolled: boolean;
}

export interface Families {
  readonly alarms:
    (Family & { readonly rules: readonly Rule[]; readonly where: Where; readonly paging: PagingRule | null }) | null;
  readonly opsItems: (Family & { readonly rules: readonly Rule[]; readonly kind: OpsKind }) | null;
  readonly deployments: (Family & { readonly rules: readonly Rule[] }) | null;
  /** `isHandedOver`: what CodeDeploy carries out is told as its own deployments alone. */
  readonly pipelines: (Family & { readonly rules: readonly Rule[]; readonly isHandedOver: boolean }) | null;
  readonly health: (Family & HealthRules) | null;
}

/** What an event says: facts, none where it is not ours to tell of, or what is wrong with it. */
export type Said = readonly Event[] | string;

/** A change of an alarm's state, or its end. Null: neither. */
export function alarmChangeOf({ type, at, detail }: BusEvent): AlarmChange | string | null {
  const alarm = textIn(detail, 'alarmName');
  if (alarm === null) return 'it does not name its alarm';
  if (type === 'CloudWatch Alarm Configuration Change')
    return detail['operation'] === 'delete' ? { alarm, ...momentOf(null, at), to: 'DELETED', from: null } : null;
  const state = memberOf(detail['state']);
  const to = state?.['value'];
  if (!isAlarmState(to)) return `'${typeof to === 'string' ? to : ''}' is no state of an alarm`;
  const from = memberOf(detail['previousState'])?.['value'];
  const moment = momentOf(state?.['reasonData'], instantOf(state?.['timestamp']) ?? at);
  return { alarm, ...moment, to, from: isAlarmState(from) ? from : null };
}

export function alarmsSay(family: NonNullable<Families['alarms']>, event: BusEvent, memory: AlarmMemory): Said {
  const change = alarmChangeOf(event);
  if (change === null) return [];
  if (typeof change === 'string') return change;
  const { source, isPolled, rules, where, paging } = family;
  const { account, region, detail } = event;
  const told = firstOf(
    toldBy(where.tags, textsOf(memberOf(detail['alarmTags']))),
    toldBy(where.dimensions, dimensionsOf(memberOf(detail['configuration'])?.['metrics'])),
  );
  return memory.learn([change]).flatMap((news) => {
    // It may go on from an alarm of before the first event that was read.
    if (isPolled && news.episode.raised.from === 'INSUFFICIENT_DATA') return [];
    const fields = attributed(rules, { alarm: news.alarm, account, region }, told);
    return fields === null ? [] : alarmFacts({ source, account, region }, news, fields, paging, 'webhook');
  });
}

const dimensionsOf = (metrics: unknown): ReadonlyMap<string, string> =>
  new Map(
    (Array.isArray(metrics) ? metrics : []).flatMap((metric: unknown) => [
      ...textsOf(memberOf(memberOf(memberOf(memberOf(metric)?.['metricStat'])?.['metric'])?.['dimensions'])),
    ]),
  );

const textsOf = (of: Readonly<Record<string, unknown>> | null): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(of ?? {}).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : [])),
  );

export function opsItemsSay({ source, rules, kind }: NonNullable<Families['opsItems']>, event: BusEvent): Said {
  const { detail, account, region } = event;
  if (!isIssue(textIn(detail, 'ops-item-type') ?? undefined)) return [];
  const id = textIn(detail, 'ops-item-id');
  const status = textIn(detail, 'status') ?? '';
  const state = stateOf(status);
  const openedAt = instantIn(detail, 'created-time');
  if (id === null) return "it does not name its item ('ops-item-id')";
  if (state === null) return `the status '${status}' of ${id} is none of an issue`;
  if (openedAt === null) return `it does not say when ${id} was created`;
  const category = textIn(detail, 'category');
  const names = {
    title: textIn(detail, 'title') ?? undefined,
    source: textIn(detail, 'source') ?? undefined,
    category: category ?? undefined,
    account,
    region,
  };
  const told: Told = { severity: textIn(detail, 'severity') ?? undefined };
  const { says, fields } = attributedApart(rules, names, told);
  const modifiedAt = instantIn(detail, 'modified-time') ?? openedAt;
  const type = kind === 'ticket' && category !== null ? { type: category } : {};
  return opsItemFacts(source, kind, { id, state, openedAt, modifiedAt, says, fields: { ...fields, ...type } }, 'webhook');
}

export function healthSays({ source, rules, gives }: NonNullable<Families['health']>, { at, detail }: BusEvent): Said {
  const arn = textIn(detail, 'eventArn');
  if (arn === null) return "it does not name its event ('eventArn')";
  const seen = {
    arn,
    service: textIn(detail, 'service') ?? '',
    code: textIn(detail, 'eventTypeCode') ?? '',
    category: textIn(detail, 'eventTypeCategory') ?? '',
    region: textIn(detail, 'eventRegion') ?? '',
    status: textIn(detail, 'statusCode') ?? '',
    startAt: instantIn(detail, 'startTime'),
    endAt: instantIn(detail, 'endTime'),
    updatedAt: instantIn(detail, 'lastUpdatedTime') ?? at,
  };
  return healthFacts(source, { rules, gives }, seen, 'webhook') ?? [];
}

const CATEGORIES = ['Approval', 'Build', 'Compute', 'Deploy', 'Invoke', 'Source', 'Test'] as const;

const ACTION_STATES: ReadonlyMap<string, 'Succeeded' | 'Failed' | 'Abandoned'> = new Map([
  ['SUCCEEDED', 'Succeeded'],
  ['FAILED', 'Failed'],
  ['ABANDONED', 'Abandoned'],
]);

/** Whether a deploy action was a rollback is not told here: what polling says of it stands over this. */
export function pipelinesSay(
  { source, rules, isHandedOver }: NonNullable<Families['pipelines']>,
  { at, detail }: BusEvent,
): Said {
  const status = ACTION_STATES.get(textIn(detail, 'state') ?? '');
  const pipeline = textIn(detail, 'pipeline');
  if (pipeline === null) return 'it does not name its pipeline';
  // It goes on; and before it was named here, only polling can tell which it is.
  const id = textIn(detail, 'action-execution-id');
  if (status === undefined || id === null) return [];
  const type = memberOf(detail['type']);
  const category = textIn(type ?? {}, 'category');
  const deploying = deployingOf(pipeline, rules, {
    actionExecutionId: id,
    pipelineExecutionId: textIn(detail, 'execution-id') ?? undefined,
    stageName: textIn(detail, 'stage') ?? undefined,
    actionName: textIn(detail, 'action') ?? undefined,
    startTime: new Date(instantIn(detail, 'start-time') ?? at),
    lastUpdateTime: new Date(at),
    status,
    input: {
      actionTypeId: {
        category: CATEGORIES.find((each) => each === category),
        provider: textIn(type ?? {}, 'provider') ?? undefined,
        owner: undefined,
        version: undefined,
      },
    },
  });
  if (deploying === null || isRunning(deploying) || (isHandedOver && isByCodeDeploy(deploying.action))) return [];
  return pipelineFacts(source, deploying, undefined, null).map(asProvisional);
}

/** What polling says of an item stands over this, whenever it was said. */
export const asProvisional = (event: Event): Event => ({ ...event, origin: 'webhook', sequence: event.sequence - 1 });
