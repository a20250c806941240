import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('unpack-chromium.ts', import.meta.url));

/**
 * The Chromium of the package @sparticuz/chromium, unpacked into a folder; gives its path. The package knows TMPDIR alone, and
 * takes what an older version left there for its own: so in a process that has another one.
 */
export async function unpackedChromium(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { env: { ...process.env, TMPDIR: folder } });
  return stdout;
}
