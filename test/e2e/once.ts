import { get } from 'node:http';

/** Names the address that answers with what is made once in a run of tests. */
export const ONCE = 'QUARTERDECK_TEST_ONCE';

export type Once = 'history' | 'server' | 'chromium';

/** What is made once, when it is made; null outside of a run of tests. However long it takes, so not by `fetch`, which gives up. */
export async function madeOnce(what: Once): Promise<string | null> {
  const address = process.env[ONCE];
  if (address === undefined) return null;
  return new Promise((resolve, reject) => {
    get(address + what, (response) => {
      const parts: string[] = [];
      response.on('data', (part) => parts.push(String(part)));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(parts.join(''));
        else reject(new Error(parts.join('')));
      });
    }).on('error', reject);
  });
}
