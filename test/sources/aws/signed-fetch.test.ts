import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import type { AwsPlace } from '../../../server/sources/aws/place.ts';
import { signedClient, type Outside } from '../../../server/sources/aws/signed-fetch.ts';
import { SourceError } from '../../../server/sources/source.ts';

const ACCOUNT = '111122223333';
const LIST = { action: 'fis:ListExperiments', path: '/experiments', query: { maxResults: '100' } };

let server: AwsServer;
let pauses: number[] = [];
const outside: Outside = {
  now: Date.now,
  random: () => 1,
  wait: (ms) => {
    pauses.push(ms);
    return Promise.resolve();
  },
};
const others: Server[] = [];

beforeEach(async () => {
  server = await startAwsServer();
  pauses = [];
  for (const [name, value] of Object.entries(server.environment(ACCOUNT))) vi.stubEnv(name, value);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  await server.close();
  for (const other of others.splice(0)) other.close();
  vi.unstubAllEnvs();
});

const placeAt = (endpoint: string | null, region = 'eu-central-1'): AwsPlace => ({
  name: region,
  account: null,
  region,
  role: null,
  externalId: null,
  endpoint,
});
const list = (endpoint: string | null = server.url, signal = new AbortController().signal): Promise<unknown> =>
  signedClient(placeAt(endpoint), 'fis', outside)(LIST, signal);

/** Another server, that answers as it is told. */
async function answering(listener: RequestListener): Promise<string> {
  const other = createServer(listener).listen(0, '127.0.0.1');
  others.push(other);
  await once(other, 'listening');
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const faultOf = async (answer: Promise<unknown>): Promise<string> => {
  const error: unknown = await answer.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceError)) throw new Error(`no fault: ${String(error)}`);
  return error.message;
};

describe('a signed call', () => {
  it('is taken by a server that checks signatures, query and all', async () => {
    expect(await list()).toEqual({ experiments: [] });
    const name = { action: 'fis:GetExperiment', path: `/experiments/${encodeURIComponent('a b/+*')}`, query: { 'x y': "&'()" } };
    const call = signedClient(placeAt(server.url), 'fis', outside);
    expect(await faultOf(call(name, new AbortController().signal))).toMatch(/Experiment a b\/\+\* was not found/);
  });

  it('goes where the environment says when nothing is written', async () => {
    expect(await list(null)).toEqual({ experiments: [] });
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    vi.stubEnv('AWS_ENDPOINT_URL_FIS', `${server.url}/`);
    expect(await list(null)).toEqual({ experiments: [] });
  });

  it.each(['throttle', 'internal', 'unavailable', 'reset'] as const)(
    'that meets %s is tried again, later each time',
    async (as) => {
      server.fail({ as, times: 3 });
      expect(await list()).toEqual({ experiments: [] });
      expect(pauses).toEqual([400, 800, 1_600]);
    },
  );

  it('is given up after eight attempts, in words', async () => {
    server.fail({ as: 'throttle', times: Infinity });
    expect(await faultOf(list())).toMatch(/fis:ListExperiments was throttled to the end \(ThrottlingException\)/);
    expect(pauses).toHaveLength(7);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(20_000);
  });

  it.each([
    ['denied', /may not call fis:ListExperiments/],
    ['expired', /had expired/],
    ['html', /is no AWS service \(HTTP 200\)/],
    ['truncated', /is no AWS service \(HTTP 200\)/],
  ] as const)('that meets %s is not tried again, and says so', async (as, message) => {
    server.fail({ as, times: Infinity });
    expect(await faultOf(list())).toMatch(message);
    expect(pauses).toEqual([]);
  });

  it.each([-1, 1])('by a clock that is wrong is corrected once by the server (%i)', async (sign) => {
    server.skew(sign * 3_600_000);
    const call = signedClient(placeAt(server.url), 'fis', outside);
    expect(await call(LIST, new AbortController().signal)).toEqual({ experiments: [] });
    expect(await call(LIST, new AbortController().signal)).toEqual({ experiments: [] });
    expect(server.calls.map(({ answer }) => answer)).toEqual(['InvalidSignatureException', 'ok', 'ok']);
  });

  it('is led nowhere else', async () => {
    let led = 0;
    const elsewhere = await answering((_, response) => {
      led += 1;
      response.end('{}');
    });
    const here = await answering((_, response) => response.writeHead(302, { location: elsewhere }).end());
    expect(await faultOf(list(here))).toMatch(/leads elsewhere \(HTTP 302\)/);
    expect(led).toBe(0);
  });

  it('takes no answer without end', async () => {
    const endless = await answering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(1 << 20, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    expect(await faultOf(list(endless))).toMatch(/is no AWS service \(HTTP 200\)/);
  });

  it('to where nobody answers says so', async () => {
    const nobody = await answering((_, response) => response.end());
    others.splice(0).forEach((other) => other.close());
    expect(await faultOf(list(nobody))).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  it('ends when it is called off', async () => {
    const calledOff = new AbortController();
    const silent = await answering(() => calledOff.abort(new Error('called off')));
    await expect(list(silent, calledOff.signal)).rejects.toThrow('called off');
  });
});
