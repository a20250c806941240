import { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import type { Output, Service } from './service.ts';

/** As DescribeEvents has it; what is not given is left out. */
export interface HealthEvent {
  arn: string;
  service: string;
  eventTypeCode: string;
  eventTypeCategory: 'issue' | 'accountNotification' | 'scheduledChange';
  region: string;
  startTime?: Date;
  endTime?: Date;
  lastUpdatedTime: Date;
  statusCode: 'open' | 'closed' | 'upcoming';
  eventScopeCode?: 'PUBLIC' | 'ACCOUNT_SPECIFIC' | 'NONE';
}

export interface HealthState {
  /** Events that concern an account, in all Regions. */
  events(account: string): HealthEvent[];
  /** Accounts whose support plan does not have the service. */
  readonly withoutPlan: Set<string>;
}

const LEAST = 10;
const MOST = 100;

/** AWS Health: one Region answers for all; AWS JSON 1.1. */
export function createHealth(): Service<HealthState> {
  const byAccount = new Map<string, HealthEvent[]>();
  const state: HealthState = {
    events: (account) => {
      const events = byAccount.get(account) ?? [];
      byAccount.set(account, events);
      return events;
    },
    withoutPlan: new Set(),
  };
  return {
    name: 'health',
    target: { prefix: 'AWSHealth_20160804', protocol: 'json-1.1' },
    state,
    handle(action, input, { caller: { account, region } }) {
      if (region !== 'us-east-1') throw new AwsError('UnknownOperationException', `AWS Health does not answer in ${region}`);
      if (state.withoutPlan.has(account))
        throw new AwsError('SubscriptionRequiredException', 'The AWS Access Key Id needs a subscription for the service');
      if (action === 'DescribeEvents') return describeEvents(state.events(account), input);
      throw new AwsError('UnknownOperationException', `AWS Health has no ${action} here`);
    },
  };
}

function describeEvents(events: readonly HealthEvent[], input: Input): Output {
  const size = input.integer('maxResults', LEAST, MOST) ?? MOST;
  const filter = input.child('filter');
  const ranges = filter?.children('lastUpdatedTimes') ?? [];
  const regions = filter?.texts('regions') ?? [];
  const categories = filter?.texts('eventTypeCategories') ?? [];
  const found = events.filter(
    ({ region, eventTypeCategory, lastUpdatedTime }) =>
      (regions.length === 0 || regions.includes(region)) &&
      (categories.length === 0 || categories.includes(eventTypeCategory)) &&
      (ranges.length === 0 ||
        ranges.some(
          (range) =>
            lastUpdatedTime.getTime() >= (range.instant('from') ?? -Infinity) &&
            lastUpdatedTime.getTime() <= (range.instant('to') ?? Infinity),
        )),
  );
  const page = pageOf(found, input.text('nextToken'), size, 'InvalidPaginationToken');
  return { events: page.items, nextToken: page.token };
}
