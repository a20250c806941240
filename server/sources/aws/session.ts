import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { budgetOf, type Budget } from './budget.ts';
import type { AwsPlace } from './place.ts';

type HttpRequest = Parameters<NodeHttpHandler['handle']>[0];

/** What every client is made with. Structural, so that no client is loaded before it is used. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: () => Promise<Credentials>;
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive';
  readonly requestHandler: NodeHttpHandler | typeof TIMEOUTS;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** With jitter and growing pauses these last about a minute: a throttled account waits, and does not fail. */
const MOST_ATTEMPTS = 8;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 60_000 } as const;
/** Credentials of a role live for an hour, the least that every role allows. */
const ROLE_SECONDS = 3_600;

/**
 * How clients of a place are made: the process's own credentials, or those of the role, taken anew when they are about to
 * expire. Retries slow down for the whole client when the service throttles (`adaptive`), and have jitter: the budget keeps this
 * process within its share, and adaptive retries make room where others of the account have taken theirs.
 */
export async function clientSettings(place: AwsPlace): Promise<ClientSettings> {
  const { region, role, externalId, endpoint } = place;
  const budget = budgetOf(place);
  const own = {
    region,
    ...(endpoint === null ? {} : { endpoint }),
    maxAttempts: MOST_ATTEMPTS,
    retryMode: 'adaptive',
    requestHandler: budget === null ? TIMEOUTS : await handlerWithin(budget),
  } as const;
  if (role === null) return own;
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const taken = fromTemporaryCredentials({
    params: {
      RoleArn: role,
      RoleSessionName: 'quarterdeck',
      DurationSeconds: ROLE_SECONDS,
      ...(externalId === null ? {} : { ExternalId: externalId }),
    },
    clientConfig: { region, ...(endpoint === null ? {} : { endpoint }) },
  });
  return { ...own, credentials: () => taken() };
}

/** Each attempt is a call that AWS counts, so each waits for its turn. */
async function handlerWithin(budget: Budget): Promise<NodeHttpHandler> {
  const { NodeHttpHandler } = await import('@smithy/node-http-handler');
  class BudgetedHandler extends NodeHttpHandler {
    override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
      const signal = options?.abortSignal;
      await budget.take(operationOf(request), 1, signal instanceof AbortSignal ? signal : undefined);
      return super.handle(request, options);
    }
  }
  return new BudgetedHandler(TIMEOUTS);
}

/** By the target of AWS JSON, the form of AWS Query, or the path of CBOR. Those of REST are told by their path, all alike. */
export function operationOf({ headers, body, path }: Pick<HttpRequest, 'headers' | 'body' | 'path'>): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  const action = typeof body === 'string' ? /(?:^|&)Action=(\w+)/.exec(body)?.[1] : undefined;
  return action ?? /\/operation\/(\w+)$/.exec(path)?.[1] ?? 'rest';
}
