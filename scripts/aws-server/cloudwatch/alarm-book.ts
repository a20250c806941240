import type { Instant } from '../../../server/time/period.ts';

export const ALARM_TYPES = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const;
export type AlarmType = (typeof ALARM_TYPES)[number];

export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

export const HISTORY_TYPES = [
  'StateUpdate',
  'ConfigurationUpdate',
  'Action',
  'AlarmContributorStateUpdate',
  'AlarmContributorAction',
] as const;
export type HistoryType = (typeof HISTORY_TYPES)[number];

export interface AlarmAddress {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface Alarm extends AlarmAddress {
  readonly type: AlarmType;
  readonly createdAt: Instant;
  /** Its history stays. */
  readonly deletedAt?: Instant;
  readonly description?: string;
  /** ARNs of what it does when it goes to ALARM. */
  readonly actions?: readonly string[];
  readonly metric?: {
    readonly namespace: string;
    readonly metric: string;
    readonly dimensions?: Readonly<Record<string, string>>;
  };
  readonly threshold?: number;
  /** Of a composite alarm. */
  readonly rule?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface HistoryItem extends AlarmAddress {
  readonly type: AlarmType;
  readonly at: Instant;
  readonly kind: HistoryType;
  readonly summary: string;
  /** JSON as text, or what a broken service might send. */
  readonly data: string;
}

interface Turn {
  readonly at: Instant;
  readonly state: AlarmState;
  readonly reason: string;
  readonly data: unknown;
}

/** Alarms and what has become of them. */
export class AlarmBook {
  readonly #alarms = new Map<string, { readonly alarm: Alarm; readonly turns: Turn[] }>();
  readonly #items: HistoryItem[] = [];

  put(alarm: Alarm): void {
    const key = keyOf(alarm);
    this.#alarms.set(key, { alarm, turns: this.#alarms.get(key)?.turns ?? [] });
  }

  /**
   * Turns an alarm, as its evaluation would, and writes the history. Turns of one alarm are told in the order of their time.
   * @param more.isTwice the history has it twice, which happens
   * @param more.datapoints the values that turned it
   */
  turn(
    address: AlarmAddress,
    at: Instant,
    state: AlarmState,
    more: { readonly reason?: string; readonly datapoints?: readonly number[]; readonly isTwice?: boolean } = {},
  ): void {
    const own = this.#alarms.get(keyOf(address));
    if (own === undefined) throw new Error(`there is no alarm ${address.name} in ${address.account} ${address.region}`);
    const { alarm, turns } = own;
    const reason = more.reason ?? reasonOf(alarm, state, more.datapoints ?? []);
    const data = reasonDataOf(alarm, at, more.datapoints ?? []);
    const old = turns.at(-1);
    turns.push({ at, state, reason, data });
    const item: HistoryItem = {
      account: alarm.account,
      region: alarm.region,
      name: alarm.name,
      type: alarm.type,
      at,
      kind: 'StateUpdate',
      summary: `Alarm updated from ${old?.state ?? 'INSUFFICIENT_DATA'} to ${state}`,
      data: JSON.stringify({
        version: '1.0',
        oldState: {
          stateValue: old?.state ?? 'INSUFFICIENT_DATA',
          stateReason: old?.reason ?? 'Unchecked: Initial alarm creation',
          stateReasonData: old?.data,
        },
        newState: { stateValue: state, stateReason: reason, stateReasonData: data },
      }),
    };
    this.#items.push(item);
    if (more.isTwice === true) this.#items.push(item);
  }

  /** Writes an entry of the history as it is. */
  note(item: HistoryItem): void {
    this.#items.push(item);
  }

  /** Entries of a place up to `now`, in the order in which they were written. */
  history(account: string, region: string, now: Instant): readonly HistoryItem[] {
    return this.#items.filter((item) => item.account === account && item.region === region && item.at <= now);
  }

  /** Alarms that there are at `now`, by name, with the state that each is in. */
  all(account: string, region: string, now: Instant): { readonly alarm: Alarm; readonly turned: Turn | null }[] {
    return [...this.#alarms.values()]
      .filter(
        ({ alarm }) =>
          alarm.account === account && alarm.region === region && alarm.createdAt <= now && (alarm.deletedAt ?? Infinity) > now,
      )
      .map(({ alarm, turns }) => ({ alarm, turned: turns.filter(({ at }) => at <= now).at(-1) ?? null }))
      .sort((one, other) => (one.alarm.name < other.alarm.name ? -1 : 1));
  }
}

const keyOf = ({ account, region, name }: AlarmAddress): string => JSON.stringify([account, region, name]);

export const arnOf = ({ account, region, name }: AlarmAddress): string => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

function reasonOf(alarm: Alarm, state: AlarmState, datapoints: readonly number[]): string {
  if (alarm.type === 'CompositeAlarm') return `The alarm rule ${alarm.rule ?? ''} is now ${state === 'ALARM' ? 'true' : 'false'}`;
  if (state === 'INSUFFICIENT_DATA') return 'Insufficient Data: 1 datapoint was unknown.';
  const many = datapoints.length;
  const crossed = state === 'ALARM' ? 'was' : 'was not';
  return `Threshold Crossed: ${many} datapoint${many === 1 ? '' : 's'} [${datapoints.join(', ')}] ${crossed} greater than the threshold (${alarm.threshold ?? 0}).`;
}

const reasonDataOf = (alarm: Alarm, at: Instant, datapoints: readonly number[]): unknown =>
  alarm.type === 'CompositeAlarm'
    ? { triggeringAlarms: [] }
    : {
        version: '1.0',
        queryDate: withZone(at),
        startDate: withZone(at - 300_000),
        statistic: 'Average',
        period: 300,
        recentDatapoints: datapoints,
        threshold: alarm.threshold ?? 0,
      };

/** 2026-11-21T22:30:00.000+0000, as CloudWatch writes instants in JSON. */
const withZone = (at: Instant): string => new Date(at).toISOString().replace('Z', '+0000');
