import type { Instant } from '../../server/time/period.ts';
import type { Input } from './input.ts';

/** Who calls, as the signature tells. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  /** The user or the role's session, as refusals name it. */
  readonly arn: string;
  readonly accessKeyId: string;
}

/** A call that has been let in. */
export interface Request {
  readonly caller: Caller;
  readonly now: Instant;
  /** When the caller says it is, by the clock that it signed with. */
  readonly signedAt: Instant;
  readonly requestId: string;
}

/** How a service is spoken to: AWS JSON, REST JSON, or AWS Query (a form in, XML out). */
export type Protocol = 'json-1.0' | 'json-1.1' | 'rest-json' | 'query';

/** An action of a REST service. `{Name}` in the path is a member of the input. */
export interface Route {
  readonly action: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

/** What an action answers, by the names of the API. A `Date` is written as each protocol writes instants; undefined is left out. */
export type Output = Readonly<Record<string, unknown>>;

/** One service of AWS. Each says in which protocols it can be spoken to; several may be given. */
export interface Service<State = unknown> {
  /** As in credential scopes and IAM actions: `cloudwatch` in `cloudwatch:GetMetricData`. */
  readonly name: string;
  /** As in credential scopes, where that is another name: CloudWatch signs as `monitoring`. */
  readonly signs?: string;
  /** What stands before the dot in X-Amz-Target, and the version of AWS JSON. */
  readonly target?: { readonly prefix: string; readonly protocol: 'json-1.0' | 'json-1.1' };
  readonly routes?: readonly Route[];
  readonly query?: { readonly version: string; readonly namespace: string };
  /** Errors in JSON name their code in AWS Query as well (`x-amzn-query-error`), as CloudWatch's and SQS's do. */
  readonly isQueryCompatible?: boolean;
  /** The code of a refusal of input that breaks a constraint; ValidationException unless told. */
  readonly invalid?: string;
  /** What tests set and look into. */
  readonly state: State;
  /** @throws AwsError */
  handle(action: string, input: Input, request: Request): Output | Promise<Output>;
}
