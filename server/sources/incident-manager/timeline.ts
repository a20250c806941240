import type { State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';

/** What an event of an incident's timeline says that we keep. */
export type Moment =
  | { readonly id: string; readonly at: Instant; readonly tells: 'acknowledged' | 'resolved' | 'reopened' }
  | { readonly id: string; readonly at: Instant; readonly tells: 'impact'; readonly from: number | null; readonly to: number };

export const ACKNOWLEDGEMENT = 'SSM Contacts Page Acknowledgement for Incident';
export const UPDATE = 'SSM Incident Record Update';

/** What changed in an update, whose data are JSON as text; nothing where it is in no form that we know. */
export function momentsOf(id: string, at: Instant, data: string): Moment[] {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return [];
  }
  const changes = memberOf(value, 'modifiedAttributes');
  if (!Array.isArray(changes)) return [];
  return changes.flatMap((change: unknown): Moment[] => {
    const [name, from, to] = ['attributeName', 'oldValue', 'newValue'].map((key) => memberOf(change, key));
    if (name === 'status' && to === 'RESOLVED') return [{ id, at, tells: 'resolved' }];
    if (name === 'status' && to === 'OPEN') return [{ id, at, tells: 'reopened' }];
    const impact = name === 'impact' ? impactOf(to) : null;
    return impact === null ? [] : [{ id, at, tells: 'impact', from: impactOf(from), to: impact }];
  });
}

/** A step, as it changes the state of an incident. */
export interface Step {
  readonly state: State;
  readonly at: Instant;
  readonly key: readonly (string | number)[];
}

/**
 * The steps of an incident, in time: acknowledged once while it is open, and never after it was resolved, when pages are still
 * answered.
 * @param resolvedAt what the record says, for timelines that do not
 */
export function stepsOf(createdAt: Instant, resolvedAt: Instant | null, moments: readonly Moment[]): Step[] {
  const steps: Step[] = [{ state: 'opened', at: createdAt, key: ['opened'] }];
  let [isOpen, isAcknowledged] = [true, false];
  for (const { id, at, tells } of moments.toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))) {
    if (tells === 'acknowledged' && isOpen && !isAcknowledged) isAcknowledged = true;
    else if (tells === 'resolved' && isOpen) isOpen = false;
    else if (tells === 'reopened' && !isOpen) [isOpen, isAcknowledged] = [true, false];
    else continue;
    steps.push({ state: tells, at, key: [tells, id] });
  }
  if (isOpen && resolvedAt !== null) steps.push({ state: 'resolved', at: resolvedAt, key: ['resolved', resolvedAt] });
  return steps;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

const impactOf = (value: unknown): number | null => {
  const impact = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof impact === 'number' && Number.isInteger(impact) && impact >= 1 && impact <= 5 ? impact : null;
};
