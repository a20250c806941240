import type { IncidentRecord } from '@aws-sdk/client-ssm-incidents';
import type { Event } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';
import { asItStands, factOf, stepOf } from '../aws/told.ts';
import { stepsOf, type Moment } from './timeline.ts';

const IMPACTS: ReadonlyMap<number, string> = new Map([
  [1, 'Critical'],
  [2, 'High'],
  [3, 'Medium'],
  [4, 'Low'],
  [5, 'No impact'],
]);

/** The response plan stands in an incident's address: `…:incident-record/<plan>/<id>`. */
const planOf = (arn: string): string => /:incident-record\/([^/]+)\//.exec(arn)?.[1] ?? '';

/**
 * What an incident and its timeline say.
 * @param retoldAt when rules were changed, 0 until they were: what is left out by now may have been told before, and is called
 * off as if it had never been opened
 */
export function incidentFacts(
  source: string,
  rules: readonly Rule[],
  { arn: item = '', title = '', status, impact, creationTime, resolvedTime, lastModifiedTime }: IncidentRecord,
  moments: readonly Moment[],
  retoldAt = 0,
): Event[] {
  const rule = ruleFor(rules, { plan: planOf(item), title });
  const isLeftOut = rule?.isLeftOut === true;
  if (creationTime === undefined || (isLeftOut && creationTime.getTime() >= retoldAt)) return [];
  const createdAt = creationTime.getTime();
  const resolvedAt = status === 'RESOLVED' ? (resolvedTime ?? lastModifiedTime)?.getTime() : undefined;
  const of = { source, kind: 'incident', item } as const;
  const steps = stepsOf(createdAt, resolvedAt ?? null, moments).map(({ state, at, key }) =>
    stepOf({ ...of, at }, isLeftOut ? (state === 'opened' ? 'cancelled' : null) : state, key, retoldAt),
  );
  if (isLeftOut) return steps;
  const impacts = moments
    .flatMap((moment) => (moment.tells === 'impact' ? [moment] : []))
    .sort((one, other) => one.at - other.at);
  const [firstChange] = impacts;
  // The record tells the impact as it is now. As it began with, only while nobody has changed it.
  const first = firstChange === undefined ? impact : (firstChange.from ?? undefined);
  return [
    ...steps,
    ...(first === undefined ? [] : [factOf({ ...of, at: createdAt, fields: severityOf(first) }, ['impact'])]),
    ...impacts.map(({ id, at, to }) => factOf({ ...of, at, fields: severityOf(to) }, ['impact', id])),
    ...(rule === null && retoldAt === 0 ? [] : [asItStands({ ...of, at: createdAt, fields: rule?.says ?? {} }, retoldAt)]),
  ];
}

const severityOf = (impact: number): { severity: number; severity_raw: string | undefined } => ({
  severity: impact,
  severity_raw: IMPACTS.get(impact),
});

/** It was asked for twice, and is there no longer: somebody deleted it. */
export const goneFact = (source: string, item: string, at: Instant): Event => ({
  ...stepOf({ source, kind: 'incident', item, at }, 'cancelled', ['gone']),
  origin: 'inferred',
});
