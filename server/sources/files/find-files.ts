import { glob, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { suggestion } from '../../kpi/spelling.ts';
import { SourceError } from '../source.ts';
import type { FileMapping } from './mapping.ts';

/** A file to read. `label` is its path as seen from sources.yaml: it names the file in messages and the cursor. */
export interface FoundFile {
  readonly path: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/** Larger folders are a mistake in a path. */
const MAXIMUM_FILES = 20_000;
const KNOWN_NAME = /\.(?:csv|tsv|txt|jsonl|ndjson)(?:\.gz)?$|^[^.]+\.gz$/i;
const UNFINISHED_NAME = /^\.|^~|~$|\.(?:part|partial|tmp|temp|crdownload|filepart|swp)$/i;

/**
 * The files of one entry, in the order of their names: a file, everything a glob matches, or all
 * data files of a folder (not of folders below it). Unfinished downloads are left out. Throws a
 * SourceError for a path that does not exist; a folder or glob may be empty.
 */
export const findFiles = async (mapping: FileMapping): Promise<FoundFile[]> => {
  const found = new Map<string, FoundFile>();
  for (const pattern of mapping.paths) {
    const whole = isAbsolute(pattern) ? pattern : resolve(mapping.folder, pattern);
    for (const path of await pathsOf(whole, pattern, mapping)) {
      const status = await stat(path);
      if (!status.isFile()) continue;
      const label = isAbsolute(pattern) ? path : relative(resolve(mapping.folder), path);
      found.set(path, { path, label, sizeBytes: status.size, modifiedAt: Math.floor(status.mtimeMs) });
    }
    if (found.size > MAXIMUM_FILES)
      throw new SourceError(pattern, `stands for more than ${MAXIMUM_FILES.toLocaleString('en')} files`, 'Name a smaller folder');
  }
  return [...found.values()].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
};

const pathsOf = async (whole: string, pattern: string, mapping: FileMapping): Promise<string[]> => {
  const status = await stat(whole).catch(() => null);
  if (status?.isFile() === true) return [whole];
  if (status?.isDirectory() === true) {
    const names = await readdir(whole);
    return names
      .filter((name) => !UNFINISHED_NAME.test(name) && (mapping.format !== null || KNOWN_NAME.test(name)))
      .map((name) => join(whole, name));
  }
  if (/[*?[{]/.test(pattern)) {
    const paths: string[] = [];
    for await (const path of glob(whole)) {
      if (!UNFINISHED_NAME.test(basename(path))) paths.push(path);
      if (paths.length > MAXIMUM_FILES) break;
    }
    return paths;
  }
  const neighbours = await readdir(dirname(whole)).catch(() => null);
  if (neighbours === null)
    throw new SourceError(
      pattern,
      `does not exist, and neither does its folder ${dirname(whole)}`,
      'Paths are relative to sources.yaml',
    );
  throw new SourceError(
    pattern,
    'does not exist',
    neighbours.length === 0 ? 'Its folder is empty' : suggestion(basename(whole), neighbours),
  );
};

/** A file changed this lately may still be being written. */
const FRESH_MS = 2_000;

/** Waits; rejects when the signal aborts. Injected, so that tests need not wait. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Splits files into those at rest and those that somebody is still writing: changed within the last
 * two seconds, and again while we waited two more.
 */
export const withoutUnfinished = async (
  files: readonly FoundFile[],
  now: number,
  wait: Wait,
  signal: AbortSignal,
): Promise<{ atRest: FoundFile[]; unfinished: FoundFile[] }> => {
  if (!files.some((file) => isFresh(file, now))) return { atRest: [...files], unfinished: [] };
  await wait(FRESH_MS, signal);
  const atRest: FoundFile[] = [];
  const unfinished: FoundFile[] = [];
  for (const file of files) {
    const status = isFresh(file, now) ? await stat(file.path).catch(() => null) : undefined;
    const isChanged =
      status === null ||
      (status !== undefined && (status.size !== file.sizeBytes || Math.floor(status.mtimeMs) !== file.modifiedAt));
    (isChanged ? unfinished : atRest).push(file);
  }
  return { atRest, unfinished };
};

const isFresh = (file: FoundFile, now: number): boolean => file.modifiedAt > now - FRESH_MS;

/** `csv` or `jsonl`, as the mapping says or by the name. */
export const formatOf = (mapping: FileMapping, label: string): 'csv' | 'jsonl' =>
  mapping.format ?? (/\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(label) ? 'jsonl' : 'csv');
