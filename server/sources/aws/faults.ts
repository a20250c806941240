import { SourceError } from '../source.ts';
import type { AwsPlace } from './place.ts';

/** What is known of an error of the SDK, which comes in many forms. */
interface Told {
  /** The service's code, such as AccessDeniedException, or Node's, such as ECONNREFUSED. */
  readonly code: string;
  readonly text: string;
  /** Of the answer; null where there was none. */
  readonly status: number | null;
  /** The answer was there, and not in the form that the service speaks. */
  readonly isUnreadable: boolean;
}

/** What is the matter, for those who do not go by words. */
export type FaultKind =
  | 'role'
  | 'denied'
  | 'clock'
  | 'expired'
  | 'unknown key'
  | 'no key'
  | 'no plan'
  | 'throttled'
  | 'not there'
  | 'unreadable'
  | 'unreachable'
  | 'failed'
  | 'refused';

interface Words {
  readonly is: FaultKind;
  readonly message: string;
  readonly fix: string | null;
  readonly denied?: string;
}

/** A refusal by AWS, or by what is between. */
export class AwsFault extends SourceError {
  readonly is: FaultKind;
  /** As the service calls it, such as AccessDeniedException. */
  readonly code: string;
  /** The IAM action that a policy would have to allow; null where none would help. */
  readonly denied: string | null;
  constructor(place: string, code: string, { is, message, fix, denied }: Words) {
    super(place, message, fix);
    this.is = is;
    this.code = code;
    this.denied = denied ?? null;
  }
}

/** Whether a policy does not allow the call: what it is of may be as it should. */
export const isDenied = (fault: SourceError): boolean => fault instanceof AwsFault && fault.is === 'denied';

const DENIED = new Set(
  'AccessDeniedException AccessDenied UnauthorizedOperation AuthorizationError AuthorizationErrorException NotAuthorized'.split(
    ' ',
  ),
);
const EXPIRED = new Set('ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired'.split(' '));
const UNKNOWN_KEY = new Set(
  'InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId IncompleteSignature MissingAuthenticationToken MissingAuthenticationTokenException SignatureDoesNotMatch InvalidSignatureException AuthFailure'.split(
    ' ',
  ),
);
const NO_KEY = new Set('CredentialsProviderError TokenProviderError ProviderError'.split(' '));
const THROTTLED = new Set(
  'Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException RequestLimitExceeded TooManyRequestsException LimitExceededException BandwidthLimitExceeded SlowDown PriorRequestNotComplete'.split(
    ' ',
  ),
);
const CLOSED = new Set('OptInRequired UnknownOperationException InvalidAction UnknownEndpoint EndpointError'.split(' '));
/** Services whose API is part of a paid support plan. */
const PLANNED = new Set(['health', 'support']);
const UNREACHABLE = new Set(
  'ECONNREFUSED ECONNRESET EAI_AGAIN ETIMEDOUT EPIPE EHOSTUNREACH ENETUNREACH TimeoutError NetworkingError RequestTimeout RequestTimeoutException'.split(
    ' ',
  ),
);
const LONGEST = 300;

/**
 * An error of an AWS client in words: what was asked where, why it was refused, and what helps.
 * @param action the IAM action of the call, such as `cloudwatch:GetMetricData`
 */
export function callFault(place: AwsPlace, action: string, error: unknown): SourceError {
  const fault = awsFault(place, action, error);
  if (fault.fix !== null || fault === error || !(fault instanceof AwsFault)) return fault;
  return new AwsFault(place.name, fault.code, {
    is: fault.is,
    message: fault.message.slice(place.name.length + 2),
    fix: `See what the documentation of ${action} says of this error; where it lasts, leave this account and Region out of the source`,
  });
}

/** The same, with null for a fix where only those who asked can know one. */
export function awsFault(place: AwsPlace, action: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const told = toldBy(error);
  return new AwsFault(place.name, told.code, wordsOf(place, action, told));
}

