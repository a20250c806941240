import { awsFault } from './faults.ts';
import type { AwsPlace } from './place.ts';
import { clientSettings } from './session.ts';

/** The number of the account: as written, or that of the process's own credentials. Nobody can be forbidden to ask for it. */
export async function accountOf(place: AwsPlace, signal: AbortSignal): Promise<string> {
  if (place.account !== null) return place.account;
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = new STSClient(await clientSettings(place));
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return Account ?? '';
  } catch (error) {
    throw awsFault(place, 'sts:GetCallerIdentity', error);
  } finally {
    client.destroy();
  }
}
