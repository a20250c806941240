import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from '../../scripts/bench/children.ts';
import { ONCE, type Once } from './once.ts';
import { unpackedChromium } from './unpacked-chromium.ts';

const PROGRAM = fileURLToPath(new URL('made-history.ts', import.meta.url));

/**
 * What takes long to make and is the same for every test is made once, when the first test asks for it: two and a half
 * years of the demo organisation, of which each test that writes gets a copy; a server over them for all tests that only
 * read; an unpacked Chromium.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-once-'));
  const [history, chromium] = [join(folder, 'history'), join(folder, 'chromium')];
  const abort = new AbortController();
  const readers: Child[] = [];
  const makers: Record<Once, () => Promise<string>> = {
    history: async () => {
      await makeHistory(history, abort.signal);
      return history;
    },
    chromium: () => unpackedChromium(chromium),
    // It asks for the history by itself.
    server: async () => {
      const child = startChild('../../test/e2e/read-by-all.ts', [], process.env, []);
      readers.push(child);
      return String(await child.hear());
    },
  };
  const made = new Map<string, Promise<string>>();
  const server = createServer((request, response) => {
    const what = (request.url ?? '').slice(1);
    const maker = isOnce(what, makers) ? makers[what] : () => Promise.reject(new Error(`nothing makes ${what}`));
    const answer = made.get(what) ?? maker();
    made.set(what, answer);
    answer.then(
      (text) => response.end(text),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  // Processes that tests start inherit it.
  process.env[ONCE] = `http://127.0.0.1:${address.port}/`;
  return async () => {
    delete process.env[ONCE];
    abort.abort();
    await Promise.all(readers.map((child) => child.end()));
    await Promise.allSettled(made.values());
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  };
}

const isOnce = (what: string, makers: object): what is Once => Object.hasOwn(makers, what);

function makeHistory(folder: string, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['ignore', 'ignore', 'pipe'], signal });
  const said: string[] = [];
  child.stderr.on('data', (data) => said.push(String(data)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the demo history was not made: ${said.join('')}`));
    });
  });
}
