import type { CloudWatchLogsClient, GetQueryResultsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { asked, type Asking } from '../aws/asking.ts';
import { awsFault } from '../aws/faults.ts';
import { pagesOf } from '../aws/pages.ts';
import type { SourceError } from '../source.ts';
import { RESULTS, START } from './actions.ts';
import type { LogSeries } from './series.ts';
import type { LogWindow } from './windows.ts';

/** Pauses between polls; ends at once, by throwing, when the signal says so. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export interface LogsCaller extends Asking {
  readonly client: CloudWatchLogsClient;
  readonly wait: Wait;
}

/** A row of an answer: field to value, in the order of the answer. */
export type Row = ReadonlyMap<string, string>;

/** What became of a query. All but `rows` say that nothing is known of the window. */
export type Outcome =
  | { readonly is: 'rows'; readonly rows: readonly Row[]; readonly bytes: number }
  /** It ran, and did not come to its end. */
  | { readonly is: 'unfinished'; readonly status: string; readonly bytes: number }
  /** More than an answer can hold: what is missing is not told. */
  | { readonly is: 'cut'; readonly bytes: number }
  /** The log groups keep nothing of the window, or were not there yet. */
  | { readonly is: 'forgotten' }
  /** This query alone was refused; others may be let in. */
  | { readonly is: 'refused'; readonly fault: SourceError };

export const MOST_ROWS = 100_000;
/** What servers take that know the service as it was. */
const FEWER_ROWS = 10_000;
const takesFewer = new WeakSet<CloudWatchLogsClient>();
const mostRows = (client: CloudWatchLogsClient): number => (takesFewer.has(client) ? FEWER_ROWS : MOST_ROWS);
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** CloudWatch ends queries after an hour; one that is still said to run then is given up. */
const MOST_WAITING_MS = 65 * 60_000;
/** What is wrong with one query or its log groups. */
const OF_THE_QUERY = new Set([
  'MalformedQueryException',
  'InvalidParameterException',
  'ResourceNotFoundException',
  'AccessDeniedException',
]);

/**
 * Runs a query over a window. Whoever gives it up, by the signal or by an error, stops it: it would go on scanning, and be paid.
 * @throws SourceError where nothing at all can be asked here
 */
export async function runQuery(caller: LogsCaller, series: LogSeries, window: LogWindow): Promise<Outcome> {
  const started = await startQuery(caller, series, window);
  if (typeof started !== 'string') return started;
  let isRunning = true;
  try {
    let [pauseMs, waitedMs] = [FIRST_PAUSE_MS, 0];
    for (;;) {
      await caller.wait(pauseMs, caller.signal);
      waitedMs += pauseMs;
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
      const page = await resultsOf(caller, started);
      const { status = 'Unknown', statistics } = page;
      const bytes = statistics?.bytesScanned ?? 0;
      // What is there while it runs is a part, and looks like all.
      const mayRun = status === 'Running' || status === 'Scheduled';
      if (mayRun && waitedMs < MOST_WAITING_MS) continue;
      isRunning = mayRun;
      if (status !== 'Complete') return { is: 'unfinished', status, bytes };
      const rows = await rowsOf(caller, started, page);
      return rows.length >= mostRows(caller.client) ? { is: 'cut', bytes } : { is: 'rows', rows, bytes };
    }
  } finally {
    if (isRunning) await stopQuery(caller, started);
  }
}

/** The id of a query that runs now, or why it does not. */
export async function startQuery(caller: LogsCaller, series: LogSeries, window: LogWindow): Promise<string | Outcome> {
  const { client, place, signal } = caller;
  const { logGroups, query } = series;
  const { start, end } = window;
  const { StartQueryCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  // Groups of other accounts have only ARNs; servers that are no AWS may know names alone.
  const groups = logGroups.some((group) => group.startsWith('arn:'))
    ? { logGroupIdentifiers: [...logGroups] }
    : { logGroupNames: [...logGroups] };
  try {
    const { queryId } = await client.send(
      new StartQueryCommand({
        ...groups,
        queryString: query,
        startTime: start / 1_000,
        // The end is inclusive: with the boundary itself, what happened in its second would be in two windows.
        endTime: end / 1_000 - 1,
        limit: mostRows(client),
      }),
      { abortSignal: signal },
    );
    return queryId ?? { is: 'unfinished', status: 'Unknown', bytes: 0 };
  } catch (error) {
    signal.throwIfAborted();
    const fault = awsFault(place, START, error);
    if (!(error instanceof Error) || !OF_THE_QUERY.has(error.name)) throw fault;
    if (error.name === 'InvalidParameterException' && /\blimit\b/i.test(error.message) && !takesFewer.has(client)) {
      takesFewer.add(client);
      return startQuery(caller, series, window);
    }
    return /creation time|retention/i.test(error.message) ? { is: 'forgotten' } : { is: 'refused', fault };
  }
}

async function resultsOf(caller: LogsCaller, queryId: string, nextToken?: string): Promise<GetQueryResultsCommandOutput> {
  const { GetQueryResultsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const command = new GetQueryResultsCommand({ queryId, ...(nextToken === undefined ? {} : { nextToken }) });
  return asked(caller, RESULTS, () => caller.client.send(command, { abortSignal: caller.signal }));
}

/** All rows of a query that is complete, from its first page on. */
async function rowsOf(caller: LogsCaller, queryId: string, first: GetQueryResultsCommandOutput): Promise<Row[]> {
  const rows: Row[] = [];
  const read = (token: string | undefined): Promise<GetQueryResultsCommandOutput> =>
    token === undefined ? Promise.resolve(first) : resultsOf(caller, queryId, token);
  for await (const { results = [] } of pagesOf(caller.place, RESULTS, read, ({ nextToken }) => nextToken))
    for (const fields of results)
      rows.push(
        new Map(fields.flatMap(({ field, value }) => (field === undefined || value === undefined ? [] : [[field, value]]))),
      );
  return rows;
}

/** Also when the pass was called off: by a call of its own. That it failed helps nobody, as there is nothing left to do. */
async function stopQuery({ client }: LogsCaller, queryId: string): Promise<void> {
  const { StopQueryCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  await client.send(new StopQueryCommand({ queryId })).catch(() => undefined);
}
