import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the folder of a made history, once there is one. */
    readonly demoHistory: string;
  }
}

const PROGRAM = fileURLToPath(new URL('made-history.ts', import.meta.url));

/**
 * Two and a half years of the demo organisation take a minute and more to make: they are made once, when the first test asks
 * for them, and each test gets a copy.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-history-'));
  const abort = new AbortController();
  let made: Promise<void> | null = null;
  const server = createServer((_request, response) => {
    made ??= make(folder, abort.signal);
    made.then(
      () => response.end(folder),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  project.provide('demoHistory', `http://127.0.0.1:${address.port}/`);
  return async () => {
    abort.abort();
    await made?.catch(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  };
}

function make(folder: string, signal: AbortSignal): Promise<void> {
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
