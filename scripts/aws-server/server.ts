import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Instant } from '../../server/time/period.ts';
import { answerTo, type Call, type House } from './answer.ts';
import { accountKey, KeyRing } from './caller.ts';
import { FaultPlan, type Fault } from './faults.ts';
import { route } from './route.ts';
import { createServices, statesOf, type States } from './services.ts';

export interface AwsServerOptions {
  /** What time the services think it is; the machine's unless told. Data, retention and the expiry of credentials go by it. */
  readonly now?: () => Instant;
}

export interface AwsServer {
  readonly url: string;
  /** What tests set, by service. */
  readonly state: States;
  /** Every call so far, in the order in which they came to be answered. */
  readonly calls: readonly Call[];
  readonly keys: KeyRing;
  fail(fault: Fault): void;
  /** Calls off the faults that were planned. */
  heal(): void;
  /** The server's clock is so much ahead of the machine's: it refuses signatures of another time than its own, by 5 minutes. */
  skew(aheadMs: number): void;
  /** Environment variables with which a process is a user of this account. */
  environment(account: string): Record<string, string>;
  close(): Promise<void>;
}

/** A server on this machine that speaks the protocols of AWS. Nothing that it is told leaves the process. */
export async function startAwsServer({ now = Date.now }: AwsServerOptions = {}): Promise<AwsServer> {
  const keys = new KeyRing();
  const services = createServices({ keys });
  const house: House = {
    now,
    keys,
    services: Object.values(services),
    faults: new FaultPlan(),
    calls: [],
    aheadMs: 0,
    served: 0,
  };
  const server = createServer((request, response) => {
    serve(house, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    state: statesOf(services),
    calls: house.calls,
    keys,
    fail: (fault) => house.faults.add(fault),
    heal: () => house.faults.clear(),
    skew: (aheadMs) => {
      house.aheadMs = aheadMs;
    },
    environment: (account) => ({
      AWS_ACCESS_KEY_ID: accountKey(account).accessKeyId,
      AWS_SECRET_ACCESS_KEY: accountKey(account).secretAccessKey,
      AWS_ENDPOINT_URL: url,
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const signed = {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
  const clock = Date.now() + house.aheadMs;
  house.served += 1;
  const requestId = `00000000-0000-4000-8000-${String(house.served).padStart(12, '0')}`;
  const routed = route(signed, house.services);
  const { answer, fault } = await answerTo(house, signed, routed, clock, requestId);
  if (fault?.as === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.as === 'slow') await delay(fault.delayMs ?? 1000, response);
  const body = fault?.as === 'truncated' ? answer.body.slice(0, answer.body.length / 2) : answer.body;
  response.writeHead(answer.status, { ...answer.headers, date: new Date(clock).toUTCString() }).end(body);
}

const delay = (ms: number, response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
