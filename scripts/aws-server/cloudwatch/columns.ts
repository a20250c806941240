import type { Instant } from '../../../server/time/period.ts';
import { AwsError } from '../errors.ts';
import type { Caller } from '../service.ts';
import { evaluate, isSearch, linesOf, type Value } from './expression.ts';
import { filledLabel, ownLabel } from './label.ts';
import { readLine, slotsOf, type Line, type Window } from './line.ts';
import { checkPeriod, statisticOf, type MetricQuery } from './metric-query.ts';
import { DAY_MS, roundedStart } from './retention.ts';
import { parseSearch } from './search.ts';
import type { CloudWatchState } from './state.ts';

/** A series of the answer. Several have the same id where a search found several. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly line: Line;
  /** Where its first period begins. */
  readonly start: Instant;
  readonly slots: number;
  readonly isMath: boolean;
  readonly isForbidden: boolean;
}

/** A search finds what had data in the last two weeks, and so many series at most. */
const SEARCHED_MS = 14 * DAY_MS;
const MOST_FOUND = 500;
const MOST_SEARCH_SIGNS = 1_024;
const SEARCH_PERIOD_SECONDS = 300;

export interface Columns {
  readonly columns: readonly Column[];
  /** Whether a search found more than are told. */
  readonly isCut: boolean;
}

/** What the queries come to, in their order, those that return no data left out. */
export function columnsOf(queries: readonly MetricQuery[], window: Window, caller: Caller, state: CloudWatchState): Columns {
  const known = new Map<string, Value>();
  const working = new Set<string>();
  let isCut = false;
  const accountsOf = (query: MetricQuery): readonly string[] =>
    query.account === null ? [caller.account, ...state.linkedTo(caller.account)] : [query.account];

  const valueOf = (query: MetricQuery): Value => {
    const done = known.get(query.id);
    if (done !== undefined) return done;
    if (working.has(query.id)) throw new Error(`'${query.id}' needs itself`);
    working.add(query.id);
    const value = query.stat === null ? worked(query) : metricOf(query);
    known.set(query.id, value);
    return value;
  };

  const metricOf = ({ stat, account }: MetricQuery): Value => {
    if (stat === null) return 0;
    const series = state.metrics.find({ ...stat, account: account ?? caller.account, region: caller.region });
    return readLine(series, stat.statistic, stat.periodSeconds, stat.unit, window);
  };

  const worked = (query: MetricQuery): Value =>
    evaluate(query.expression ?? '', {
      line: (id) => {
        const other = queries.find((each) => each.id === id);
        return other === undefined ? null : valueOf(other);
      },
      metrics: () => queries.filter(({ stat }) => stat !== null).flatMap((each) => linesOf(valueOf(each))),
      search: (text, statistic, period) => {
        if (text.length > MOST_SEARCH_SIGNS) throw new Error(`a search has ${MOST_SEARCH_SIGNS} characters at most`);
        const periodSeconds = period ?? query.periodSeconds ?? SEARCH_PERIOD_SECONDS;
        checkPeriod(periodSeconds, 'Period');
        const isFound = parseSearch(text);
        const found = accountsOf(query)
          .flatMap((account) => state.metrics.all(account, caller.region))
          .filter((series) => isFound(series) && series.hasSince(window.now - SEARCHED_MS, window.now));
        if (found.length > MOST_FOUND) isCut = true;
        const own = { name: statistic, of: statisticOf(statistic, 'Stat') };
        return found.slice(0, MOST_FOUND).map((series) => readLine(series, own, periodSeconds, null, window));
      },
    });

  const columns = queries
    .filter(({ isReturned }) => isReturned)
    .flatMap((query) => {
      const isForbidden = query.account !== null && ![caller.account, ...state.linkedTo(caller.account)].includes(query.account);
      const isMath = query.expression !== null && !isSearch(query.expression);
      return linesAt(query, () => valueOf(query)).map((line) => columnOf(query, line, isMath, isForbidden, window));
    });
  return { columns, isCut };
}

function linesAt(query: MetricQuery, valueOf: () => Value): readonly Line[] {
  try {
    return linesOf(valueOf());
  } catch (error) {
    if (error instanceof AwsError || !(error instanceof Error)) throw error;
    throw new AwsError('ValidationException', `Error in expression '${query.id}': ${error.message}`, {
      queryCode: 'ValidationError',
    });
  }
}

function columnOf(query: MetricQuery, line: Line, isMath: boolean, isForbidden: boolean, window: Window): Column {
  const own = query.stat?.metric ?? (isMath ? query.id : ownLabel(line));
  return {
    id: query.id,
    label: query.label === null ? own : filledLabel(query.label, own, line),
    line,
    start: roundedStart(window.start, line.periodSeconds, window.now),
    slots: slotsOf(window, line.periodSeconds),
    isMath,
    isForbidden,
  };
}
