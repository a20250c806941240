import type { Protocol } from './service.ts';

/** A refusal, as the service words it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** The code in AWS Query and in `x-amzn-query-error`, where it is another. */
  readonly queryCode: string;
  /** Further members of the error's shape. */
  readonly members: Readonly<Record<string, unknown>>;
  constructor(
    code: string,
    message: string,
    more: { readonly status?: number; readonly queryCode?: string; readonly members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = more.status ?? 400;
    this.queryCode = more.queryCode ?? code;
    this.members = more.members ?? {};
  }
}

/** Refusals that every service has. Their codes and statuses differ by protocol: JSON says 400 where Query says 403. */
export const refusals = {
  unsigned: (protocol) =>
    protocol === 'query'
      ? new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 })
      : new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', {
          status: protocol === 'rest-json' ? 403 : 400,
          queryCode: 'MissingAuthenticationToken',
        }),
  unknownKey: (protocol) =>
    protocol === 'query'
      ? new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 })
      : new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', {
          status: protocol === 'rest-json' ? 403 : 400,
          queryCode: 'InvalidClientTokenId',
        }),
  expired: (protocol) =>
    protocol === 'query'
      ? new AwsError('ExpiredToken', 'The security token included in the request is expired', { status: 403 })
      : new AwsError('ExpiredTokenException', 'The security token included in the request is expired', {
          status: protocol === 'rest-json' ? 403 : 400,
          queryCode: 'ExpiredToken',
        }),
  throttle: (protocol) =>
    protocol === 'query'
      ? new AwsError('Throttling', 'Rate exceeded')
      : new AwsError('ThrottlingException', 'Rate exceeded', {
          status: protocol === 'rest-json' ? 429 : 400,
          queryCode: 'Throttling',
        }),
  internal: (protocol) =>
    protocol === 'query' || protocol === 'json-1.0'
      ? new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', { status: 500 })
      : new AwsError('InternalServerError', 'The request processing has failed because of an unknown error.', { status: 500 }),
  unavailable: () => new AwsError('ServiceUnavailable', 'Service is unable to handle request.', { status: 503 }),
} satisfies Record<string, (protocol: Protocol) => AwsError>;

export const denied = (protocol: Protocol, arn: string, action: string): AwsError =>
  new AwsError(
    protocol === 'query' ? 'AccessDenied' : 'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
    { status: protocol === 'query' || protocol === 'rest-json' ? 403 : 400, queryCode: 'AccessDenied' },
  );

export const badSignature = (protocol: Protocol, message: string): AwsError =>
  new AwsError(protocol === 'query' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException', message, {
    status: protocol === 'query' || protocol === 'rest-json' ? 403 : 400,
    queryCode: 'SignatureDoesNotMatch',
  });
