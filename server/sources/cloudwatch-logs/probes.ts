import { AwsFault } from '../aws/faults.ts';
import { wordsOf, type Checking } from '../aws/checking.ts';
import type { AwsPlace } from '../aws/place.ts';
import { SourceError } from '../source.ts';
import { RESULTS, START, STOP } from './actions.ts';
import { startQuery } from './query.ts';
import type { LogSeries } from './series.ts';

/** Long before there were logs: CloudWatch refuses a query over it before it scans anything, and looks first at who asks for what. */
const LONG_AGO = { start: Date.parse('2000-01-01T00:00Z'), end: Date.parse('2000-01-01T00:01Z') };
/** Has the form of an id, and is none. */
const queryId = '00000000-0000-4000-8000-000000000000';
const GONE = 'ResourceNotFoundException';

/** Whether queries may be started over each log group, which costs nothing as none of them runs, and be read and stopped. */
export async function probeQueries(checking: Checking, series: readonly LogSeries[]): Promise<void> {
  const { CloudWatchLogsClient, GetQueryResultsCommand, StopQueryCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const { place, signal } = checking;
  const options = { abortSignal: signal };
  const client = new CloudWatchLogsClient(checking.client);
  const caller = { client, place, signal, wait: () => Promise.resolve() };
  try {
    for (const { thing, group, own } of questionsOf(series)) {
      const ask = async (): Promise<void> => {
        const started = await startQuery(caller, { ...own, logGroups: [group] }, LONG_AGO);
        if (typeof started === 'string') await client.send(new StopQueryCommand({ queryId: started })).catch(() => undefined);
        else if (started.is === 'refused') throw inWords(place, group, own, started.fault);
      };
      await checking.ask(START, ask, { thing });
    }
    if (checking.findings.some(({ outcome }) => outcome === 'works')) checking.tell(START, 'works');
    const absent = [GONE, 'InvalidParameterException'];
    await checking.ask(RESULTS, () => client.send(new GetQueryResultsCommand({ queryId }), options), { absent });
    await checking.ask(STOP, () => client.send(new StopQueryCommand({ queryId }), options), { absent });
  } finally {
    client.destroy();
  }
}

interface Question {
  readonly thing: string;
  readonly group: string;
  readonly own: LogSeries;
}

/** Each log group once and each query once, in as few questions. */
function questionsOf(series: readonly LogSeries[]): Question[] {
  const groups = new Set<string>();
  return series.flatMap((own) => {
    const news = own.logGroups.filter((group) => !groups.has(group));
    for (const group of news) groups.add(group);
    const [first = ''] = own.logGroups;
    return news.length === 0
      ? [{ thing: `query ${own.name}`, group: first, own }]
      : news.map((group) => ({ thing: `log group ${group}`, group, own }));
  });
}

/** What is wrong with a log group or with a query; what may not be asked is said as it is. */
function inWords(place: AwsPlace, group: string, { name }: LogSeries, fault: SourceError): SourceError {
  const code = fault instanceof AwsFault ? fault.code : '';
  if (code === GONE)
    return new SourceError(
      place.name,
      `there is no log group '${group}' here`,
      'Check its name; of another account, write its ARN. Leave out what is not there: a query over it is refused as a whole',
    );
  if (code === 'MalformedQueryException' || code === 'InvalidParameterException')
    return new SourceError(place.name, `CloudWatch refuses the query of '${name}': ${wordsOf(fault)}`, "Correct its 'query:'");
  return fault;
}
