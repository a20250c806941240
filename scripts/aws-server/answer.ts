import type { Instant } from '../../server/time/period.ts';
import { scopeOf, type KeyRing, type Signed } from './caller.ts';
import { AwsError, denied, refusals } from './errors.ts';
import { spoiltPage, withoutOurToken, type Fault, type FaultPlan } from './faults.ts';
import type { Input } from './input.ts';
import type { Routed } from './route.ts';
import type { Caller, Service } from './service.ts';
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

/** What the server has and remembers. */
export interface House {
  readonly now: () => Instant;
  readonly keys: KeyRing;
  readonly services: readonly Service[];
  readonly faults: FaultPlan;
  readonly calls: Call[];
  aheadMs: number;
  served: number;
}

export interface Answered {
  readonly answer: Answer;
  readonly fault: Fault | null;
}

/** Who calls is asked first, then what is planned to go wrong, then the service. */
export async function answerTo(
  house: House,
  signed: Signed,
  routed: Routed,
  clock: Instant,
  requestId: string,
): Promise<Answered> {
  const { protocol, service, action } = routed;
  const now = house.now();
  const scope = scopeOf(signed.headers);
  let caller: Caller | null = null;
  let input: Input | null = null;
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
    const fault = house.faults.next({ service: service.name, action, account: known.account, region: known.region });
    const refusal = fault === null ? null : refusalOf(fault, routed, known);
    if (refusal !== null) throw refusal;
    if (fault?.as === 'html' || fault?.as === 'redirect') {
      record(fault.as);
      return { answer: fault.as === 'html' ? PAGE : REDIRECT, fault };
    }
    // A call whose answer is lost on the way has been made nevertheless.
    const asked = withoutOurToken(input);
    const output = await service.handle(action, asked, { caller: known, now, signedAt: known.signedAt, requestId });
    record(typeof fault?.as === 'string' ? fault.as : 'ok');
    const told = fault === null ? output : spoiltPage(fault, asked, output, house.served);
    return { answer: writeOutput(protocol, service, action, told, requestId), fault };
  } catch (error) {
    const refusal = error instanceof AwsError ? error : serverFault(error);
    record(refusal.code);
    return { answer: writeError(protocol, service, refusal, requestId), fault: null };
  }
}

/** A fault of our own must not pass for one of AWS, which clients would try again: it says what it is. */
const serverFault = (error: unknown): AwsError =>
  new AwsError('ServerFault', error instanceof Error ? (error.stack ?? error.message) : String(error));

function refusalOf(fault: Fault, { protocol, service, action }: Routed, caller: Caller): AwsError | null {
  if (fault.as instanceof AwsError) return fault.as;
  if (fault.as === 'denied') return denied(protocol, caller.arn, `${service?.name ?? ''}:${action}`);
  const isRefusal = fault.as === 'throttle' || fault.as === 'expired' || fault.as === 'internal' || fault.as === 'unavailable';
  return isRefusal ? refusals[fault.as](protocol) : null;
}

/** No AWS: who follows shows its credentials to whoever is there. */
const REDIRECT: Answer = { status: 302, headers: { location: 'http://elsewhere.invalid/' }, body: '' };

/** What a proxy between us and AWS shows who is not logged in. */
const PAGE: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login">Sign in to continue</form></body></html>',
};
