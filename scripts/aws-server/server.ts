import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Instant } from '../../server/time/period.ts';
import { accountKey, KeyRing, scopeOf, type Signed } from './caller.ts';
import { AwsError, denied, refusals } from './errors.ts';
import { FaultPlan, spoiltPage, withoutOurToken, type Fault } from './faults.ts';
import type { Input } from './input.ts';
import { route, type Routed } from './route.ts';
import type { Caller, Service } from './service.ts';
import { createServices, statesOf, type States } from './services.ts';
import { writeError, writeOutput, type Answer } from './wire.ts';

/** A call that reached the server, answered or not. */
export interface Call {
  readonly at: Instant;
  readonly service: string;
  readonly action: string;
  /** Empty where nobody could be told from the signature. */
  readonly account: string;
  readonly region: string;
  /** Null where it could not be read or the caller was not let in. */
  readonly input: Input | null;
  /** 'ok', or the code of the refusal, or the fault that it met. */
  readonly answer: string;
}

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

interface House {
  readonly now: () => Instant;
  readonly keys: KeyRing;
  readonly services: readonly Service[];
  readonly faults: FaultPlan;
  readonly calls: Call[];
  aheadMs: number;
  served: number;
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

interface Answered {
  readonly answer: Answer;
  readonly fault: Fault | null;
}

/** Who calls is asked first, then what is planned to go wrong, then the service. */
async function answerTo(house: House, signed: Signed, routed: Routed, clock: Instant, requestId: string): Promise<Answered> {
  const { protocol, service, action } = routed;
  const now = house.now();
  const scope = scopeOf(signed.headers);
  let caller: Caller | null = null;
  let input: Input | null = null;
  let fault: Fault | null = null;
  const record = (answer: string): void => {
    house.calls.push({
      at: now,
      service: service?.name ?? scope.signingName,
      action,
      account: caller?.account ?? '',
      region: scope.region,
      input,
      answer,
    });
  };
  try {
    const known = house.keys.caller(signed, protocol, now, clock);
    caller = known;
    input = routed.read();
    if (service === null) throw new Error('a request without a service has been read');
    fault = house.faults.next({ service: service.name, action, account: known.account, region: known.region });
    const refusal = fault === null ? null : refusalOf(fault, routed, known);
    if (refusal !== null) throw refusal;
    if (fault?.as === 'html') {
      record('html');
      return { answer: PAGE, fault };
    }
    // A call whose answer is lost on the way has been made nevertheless.
    const asked = withoutOurToken(input);
    const output = await service.handle(action, asked, { caller: known, now, signedAt: known.signedAt, requestId });
    record(fault === null || typeof fault.as !== 'string' ? 'ok' : fault.as);
    const told = fault === null ? output : spoiltPage(fault, asked, output, house.served);
    return { answer: writeOutput(protocol, service, action, told, requestId), fault };
  } catch (error) {
    const refusal = error instanceof AwsError ? error : refusals.internal(protocol);
    record(refusal.code);
    // A fault of our own must not pass for one of AWS that clients try again: it says what it is.
    const told =
      error instanceof AwsError
        ? refusal
        : new AwsError('ServerFault', error instanceof Error ? (error.stack ?? error.message) : String(error), { status: 400 });
    return { answer: writeError(protocol, service, told, requestId), fault: null };
  }
}

function refusalOf(fault: Fault, { protocol, service, action }: Routed, caller: Caller): AwsError | null {
  if (fault.as instanceof AwsError) return fault.as;
  if (fault.as === 'denied') return denied(protocol, caller.arn, `${service?.name ?? ''}:${action}`);
  const isRefusal = fault.as === 'throttle' || fault.as === 'expired' || fault.as === 'internal' || fault.as === 'unavailable';
  return isRefusal ? refusals[fault.as](protocol) : null;
}

/** What a proxy between us and AWS shows who is not logged in. */
const PAGE: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login">Sign in to continue</form></body></html>',
};

const delay = (ms: number, response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
