import { AwsFault, awsFault, type FaultKind } from './faults.ts';
import type { AwsPlace } from './place.ts';
import { clientSettings } from './session.ts';

/** As servers that stand in for AWS write it. */
const NO_ACCOUNT = '000000000000';
const UNKNOWN: ReadonlySet<FaultKind> = new Set(['not there', 'unreadable', 'refused'] as const);

const isElsewhere = ({ endpoint }: AwsPlace): boolean =>
  (endpoint ?? process.env['AWS_ENDPOINT_URL_STS'] ?? process.env['AWS_ENDPOINT_URL']) !== undefined;

/** The number of the account: as written, or that of the process's own credentials. Nobody can be forbidden to ask for it. */
export async function accountOf(place: AwsPlace, signal: AbortSignal): Promise<string> {
  if (place.account !== null) return place.account;
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = new STSClient(await clientSettings(place));
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return Account ?? '';
  } catch (error) {
    const fault = awsFault(place, 'sts:GetCallerIdentity', error);
    // Servers that stand in for one service may not know this one: they have one account, and no number of it matters.
    if (isElsewhere(place) && fault instanceof AwsFault && UNKNOWN.has(fault.is)) return NO_ACCOUNT;
    throw fault;
  } finally {
    client.destroy();
  }
}
