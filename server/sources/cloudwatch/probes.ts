import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Checking } from '../aws/checking.ts';
import { wordsOf } from '../aws/checking.ts';
import { SourceError } from '../source.ts';
import { callsOf, seriesOf, type Call } from './calls.ts';
import { costOfCall } from './cost.ts';
import { LIST_METRICS, metricOf } from './discover.ts';
import { queriesOf } from './queries.ts';
import { askingOf, InvalidQuery, METRIC_DATA, readCall, type Asking } from './read.ts';
import { isReadIn, type Metric, type Series } from './series.ts';
import { silenceOf } from './silence.ts';
import { floorTo } from './windows.ts';

const HOUR_MS = 3_600_000;
/** A week, so that what rests at weekends is not taken for what is not there. Points cost nothing, metrics do. */
const LOOKED_BACK_MS = 7 * 24 * HOUR_MS;
/** So many of those that are silent are looked for by ListMetrics, which is not made for thousands. */
const MOST_LOOKED_FOR = 20;

/** Whether series may be read and have points, and for those without any what CloudWatch has in their place. */
export async function probeMetrics(checking: Checking, source: string, all: readonly Series[]): Promise<void> {
  const { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } = await import('@aws-sdk/client-cloudwatch');
  const { now, place, signal, tally } = checking;
  const client = new CloudWatchClient(checking.client);
  const until = floorTo(now, HOUR_MS);
  const window = { start: until - LOOKED_BACK_MS, end: until, periodMs: HOUR_MS } as const;
  // One statistic of each tells whether there are points, and is billed as one.
  const series = all
    .filter((each) => isReadIn(each, place))
    .map((each) => ({ ...each, statistics: each.statistics.slice(0, 1) }));
  const asking = askingOf(place, client, GetMetricDataCommand, signal);
  const counted: Asking = {
    place,
    send: (input) => {
      tally.count(METRIC_DATA);
      return asking.send(input);
    },
  };
  try {
    const seen: Seen = { found: new Set(), said: new Map() };
    for (const call of callsOf([{ window, series }])) if (!(await readInto(seen, counted, call, checking))) break;
    const found = await checking.ask(LIST_METRICS, () =>
      client.send(new ListMetricsCommand({ Namespace: 'Quarterdeck/Check' }), { abortSignal: signal }),
    );
    await tellSeries(checking, source, series, seen, found.is === 'works' ? client : null);
  } finally {
    client.destroy();
  }
}

interface Seen {
  /** Keys of series that have points. */
  readonly found: Set<string>;
  /** What is the matter with those that could not be read, by key. */
  readonly said: Map<string, { readonly words: string; readonly fix: string | null; readonly isRefused: boolean }>;
}

/** Reads what a call gives; of one that is refused, its halves. False where nothing can be read here. */
async function readInto(seen: Seen, asking: Asking, call: Call, checking: Checking): Promise<boolean> {
  const { queries, asked } = queriesOf(call.groups);
  checking.tally.pay(costOfCall(call));
  try {
    const pages = readCall(asking, queries, call.stretch);
    let page = await pages.next();
    for (; page.done !== true; page = await pages.next())
      for (const { id, at } of page.value) if (at.length > 0) seen.found.add(asked.get(id)?.series.key ?? '');
    for (const [id, { isComplete, said }] of page.value.outcomes)
      if (!isComplete)
        seen.said.set(asked.get(id)?.series.key ?? '', {
          words: `it is not given: ${said}`,
          fix: fixOf(said),
          isRefused: /^Forbidden/.test(said),
        });
    if (checking.findings.every(({ action }) => action !== METRIC_DATA)) checking.tell(METRIC_DATA, 'works');
    return true;
  } catch (error) {
    checking.signal.throwIfAborted();
    if (!(error instanceof SourceError)) throw error;
    if (!(error instanceof InvalidQuery)) {
      checking.refused(METRIC_DATA, error);
      return false;
    }
    const { groups, stretch } = call;
    if (groups.length > 1) {
      const half = Math.ceil(groups.length / 2);
      return (
        (await readInto(seen, asking, { stretch, groups: groups.slice(0, half) }, checking)) &&
        (await readInto(seen, asking, { stretch, groups: groups.slice(half) }, checking))
      );
    }
    const refused = {
      words: wordsOf(error),
      fix: 'Correct its entry in sources.yaml; CloudWatch refuses it as it is written',
      isRefused: true,
    };
    for (const { key } of seriesOf(call)) seen.said.set(key, refused);
    return true;
  }
}

const fixOf = (said: string): string =>
  /^Forbidden/.test(said)
    ? 'It is of another account or Region: read it there'
    : 'Check again later: CloudWatch could not read it now';

async function tellSeries(
  checking: Checking,
  source: string,
  series: readonly Series[],
  { found, said }: Seen,
  client: CloudWatchClient | null,
): Promise<void> {
  if (checking.findings.some(({ action, outcome }) => action === METRIC_DATA && outcome !== 'works')) return;
  const listed = new Map<string, readonly Metric[] | null>();
  for (const each of series) {
    const thing = `series ${each.name}`;
    const fault = said.get(each.key);
    if (found.has(each.key)) checking.tell(METRIC_DATA, 'works', { thing });
    else if (fault !== undefined)
      checking.tell(METRIC_DATA, fault.isRefused ? 'fails' : 'warning', { thing, words: fault.words, fix: fault.fix });
    else {
      const { wanted } = each;
      const there = wanted.by === 'metric' && client !== null ? await lookFor(checking, client, wanted, listed) : null;
      checking.tell(METRIC_DATA, 'warning', { thing, ...silenceOf(source, each, there) });
    }
  }
}

/** The metrics of this name, whatever their dimensions; null where nobody can tell, or too many were asked for. */
async function lookFor(
  { signal, tally }: Checking,
  client: CloudWatchClient,
  { namespace, metric }: Metric,
  listed: Map<string, readonly Metric[] | null>,
): Promise<readonly Metric[] | null> {
  const name = `${namespace} ${metric}`;
  const known = listed.get(name);
  if (known !== undefined || listed.size >= MOST_LOOKED_FOR) return known ?? null;
  const { ListMetricsCommand } = await import('@aws-sdk/client-cloudwatch');
  tally.count(LIST_METRICS);
  const command = new ListMetricsCommand({ Namespace: namespace, MetricName: metric });
  // A hint that cannot be given changes nothing of what was found.
  const answer = await client.send(command, { abortSignal: signal }).catch(() => null);
  signal.throwIfAborted();
  const metrics = answer === null ? null : (answer.Metrics ?? []).map(metricOf);
  listed.set(name, metrics);
  return metrics;
}
