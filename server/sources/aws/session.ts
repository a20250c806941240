import type { AwsPlace } from './place.ts';

/** What every client is made with. Structural, so that no client is loaded before it is used. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: () => Promise<Credentials>;
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive';
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** With jitter and growing pauses these last about a minute: a throttled account waits, and does not fail. */
const MOST_ATTEMPTS = 8;
const CONNECT_MS = 5_000;
const ANSWER_MS = 60_000;
/** Credentials of a role live for an hour, the least that every role allows. */
const ROLE_SECONDS = 3_600;

/**
 * How clients of a place are made: the process's own credentials, or those of the role, taken anew when they are about to
 * expire. Retries slow down for the whole client when the service throttles (`adaptive`), and have jitter.
 */
export async function clientSettings({ region, role, externalId, endpoint }: AwsPlace): Promise<ClientSettings> {
  const own = {
    region,
    ...(endpoint === null ? {} : { endpoint }),
    maxAttempts: MOST_ATTEMPTS,
    retryMode: 'adaptive',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
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