function wordsOf(place: AwsPlace, action: string, told: Told): Words {
  const { code, text, status } = told;
  const service = action.slice(0, action.indexOf(':'));
  const whose = place.role === null ? 'the credentials of this process' : `the role ${place.role}`;
  // Refusals of STS come through the call for which the role was to be taken.
  if (/\bsts:AssumeRole\b/.test(text) || (DENIED.has(code) && /AssumeRole/.test(text))) return roleRefused(place, text);
  if (DENIED.has(code) || (status === 403 && code === 'Forbidden')) return denied(action, whose, text);
  if (isSkewed(code, text))
    return {
      is: 'clock',
      message: `the clock of this machine is wrong, says ${service}: ${text}`,
      fix: 'Set its clock, and keep it set by NTP',
    };
  if (EXPIRED.has(code))
    return {
      is: 'expired',
      message: `${whose} had expired (${code}) when ${action} was called`,
      fix:
        place.role === null
          ? 'Sign in anew, or let the machine have a role of its own; the next pull goes on where this one came'
          : 'Renew the credentials that take the role; the next pull goes on where this one came',
    };
  if (UNKNOWN_KEY.has(code))
    return {
      is: 'unknown key',
      message: `AWS does not know ${whose} (${code}): ${text}`,
      fix: `Check AWS_PROFILE or the access key of this process, and that ${place.region} is a Region that the account has enabled`,
    };
  if (NO_KEY.has(code))
    return {
      is: 'no key',
      message: `no credentials were found: ${text}`,
      fix: 'Start with AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or on a machine with a role',
    };
  // Where a plan is paid for it means the plan; elsewhere that the account never began with the service.
  const isSubscription = code === 'SubscriptionRequiredException' || code === 'SubscriptionRequired';
  if (isSubscription && !PLANNED.has(service))
    return {
      is: 'not there',
      message: `this account is not signed up for ${service} (${code}): ${text}`,
      fix: 'Open the service in the console of this account once, or leave it out of the source',
    };
  if (isSubscription)
    return {
      is: 'no plan',
      message: `${service} is not part of this account's support plan (${code})`,
      fix: 'It takes Business Support+ or more; without it, leave this account out of the source',
    };
  if (THROTTLED.has(code) || status === 429)
    return {
      is: 'throttled',
      message: `${action} was throttled to the end (${code}): ${text}`,
      fix: 'Pull less often, or have the quota of the account raised; the next pull goes on where this one came',
    };
  if (CLOSED.has(code))
    return {
      is: 'not there',
      message: `${service} does not answer ${action} in ${place.region} (${code}): ${text}`,
      fix: 'The service may not be there in this Region, or be closed to this account: leave it out of the source',
    };
  if (status !== null && status >= 300 && status < 400)
    return {
      is: 'unreadable',
      message: `what answered ${action} leads elsewhere (HTTP ${status}), where a signed request is not taken`,
      fix: `Check for a proxy or a login page in between${place.endpoint === null ? '' : `, and that ${place.endpoint} is the right address`}`,
    };
  if (told.isUnreadable)
    return {
      is: 'unreadable',
      message: `what answered ${action} is no AWS service${status === null ? '' : ` (HTTP ${status})`}: it sent a page or something else that cannot be read`,
      fix: `Check for a proxy or a login page in between${place.endpoint === null ? '' : `, and that ${place.endpoint} is the right address`}`,
    };
  if (code === 'ENOTFOUND')
    return {
      is: 'unreachable',
      message: `there is no address for ${service} in ${place.region}: ${text}`,
      fix:
        place.endpoint === null
          ? `Check the Region, whether it has ${service}, and the name server of this machine`
          : "Check 'endpoint'",
    };
  if (UNREACHABLE.has(code) || /certificate/i.test(text))
    return {
      is: 'unreachable',
      message: `${place.endpoint ?? service} cannot be reached (${code}): ${text}`,
      fix: 'Check the network, the proxy and the firewall between this machine and AWS; the next pull goes on where this one came',
    };
  if (status !== null && status >= 500)
    return {
      is: 'failed',
      message: `${action} failed at AWS (${code}, HTTP ${status}): ${text}`,
      fix: 'The next pull goes on where this one came; if it lasts, see the AWS Health Dashboard',
    };
  return { is: 'refused', message: `${action} was refused (${code}): ${text}`, fix: null };
}

function denied(action: string, whose: string, text: string): Words {
  // The service names the action itself, which may be another one than that of the call.
  const named = /perform:? ([a-z][a-z0-9-]*:\w+)/.exec(text)?.[1] ?? action;
  const isExplicit = /explicit deny/i.test(text);
  return {
    is: 'denied',
    ...(isExplicit ? {} : { denied: named }),
    message: `${whose} may not call ${named}`,
    fix: isExplicit
      ? `A policy denies ${named} outright (${text}): ask whoever keeps the organization's policies`
      : `Allow ${named} in its policy`,
  };
}

function roleRefused({ role, externalId }: AwsPlace, text: string): Words {
  return {
    is: 'role',
    message: `the role ${role ?? '(of the profile)'} cannot be taken: ${text}`,
    fix:
      externalId === null
        ? "Let its trust policy name this process's identity, allow that identity sts:AssumeRole, and write external_id where the policy wants one"
        : `Let its trust policy name this process's identity and the external id '${externalId}', and allow that identity sts:AssumeRole`,
  };
}

/** What the SDK could not correct by itself. */
const isSkewed = (code: string, text: string): boolean =>
  code === 'RequestTimeTooSkewed' ||
  code === 'RequestInTheFuture' ||
  (/^(?:InvalidSignature|SignatureDoesNotMatch|AuthFailure|RequestExpired)/.test(code) &&
    /not yet current|signature expired|clock|skew/i.test(text));

function toldBy(error: unknown): Told {
  if (!(error instanceof Error)) return { code: 'unknown', text: shortened(String(error)), status: null, isUnreadable: false };
  const code = textIn(error, 'code') ?? textIn(error, 'Code');
  const isService = '$fault' in error;
  const isUnreadable = error instanceof SyntaxError || (!isService && '$response' in error && code === null) || isPage(error);
  const inner = error.cause instanceof Error && code === null && !isService ? toldBy(error.cause) : null;
  return {
    code: isService ? error.name : (code ?? (error.name === 'Error' ? (inner?.code ?? 'Error') : error.name)),
    // What the SDK calls an error of which the service said nothing.
    text: /^(?:|UnknownError)$/.test(error.message) ? (inner?.text ?? 'no more is said') : shortened(error.message),
    status: statusOf(error),
    isUnreadable,
  };
}

/** An answer that the SDK could only call an unknown error. */
const isPage = (error: Error): boolean =>
  /^(?:UnknownError|Unknown|Error)$/.test(error.name) && /<(?:!doctype|html)\b/i.test(error.message);

function statusOf(error: Error): number | null {
  const metadata = '$metadata' in error ? error.$metadata : null;
  if (
    typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    typeof metadata.httpStatusCode === 'number'
  )
    return metadata.httpStatusCode;
  const response = '$response' in error ? error.$response : null;
  return typeof response === 'object' && response !== null && 'statusCode' in response && typeof response.statusCode === 'number'
    ? response.statusCode
    : null;
}

function textIn(error: Error, key: 'code' | 'Code'): string | null {
  const value: unknown = Object.getOwnPropertyDescriptor(error, key)?.value;
  return typeof value === 'string' ? value : null;
}

const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
};
