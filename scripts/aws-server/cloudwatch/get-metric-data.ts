import { AwsError } from '../errors.ts';
import type { Input } from '../input.ts';
import { readToken, writeToken } from '../page-token.ts';
import type { Output, Request } from '../service.ts';
import { columnsOf, type Column } from './columns.ts';
import { isSearch } from './expression.ts';
import { invalid, missing, parseQueries } from './metric-query.ts';
import { parsePlace, takePage, type DataPlace, type Range } from './pages.ts';
import type { CloudWatchState } from './state.ts';

/** Most points of a page. */
const MOST_POINTS = 100_800;

export function getMetricData(input: Input, { caller, now }: Request, state: CloudWatchState): Output {
  const queries = parseQueries(input);
  const [start, end] = [input.instant('StartTime'), input.instant('EndTime')];
  if (start === null) throw missing('StartTime');
  if (end === null) throw missing('EndTime');
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const scan = input.choice('ScanBy', ['TimestampAscending', 'TimestampDescending']) ?? 'TimestampDescending';
  const most = input.integer('MaxDatapoints', 1, MOST_POINTS) ?? MOST_POINTS;
  const place = placeOf(input, now);
  const { columns, isCut } = columnsOf(queries, { start, end, now: place?.now ?? now }, caller, state);
  const page = pageOf(columns, place, most, scan === 'TimestampAscending', state);
  // A call with metric math has no second page: what did not fit is not told at all.
  const hasMath = queries.some(({ expression }) => expression !== null && !isSearch(expression));
  const next: DataPlace | null =
    page.pending.length === 0 || hasMath ? null : { now: place?.now ?? now, page: (place?.page ?? 0) + 1, pending: page.pending };
  const messages = [...state.takeMessages()];
  if (isCut) messages.push({ Code: 'MaxMetricsExceeded', Value: 'Maximum number of allowed metrics exceeded' });
  return {
    MetricDataResults: page.results,
    NextToken: next === null ? undefined : writeToken(input, next),
    Messages: messages,
  };
}

function placeOf(input: Input, now: number): DataPlace | null {
  const value = readToken(input);
  if (value === null) return null;
  const place = value === undefined ? null : parsePlace(value);
  if (place === null || place.now > now) throw new AwsError('InvalidNextToken', 'The next token that was specified is invalid.');
  return place;
}

interface Page {
  readonly results: readonly Output[];
  readonly pending: readonly Range[];
}

function pageOf(
  columns: readonly Column[],
  place: DataPlace | null,
  most: number,
  isAscending: boolean,
  state: CloudWatchState,
): Page {
  const all =
    place?.pending ??
    columns.flatMap(({ isMath, isForbidden, slots }, column) => (isMath || isForbidden ? [] : [{ column, from: 0, to: slots }]));
  const taken = takePage(all, most, state.paging, (column) => columns[column]?.line.periodSeconds ?? 60);
  const results: { readonly column: number; readonly output: Output }[] = [];
  const pending: Range[] = [];
  for (const range of all) {
    const column = columns[range.column];
    const own = taken.find((each) => each.column === range.column);
    if (column === undefined) continue;
    if (own === undefined) {
      pending.push(range);
      continue;
    }
    const { output, told, isOver } = tellColumn(column, own, range.to, isAscending, state);
    results.push({ column: range.column, output });
    if (told < range.to && !isOver) pending.push({ ...range, from: told });
  }
  if (place === null)
    for (const [index, column] of columns.entries()) {
      if (column.isForbidden) results.push({ column: index, output: forbidden(column) });
      else if (column.isMath)
        results.push({ column: index, output: outputOf(column, 0, column.slots, isAscending, pending.length > 0) });
    }
  results.sort((one, other) => one.column - other.column);
  return { results: results.map(({ output }) => output), pending };
}

interface Told {
  readonly output: Output;
  /** Up to which period it has been told. */
  readonly told: number;
  /** Whether the rest is never told. */
  readonly isOver: boolean;
}

function tellColumn(column: Column, { from, to }: Range, due: number, isAscending: boolean, state: CloudWatchState): Told {
  const fault = column.line.series === null ? null : state.seriesFaults.next(column.line.series);
  const isOver = fault?.hasToken === false;
  if (fault?.as === 'Forbidden') return { output: forbidden(column), told: due, isOver: true };
  if (fault?.as === 'InternalError')
    return {
      output: { Id: column.id, Label: column.label, Timestamps: [], Values: [], StatusCode: 'InternalError' },
      told: from,
      isOver,
    };
  const upTo = fault?.as === 'PartialData' ? from + Math.floor((to - from) / 2) : to;
  return { output: outputOf(column, from, upTo, isAscending, upTo < due), told: upTo, isOver };
}

function outputOf(column: Column, from: number, to: number, isAscending: boolean, isPartial: boolean): Output {
  const { line, start, slots } = column;
  const periodMs = line.periodSeconds * 1000;
  const [least, below] = isAscending ? [from, to] : [slots - to, slots - from];
  const [times, values]: [Date[], number[]] = [[], []];
  const [first, last] = [start + least * periodMs, start + below * periodMs];
  for (let index = 0; index < line.times.length; index += 1) {
    const [at, value] = [line.times[index], line.values[index]];
    if (at === undefined || value === undefined || at < first) continue;
    if (at >= last) break;
    times.push(new Date(at));
    values.push(value);
  }
  if (!isAscending) {
    times.reverse();
    values.reverse();
  }
  return {
    Id: column.id,
    Label: column.label,
    Timestamps: times,
    Values: values,
    StatusCode: isPartial ? 'PartialData' : 'Complete',
  };
}

const forbidden = ({ id, label }: Column): Output => ({
  Id: id,
  Label: label,
  Timestamps: [],
  Values: [],
  StatusCode: 'Forbidden',
  Messages: [{ Code: 'Forbidden', Value: 'Authentication too complex to retrieve cross region data' }],
});
