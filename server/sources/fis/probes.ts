import type { Checking } from '../aws/checking.ts';
import { signedClient } from '../aws/signed-fetch.ts';

/** Has the form of an id, and is none. */
const NONE = 'EXP00000000000000000';

/** Whether experiments may be listed, and one looked at. */
export async function probeExperiments(checking: Checking): Promise<void> {
  const { client, place, signal } = checking;
  const call = signedClient(place, 'fis', undefined, client);
  await checking.ask('fis:ListExperiments', () =>
    call({ action: 'fis:ListExperiments', path: '/experiments', query: { maxResults: '1' } }, signal),
  );
  await checking.ask('fis:GetExperiment', () => call({ action: 'fis:GetExperiment', path: `/experiments/${NONE}` }, signal), {
    absent: ['ResourceNotFoundException'],
  });
}
