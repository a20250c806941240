import type { KeyRing } from './caller.ts';
import { AwsError, denied } from './errors.ts';
import type { Input } from './input.ts';
import type { Output, Request, Service } from './service.ts';

/** What a role's trust policy asks of those who take it. */
export interface Trust {
  /** Null: none is asked for. */
  readonly externalId: string | null;
  /** Accounts that may take it; any unless told. */
  readonly accounts?: readonly string[];
  /** The longest that a session may last; an hour unless told. */
  readonly mostSeconds?: number;
}

export interface StsState {
  /** Makes a role. One that was not made can be taken by nobody. */
  role(arn: string, trust: Trust): void;
}

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/;
const LEAST_SECONDS = 900;
const HOUR_SECONDS = 3_600;
const MOST_SECONDS = 43_200;

/** STS, AWS Query. Keys that it issues name the account of the role. */
export function createSts({ keys }: { readonly keys: KeyRing }): Service<StsState> {
  const trusts = new Map<string, Trust>();
  return {
    name: 'sts',
    query: { version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    state: { role: (arn, trust) => trusts.set(arn, trust) },
    handle(action, input, request) {
      if (action === 'AssumeRole') return assumeRole(input, request, trusts, keys);
      if (action === 'GetCallerIdentity') {
        const { account, arn, accessKeyId } = request.caller;
        return { Arn: arn, UserId: accessKeyId, Account: account };
      }
      throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
    },
  };
}

function assumeRole(input: Input, request: Request, trusts: ReadonlyMap<string, Trust>, keys: KeyRing): Output {
  const arn = input.requiredText('RoleArn');
  const session = input.requiredText('RoleSessionName');
  if (!/^[\w+=,.@-]{2,64}$/.test(session))
    throw input.refuse('RoleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*', session);
  const externalId = input.text('ExternalId');
  if (externalId !== null && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId))
    throw input.refuse('ExternalId', 'Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*', externalId);
  const seconds = input.integer('DurationSeconds', LEAST_SECONDS, MOST_SECONDS) ?? HOUR_SECONDS;
  const [, account, name] = ROLE.exec(arn) ?? [];
  if (account === undefined || name === undefined) throw input.refuse('RoleArn', `${arn} is invalid`, arn);
  const trust = trusts.get(arn);
  const { caller } = request;
  // A role that does not exist is refused in the same words: nobody learns which there are.
  if (
    trust === undefined ||
    (trust.externalId !== null && trust.externalId !== externalId) ||
    !(trust.accounts ?? [caller.account]).includes(caller.account)
  )
    throw new AwsError('AccessDenied', `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`, {
      status: denied('query', caller.arn, 'sts:AssumeRole').status,
    });
  const most = caller.accessKeyId.startsWith('ASIA') ? HOUR_SECONDS : (trust.mostSeconds ?? HOUR_SECONDS);
  if (seconds > most)
    throw new AwsError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  const assumed = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
  const key = keys.issue(account, assumed, request.now + seconds * 1000);
  return {
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      // By the caller's clock: with a test's `now` years away it would take fresh credentials for old ones.
      Expiration: new Date(request.signedAt + seconds * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: `AROA${account}:${session}`, Arn: assumed },
  };
}
