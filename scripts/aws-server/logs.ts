import type { Instant } from '../../server/time/period.ts';
import { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Caller, Output, Service } from './service.ts';

/** What a query is asked, and of what. Both ends are inclusive, in epoch seconds. */
export interface LogsQuery {
  readonly account: string;
  readonly region: string;
  readonly groups: readonly string[];
  readonly text: string;
  readonly startTime: number;
  readonly endTime: number;
}

/** A row of an answer: what it is of, and its fields as the service would write them. */
export interface LogsRow {
  readonly at: Instant;
  readonly fields: Readonly<Record<string, string>>;
}

type Ending = 'Complete' | 'Failed' | 'Timeout' | 'Cancelled' | 'Unknown';

export interface LogGroup {
  readonly name: string;
  readonly createdAt: Instant;
  readonly retentionDays?: number;
}

export interface LogsState {
  groups(account: string, region: string): LogGroup[];
  /** What a query finds; no query language is evaluated. Rows outside of its window are not given. */
  answer: (query: LogsQuery) => readonly LogsRow[];
  /** How a query ends. */
  ending: (query: LogsQuery) => Ending;
  bytesScanned: (query: LogsQuery) => number;
  /** So many times a query is asked for and still runs; `Infinity` for one that never ends. */
  polls: number;
  /** Most queries of a Region of an account that run at once. */
  mostAtOnce: number;
  /** Every query that was started, in that order. */
  readonly queries: readonly StartedQuery[];
}

export interface StartedQuery extends LogsQuery {
  readonly id: string;
  readonly limit: number;
  /** How often it is still to be found running. */
  left: number;
  isStopped: boolean;
}

const MOST_ROWS = 100_000;
const PAGE = 10_000;
const DAY_MS = 24 * 3_600_000;

/** CloudWatch Logs as far as Logs Insights goes, AWS JSON 1.1. */
export function createLogs(): Service<LogsState> {
  const shelf = new Shelf<LogGroup>();
  const queries: StartedQuery[] = [];
  const state: LogsState = {
    groups: (account, region) => shelf.of(account, region),
    answer: () => [],
    ending: () => 'Complete',
    bytesScanned: () => 0,
    polls: 0,
    mostAtOnce: 100,
    queries,
  };
  const start = (input: Input, caller: Caller, now: Instant): Output => {
    const query = queryOf(input, caller);
    const known = query.groups.map((name) => shelf.of(caller.account, caller.region).find((group) => group.name === name));
    if (known.includes(undefined)) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    if (known.every((group) => query.endTime * 1_000 < keptSince(group, now)))
      throw new AwsError(
        'MalformedQueryException',
        "Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings",
      );
    const isHere = (each: LogsQuery): boolean => each.account === caller.account && each.region === caller.region;
    if (queries.filter((each) => isHere(each) && each.left > 0).length >= state.mostAtOnce)
      throw new AwsError('LimitExceededException', 'Account maximum query concurrency limit reached.');
    const id = `query-${queries.length + 1}`;
    const limit = input.integer('limit', 1, MOST_ROWS) ?? PAGE;
    // It runs until it has been asked for so often, and is found to have ended then.
    queries.push({ ...query, id, limit, left: state.polls + 1, isStopped: false });
    return { queryId: id };
  };
  const find = (input: Input, { account, region }: Caller): StartedQuery => {
    const id = input.requiredText('queryId');
    const query = queries.find((each) => each.id === id && each.account === account && each.region === region);
    if (query === undefined) throw new AwsError('ResourceNotFoundException', `The query '${id}' does not exist.`);
    return query;
  };
  return {
    name: 'logs',
    target: { prefix: 'Logs_20140328', protocol: 'json-1.1' },
    invalid: 'InvalidParameterException',
    state,
    handle(action, input, { caller, now }) {
      switch (action) {
        case 'StartQuery':
          return start(input, caller, now);
        case 'GetQueryResults':
          return resultsOf(find(input, caller), input, state);
        case 'StopQuery': {
          const query = find(input, caller);
          if (query.left === 0) throw new AwsError('InvalidParameterException', 'The query has already ended.');
          query.left = 0;
          query.isStopped = true;
          return { success: true };
        }
        default:
          throw new AwsError('UnknownOperationException', `CloudWatch Logs has no ${action} here`);
      }
    },
  };
}

function queryOf(input: Input, { account, region }: Caller): LogsQuery {
  const one = input.text('logGroupName');
  const named = [one === null ? [] : [one], input.texts('logGroupNames'), input.texts('logGroupIdentifiers')];
  const [groups = [], ...others] = named.filter((list) => list.length > 0);
  if (groups.length === 0 || others.length > 0)
    throw new AwsError(
      'InvalidParameterException',
      'Exactly one of logGroupName, logGroupNames and logGroupIdentifiers is needed',
    );
  if (groups.length > 50) throw input.refuse('logGroupNames', 'Member must have length less than or equal to 50');
  const [startTime, endTime] = [input.integer('startTime', 0, 1e11), input.integer('endTime', 0, 1e11)];
  if (startTime === null) throw input.refuse('startTime', 'Member must not be null');
  if (endTime === null) throw input.refuse('endTime', 'Member must not be null');
  if (startTime > endTime) throw new AwsError('MalformedQueryException', 'End time should not be before start time');
  const names = groups.map((group) => /^arn:[^:]+:logs:[^:]+:\d{12}:log-group:([^:]+)$/.exec(group)?.[1] ?? group);
  return { account, region, groups: names, text: input.requiredText('queryString'), startTime, endTime };
}

const keptSince = (group: LogGroup | undefined, now: Instant): Instant =>
  Math.max(group?.createdAt ?? 0, now - (group?.retentionDays ?? Infinity) * DAY_MS);

/** While it runs, a part of what it will find. */
function resultsOf(query: StartedQuery, input: Input, state: LogsState): Output {
  if (query.left > 0) query.left -= 1;
  const status = query.isStopped ? 'Cancelled' : query.left > 0 ? 'Running' : state.ending(query);
  const { startTime, endTime, limit } = query;
  const found = state
    .answer(query)
    .filter(({ at }) => Math.floor(at / 1_000) >= startTime && Math.floor(at / 1_000) <= endTime)
    .slice(0, limit);
  const rows = status === 'Complete' ? found : found.slice(0, Math.ceil(found.length / 2));
  const size = input.integer('maxItems', 1, PAGE) ?? PAGE;
  const page = pageOf(rows, input.text('nextToken'), size, 'InvalidParameterException');
  return {
    queryLanguage: 'CWLI',
    status,
    results: page.items.map(({ fields }) => Object.entries(fields).map(([field, value]) => ({ field, value }))),
    statistics: { recordsMatched: rows.length, recordsScanned: rows.length, bytesScanned: state.bytesScanned(query) },
    nextToken: page.token,
  };
}
