import { Readable } from 'node:stream';
import { CloudWatchClient, GetMetricDataCommand, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { accountKey } from '../aws-server/caller.ts';
import { isMembers } from '../aws-server/input.ts';
import { startAwsServer } from '../aws-server/server.ts';
import { callsOf, type Call } from '../../server/sources/cloudwatch/calls.ts';
import { POINTS_PER_CALL } from '../../server/sources/cloudwatch/plan.ts';
import { queriesOf } from '../../server/sources/cloudwatch/queries.ts';
import { keyOfSeries, type Series } from '../../server/sources/cloudwatch/series.ts';

export const HOUR_MS = 3_600_000;
/** A Saturday; its hour has not ended. */
export const ASKED_AT = Date.parse('2026-11-21T22:47:31Z');
const END = ASKED_AT - (ASKED_AT % HOUR_MS);

export const SERIES = 500;
/** Hours: as many as make a page full. */
export const POINTS = Math.floor(POINTS_PER_CALL / SERIES);

export const ACCOUNT = '111122223333';
export const PLACE = {
  name: `${ACCOUNT} eu-central-1`,
  account: ACCOUNT,
  region: 'eu-central-1',
  role: null,
  externalId: null,
  endpoint: null,
};

const NAMES = ['requests', 'faults', 'latency', 'queue-age', 'connections'] as const;

/** Series of hours as an organisation has them: a few metrics of a hundred services. */
const seriesAt = (nth: number): Series => {
  const name = NAMES[nth % NAMES.length] ?? 'requests';
  const service = `service-${Math.floor(nth / NAMES.length)}`;
  const series = {
    name,
    wanted: { by: 'metric', namespace: 'Shop', metric: name, dimensions: [['Service', service]] },
    statistics: [name === 'latency' ? { asked: 'p99', name: 'p99' } : { asked: 'Sum', name: 'sum' }],
    periodMs: HOUR_MS,
    labels: [],
    as: [['service', service]],
    accounts: null,
    regions: null,
  } satisfies Omit<Series, 'key'>;
  return { ...series, key: keyOfSeries(series) };
};

/** The one call that reads a page full of them. */
export function fullCall(): Call {
  const series = Array.from({ length: SERIES }, (_, nth) => seriesAt(nth));
  const window = { start: END - POINTS * HOUR_MS, end: END, periodMs: HOUR_MS } as const;
  const [call, ...others] = callsOf([{ window, series }]);
  if (call === undefined || others.length > 0) throw new Error(`${SERIES} series of ${POINTS} points are not one call`);
  return call;
}

export const inputOf = ({ stretch, groups }: Call): GetMetricDataCommandInput => ({
  MetricDataQueries: queriesOf(groups).queries,
  StartTime: new Date(stretch.start),
  EndTime: new Date(stretch.end),
  ScanBy: 'TimestampAscending',
});

/** An answer as it comes over the wire. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** What the local AWS answers to this call: a full page. */
export async function recordedAnswer(call: Call): Promise<Answer> {
  const server = await startAwsServer({ now: () => ASKED_AT });
  const real = new CloudWatchClient({ region: PLACE.region, endpoint: server.url, credentials: accountKey(ACCOUNT) });
  try {
    for (const { wanted } of call.groups.flatMap(({ series }) => series)) {
      if (wanted.by !== 'metric') continue;
      const { namespace, metric, dimensions } = wanted;
      const address = { account: ACCOUNT, region: PLACE.region, namespace, metric, dimensions: Object.fromEntries(dimensions) };
      const digits = metric === 'latency' ? 6 : 0;
      const scale = 1 + ((JSON.stringify(dimensions).length * 7919 + metric.length * 104_729) % 1000);
      server.state.cloudwatch.metrics.generate(address, {
        everyMs: HOUR_MS,
        value: (at) => Number(((Math.sin(at / HOUR_MS / 3.8) + 2) * scale).toFixed(digits)),
      });
    }
    const answers: Answer[] = [];
    const recording = clientOn(async (request) => {
      const answer = await answerIn(await real.config.requestHandler.handle(request));
      answers.push(answer);
      return answer;
    }, server.url);
    const { MetricDataResults: results = [], NextToken: next } = await recording.send(new GetMetricDataCommand(inputOf(call)));
    const points = results.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
    const [answer] = answers;
    if (answer === undefined || next !== undefined || points !== SERIES * POINTS)
      throw new Error(`the local AWS answered ${points} points${next === undefined ? '' : ', and more to come'}`);
    return answer;
  } finally {
    real.destroy();
    await server.close();
  }
}

/** What the SDK's own handler gives is declared as anything. */
async function answerIn(handled: unknown): Promise<Answer> {
  const response = isMembers(handled) && isMembers(handled['response']) ? handled['response'] : {};
  const { statusCode, headers, body } = response;
  if (typeof statusCode !== 'number' || !isMembers(headers) || !(body instanceof Readable))
    throw new Error('the answer cannot be read');
  const parts: Buffer[] = [];
  for await (const part of body) if (part instanceof Buffer) parts.push(part);
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) texts[name] = String(value);
  return { statusCode, headers: texts, bytes: Buffer.concat(parts) };
}

/** A client of the SDK that is answered with these bytes, whatever it asks: no network is between. */
export const clientOf = (answer: Answer): CloudWatchClient => clientOn(async () => answer);

type Request = Parameters<CloudWatchClient['config']['requestHandler']['handle']>[0];

/** In pieces, as a socket gives them. */
const PIECE_BYTES = 65_536;

const clientOn = (answerTo: (request: Request) => Promise<Answer>, endpoint = 'http://127.0.0.1'): CloudWatchClient =>
  new CloudWatchClient({
    region: PLACE.region,
    endpoint,
    credentials: accountKey(ACCOUNT),
    requestHandler: {
      handle: async (request: Request) => {
        const { statusCode, headers, bytes } = await answerTo(request);
        return { response: { statusCode, headers: { ...headers }, body: Readable.from(pieces(bytes)) } };
      },
    },
  });

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
