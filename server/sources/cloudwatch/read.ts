import type {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { budgetOf } from '../aws/budget.ts';
import { awsFault } from '../aws/faults.ts';
import type { AwsPlace } from '../aws/place.ts';
import { SourceError } from '../source.ts';
import { POINTS_PER_CALL } from './plan.ts';
import type { Instant } from '../../time/period.ts';

/** Points of one query as one page of the answer has them. Those of a search come once for each label. */
export interface PagePoints {
  readonly id: string;
  readonly label: string;
  readonly at: readonly Date[];
  readonly values: readonly number[];
}

/** What became of a query, by all pages. */
export interface Outcome {
  /** Complete: all of its points were told. */
  readonly isComplete: boolean;
  /** What the service said beside it, its status first where that is not Complete. */
  readonly said: string;
}

/** What a call came to after its last page. */
export interface CallEnd {
  /** By id of the query; those that no page named are missing. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** About the whole call: what it says may be missing anywhere. */
  readonly messages: readonly string[];
  readonly pages: number;
}

export const METRIC_DATA = 'cloudwatch:GetMetricData';

/** What one call asks for: the periods of its queries divide both ends. */
export interface Stretch {
  readonly start: Instant;
  readonly end: Instant;
}

/** 500 found series over the longest window are fewer: whatever answers with more goes round in circles. */
const MOST_PAGES = 500;

/** The service refuses what one of the queries says, and for it all of the call. */
export class InvalidQuery extends SourceError {}

const INVALID = /^(?:Validation|InvalidParameter|MissingRequiredParameter|MissingParameter|InvalidFormat)/;

/** Without the place that stands before it. */
export const messageOf = ({ place, message }: SourceError): string => message.slice(place.length + 2);

type Send = (input: GetMetricDataCommandInput) => Promise<GetMetricDataCommandOutput>;

/** How a place is asked: the client is loaded when the first question is put. */
export interface Asking {
  readonly place: AwsPlace;
  readonly send: Send;
}

/** `GetMetricData` of a client, with faults in words. */
export function askingOf(
  place: AwsPlace,
  client: CloudWatchClient,
  GetMetricData: typeof GetMetricDataCommand,
  signal: AbortSignal,
): Asking {
  return {
    place,
    send: async (input) => {
      signal.throwIfAborted();
      await budgetOf(place)?.take('points', pointsOfCall(input), signal);
      try {
        return await client.send(new GetMetricData(input), { abortSignal: signal });
      } catch (error) {
        signal.throwIfAborted();
        const fault = awsFault(place, METRIC_DATA, error);
        if (error instanceof Error && INVALID.test(error.name)) throw new InvalidQuery(fault.place, messageOf(fault), fault.fix);
        throw fault;
      }
    },
  };
}

/** What AWS counts towards its quota of points: the slots of all queries, of which searches may give more. */
const pointsOfCall = ({ MetricDataQueries = [], StartTime, EndTime }: GetMetricDataCommandInput): number => {
  const ms = (EndTime?.getTime() ?? 0) - (StartTime?.getTime() ?? 0);
  const slots = MetricDataQueries.map(({ MetricStat, Period }) => ms / 1_000 / (MetricStat?.Period ?? Period ?? 3_600));
  return Math.min(
    slots.reduce((sum, one) => sum + one, 0),
    POINTS_PER_CALL,
  );
};

/** One series of the answer so far. */
interface Result {
  readonly id: string;
  readonly status: string;
  readonly said: readonly string[];
}

/**
 * One call, page after page, oldest points first. A series may go on over pages, and what one page has in part or could not read
 * the next may complete: the last word about a query counts.
 * @throws SourceError where it is refused, and where pages have no end
 */
export async function* readCall(
  { place, send }: Asking,
  queries: readonly MetricDataQuery[],
  { start, end }: Stretch,
): AsyncGenerator<PagePoints[], CallEnd, void> {
  const ownLabels = new Set(queries.flatMap(({ Id, Label }) => (Label === undefined ? [] : (Id ?? []))));
  const results = new Map<string, Result>();
  const messages: string[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  let pages = 0;
  do {
    const answer = await send({
      MetricDataQueries: [...queries],
      StartTime: new Date(start),
      EndTime: new Date(end),
      ScanBy: 'TimestampAscending',
      ...(token === undefined ? {} : { NextToken: token }),
    });
    pages += 1;
    // What answers in another form is no answer, least of all an empty one.
    if (!Array.isArray(answer.MetricDataResults))
      throw new SourceError(
        place.name,
        `what answered ${METRIC_DATA} gave no results, not even none`,
        'Check for a proxy in between',
      );
    messages.push(...wordsOf(answer.Messages));
    const points: PagePoints[] = [];
    for (const result of answer.MetricDataResults) {
      points.push(pointsOf(place, result));
      const { Id: id = '', Label = '', StatusCode: status = 'Complete', Messages } = result;
      // Without a label of ours a query has one series, however a server may call it.
      const name = ownLabels.has(id) ? `${id} ${Label}` : id;
      results.set(name, { id, status, said: [...(results.get(name)?.said ?? []), ...wordsOf(Messages)] });
    }
    yield points;
    token = answer.NextToken === '' ? undefined : answer.NextToken;
    if (token !== undefined && (seen.has(token) || pages >= MOST_PAGES))
      throw new SourceError(
        place.name,
        seen.has(token)
          ? `${METRIC_DATA} gives the same page again and again`
          : `${METRIC_DATA} has no last page: ${pages} were read`,
        'The next pull goes on where this one came; if it lasts, read fewer series by search',
      );
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return {
    outcomes: outcomesOf(results.values()),
    messages: [...new Set(messages)],
    pages,
  };
}

/** Of the series that a query found, the worst counts. */
const ORDER = ['Complete', 'PartialData', 'InternalError', 'Forbidden'];
const rankOf = (status: string): number => {
  const rank = ORDER.indexOf(status);
  return rank < 0 ? ORDER.length : rank;
};

function outcomesOf(results: Iterable<Result>): Map<string, Outcome> {
  const outcomes = new Map<string, { status: string; readonly said: string[] }>();
  for (const { id, status, said } of results) {
    const known = outcomes.get(id) ?? { status, said: [] };
    if (rankOf(status) > rankOf(known.status)) known.status = status;
    known.said.push(...said);
    outcomes.set(id, known);
  }
  return new Map([...outcomes].map(([id, { status, said }]) => [id, outcomeOf(status, said)]));
}

const outcomeOf = (status: string, said: readonly string[]): Outcome => {
  const isComplete = status === 'Complete';
  return { isComplete, said: [...(isComplete ? [] : [status]), ...new Set(said)].join(': ') };
};

function pointsOf(place: AwsPlace, { Id, Label, Timestamps, Values }: MetricDataResult): PagePoints {
  const [at, values] = [Timestamps ?? [], Values ?? []];
  if (at.length !== values.length)
    throw new SourceError(
      place.name,
      `${METRIC_DATA} gave ${at.length} times and ${values.length} values of one series`,
      'Check what answers at this address',
    );
  return { id: Id ?? '', label: Label ?? '', at, values };
}

const wordsOf = (messages: MetricDataResult['Messages']): string[] =>
  (messages ?? []).map(({ Code, Value }) => [Code, Value].filter((text) => text !== undefined && text !== '').join(' '));
