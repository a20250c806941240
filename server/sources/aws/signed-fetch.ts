import { setTimeout as sleep } from 'node:timers/promises';
import type { SignatureV4 as Signer } from '@smithy/signature-v4';
import { SourceError } from '../source.ts';
import { asked } from './asking.ts';
import type { AwsPlace } from './place.ts';
import { clientSettings, type ClientSettings } from './session.ts';
import { Sha256 } from './sha256.ts';

/** A call without a body to a service that speaks REST JSON. */
interface Get {
  /** The IAM action, such as `fis:GetExperiment`. */
  readonly action: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/** What is outside of this machine's logic, given so that tests wait for nothing. */
export interface Outside {
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const REAL: Outside = {
  now: Date.now,
  random: Math.random,
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
};

const ANSWER_MS = 60_000;
/** The answers are lists of a hundred; what is larger is none of them. */
const MOST_BYTES = 16 * 1024 * 1024;
/** As session.ts has it for the clients of the SDK. */
const MOST_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;
/** Signatures are refused from 5 minutes on. */
const SKEW_MS = 4 * 60_000;

/** An answer that refuses, told as the SDK tells it, so that faults.ts has words for it. */
class Refusal extends Error {
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.$fault = status < 500 ? 'client' : 'server';
    this.$metadata = { httpStatusCode: status };
  }
}

/** An answer that no service of AWS gives. */
class Unreadable extends SyntaxError {
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(message: string, status: number) {
    super(message);
    this.$metadata = { httpStatusCode: status };
  }
}

/**
 * Calls a service of AWS for which there is no client of the SDK that is kept up: signed, tried again with growing pauses, and
 * never led elsewhere.
 * @param service its name in addresses and signatures, such as `fis`
 * @param taken credentials of the place that have been taken already
 */
export function signedClient(
  place: AwsPlace,
  service: string,
  outside: Outside = REAL,
  taken?: ClientSettings,
): (get: Get, signal: AbortSignal) => Promise<unknown> {
  /** By how much the server's clock is ahead. */
  let aheadMs = 0;
  const signed = signerOf(place, service, taken, outside, () => aheadMs);
  return (get, signal) =>
    asked({ place, signal }, get.action, async () => {
      let isCorrected = false;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await answerTo(place, get, await signed(get), signal);
        } catch (error) {
          signal.throwIfAborted();
          const skew = isCorrected || !(error instanceof Skewed) ? null : error.date - outside.now();
          if (skew !== null && Math.abs(skew) > SKEW_MS) {
            // Once: a clock that is right now is not the reason.
            isCorrected = true;
            aheadMs = skew;
            continue;
          }
          if (attempt >= MOST_ATTEMPTS || !isPassing(error)) throw error;
          await outside.wait(outside.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt), signal);
        }
      }
    });
}

/** A signature that was refused, with the server's time. */
class Skewed extends Refusal {
  readonly date: number;
  constructor(code: string, message: string, status: number, date: number) {
    super(code, message, status);
    this.date = date;
  }
}

interface Signed {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

function signerOf(
  place: AwsPlace,
  service: string,
  taken: ClientSettings | undefined,
  outside: Outside,
  aheadMs: () => number,
): (get: Get) => Promise<Signed> {
  let signer: Promise<Signer> | null = null;
  return async ({ path, query = {} }) => {
    const url = new URL(addressOf(place, service));
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    const asks = Object.fromEntries(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    url.search = Object.entries(asks)
      .map((pair) => pair.map(escaped).join('='))
      .join('&');
    signer ??= makeSigner(place, service, taken);
    const { headers } = await (
      await signer
    ).sign(
      {
        method: 'GET',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: asks,
        headers: { host: url.host, accept: 'application/json' },
      },
      { signingDate: new Date(outside.now() + aheadMs()) },
    );
    // Fetch writes it itself, and the same.
    const { host: _, ...own } = headers;
    return { url, headers: own };
  };
}

/** As signatures want it: a space is %20, where forms write a plus. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

async function makeSigner(place: AwsPlace, service: string, taken: ClientSettings | undefined): Promise<Signer> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const { credentials } = taken ?? (await clientSettings(place));
  return new SignatureV4({ service, region: place.region, credentials: credentials ?? fromNodeProviderChain(), sha256: Sha256 });
}

/** As the SDK finds it: what is written, else what the environment says, else the service's own. */
const addressOf = ({ endpoint, region }: AwsPlace, service: string): string =>
  endpoint ??
  process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ??
  process.env['AWS_ENDPOINT_URL'] ??
  `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

async function answerTo(place: AwsPlace, { action }: Get, { url, headers }: Signed, signal: AbortSignal): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    text = await bodyOf(response);
  } catch (error) {
    // What fetch says of it is that it failed; why stands behind.
    throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  }
  const { status } = response;
  if (status >= 300 && status < 400)
    throw new SourceError(
      place.name,
      `what answered ${action} leads elsewhere (HTTP ${status}), where a signed request is not taken`,
      `Check for a proxy or a login page in between${place.endpoint === null ? '' : `, and that ${place.endpoint} is the right address`}`,
    );
  if (response.ok) return readJson(text, status);
  throw refusalOf(text, response.headers, status);
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Unreadable(`an answer of more than ${MOST_BYTES} bytes`, response.status);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('the answer is no JSON', status);
  }
}

/** The code stands in a header or in the body, with a name space before it or an address behind. */
function refusalOf(text: string, headers: Headers, status: number): Error {
  const header = headers.get('x-amzn-errortype');
  const date = Date.parse(headers.get('date') ?? '');
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    if (header === null && status < 500) return new Unreadable('the answer is no JSON', status);
  }
  const member = (name: string): string | null => {
    const value: unknown = typeof body === 'object' && body !== null ? Object.getOwnPropertyDescriptor(body, name)?.value : null;
    return typeof value === 'string' ? value : null;
  };
  const code = (header ?? member('__type') ?? member('code') ?? 'UnknownError').replace(/^.*#/, '').replace(/:.*$/, '');
  const message = member('message') ?? member('Message') ?? `HTTP ${status}`;
  return /^(?:InvalidSignature|SignatureDoesNotMatch|RequestExpired|RequestTimeTooSkewed)/.test(code) && !Number.isNaN(date)
    ? new Skewed(code, message, status, date)
    : new Refusal(code, message, status);
}

/** What may be well the next time: too many calls, a server that failed, a connection that was cut. */
function isPassing(error: unknown): boolean {
  if (error instanceof Refusal) {
    const { httpStatusCode } = error.$metadata;
    return httpStatusCode >= 500 || httpStatusCode === 429 || /Throttl|TooManyRequests|SlowDown|LimitExceeded/.test(error.name);
  }
  if (error instanceof SourceError || error instanceof SyntaxError || !(error instanceof Error)) return false;
  const code: unknown = Object.getOwnPropertyDescriptor(error, 'code')?.value;
  return (
    error.name === 'TimeoutError' || (typeof code === 'string' && /^(?:E[A-Z]+|UND_ERR_\w+)$/.test(code) && code !== 'ENOTFOUND')
  );
}
