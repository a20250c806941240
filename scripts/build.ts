import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const STAMP = '.dist/web-built-from';

/** What the built web application depends on, as one hash. */
function fingerprint(): string {
  const files = [...globSync('web/**/*', { withFileTypes: true })]
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .concat('package-lock.json', 'server/api/contract.ts')
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Puts packed forms beside what is sent as text, so that no request waits for packing. Pages are packed as they are drawn. */
function pack(): void {
  for (const file of globSync('.dist/web/**/*.{js,css,svg}')) {
    const bytes = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/**
 * Builds the web application into .dist/web, and what draws its first pages into .dist/web-server, where
 * they are missing or out of date. True if it built.
 */
export async function buildWeb(): Promise<boolean> {
  const wanted = fingerprint();
  try {
    if (readFileSync(STAMP, 'utf8') === wanted) return false;
  } catch {
    // Never built: no stamp yet.
  }
  // Whoever asks for it, a test too: what is built is what is served.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ configFile: 'web/vite.config.ts', logLevel: 'warn' });
    await build({ configFile: 'web/vite.config.ts', logLevel: 'warn', build: { ssr: 'first-page.ts' } });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
  pack();
  mkdirSync('.dist', { recursive: true });
  writeFileSync(STAMP, wanted);
  return true;
}

if (import.meta.main) {
  const startedAt = performance.now();
  const isBuilt = await buildWeb();
  console.log(
    isBuilt
      ? `built the web application in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`
      : 'the web application is up to date',
  );
}
