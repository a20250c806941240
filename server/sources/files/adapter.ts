import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../event/kinds.ts';
import type { Adapter, SourceEntry } from '../config.ts';
import type { Settings } from '../settings.ts';
import type { Source } from '../source.ts';
import { dryRunFiles } from './dry-run.ts';
import { digest } from './fact.ts';
import type { Wait } from './find-files.ts';
import type { FileMapping } from './mapping.ts';
import { parseMapping } from './parse-mapping.ts';
import { pullFiles, type Pass } from './pull.ts';
import { WORTH_BYTES, type ReadElsewhere } from './read-elsewhere.ts';

const waitForReal: Wait = async (ms, signal) => {
  await sleep(ms, undefined, { signal });
};

/**
 * `type: files` (README.md).
 * @param elsewhere reads large files in another thread; null: nowhere else than here
 * @param wait,worthBytes arguments so that tests need neither wait for unfinished files nor write large ones
 */
export const makeFilesAdapter = (
  elsewhere: ReadElsewhere | null,
  wait: Wait = waitForReal,
  worthBytes = WORTH_BYTES,
): Adapter => ({
  type: 'files',
  keys: ['files'],
  parse: (entry) => filesSource(entry, { elsewhere, wait, worthBytes }),
});

/** Reads everything in the thread that asks. */
export const filesAdapter: Adapter = makeFilesAdapter(null);

const filesSource = (
  { id, name, schedule, staleAfterMs, settings, folder }: SourceEntry,
  reading: Pick<Pass, 'elsewhere' | 'wait' | 'worthBytes'>,
): Source | null => {
  if (!settings.has('files'))
    return settings.fault(null, "'files' is missing", "Write 'files:' and below it '- path: …' with its mapping");
  const entries = settings.sections('files') ?? [];
  const mappings = entries.flatMap((entry) => parseMapping(entry, folder) ?? []);
  if (mappings.length < entries.length || mappings.length === 0) return null;
  checkParts(mappings, entries);
  // The source's settings, not its name or schedule: only those change what rows say.
  const written = settings.raw('files');
  const mappingDigest = digest(JSON.stringify(written)).slice(0, 16);
  return {
    id,
    type: 'files',
    name,
    schedule,
    staleAfterMs,
    kinds: [...new Set(mappings.flatMap(({ gives }): Kind[] => (gives === 'samples' ? [] : [gives])))],
    series: [...new Set(mappings.flatMap(seriesNamed))],
    pull: (context) => pullFiles({ source: id, mappings, written, folder, digest: mappingDigest, ...reading }, context),
    dryRun: (context, rows) => dryRunFiles(id, mappings, context, rows),
  };
};

/** Names the mapping knows before a row is read; series named by a column show once they were pulled. */
const seriesNamed = (mapping: FileMapping): string[] =>
  mapping.gives === 'samples' ? mapping.values.flatMap(({ series: { from } }) => ('value' in from ? [from.value] : [])) : [];

/** Of two files that each tell whole items of one kind, the later one would silence the earlier. */
const checkParts = (mappings: readonly FileMapping[], entries: readonly Settings[]): void => {
  const seen = new Set<string>();
  for (const [index, mapping] of mappings.entries()) {
    if (mapping.gives === 'samples' || mapping.rows === 'history') continue;
    const part = `${mapping.gives}/${mapping.part}`;
    if (seen.has(part)) {
      entries[index]?.fault(
        'gives',
        `another entry of this source gives whole ${mapping.gives}s, too`,
        "Files of the same form belong in one entry ('path:' may be a list); tell different ones apart with 'part: name'",
      );
    }
    seen.add(part);
  }
};
