import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Event, Sample } from '../../../server/event/event.ts';
import { formatProblem } from '../../../server/kpi/problem.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { makeFilesAdapter } from '../../../server/sources/files/adapter.ts';
import type { ReadElsewhere } from '../../../server/sources/files/read-elsewhere.ts';
import type { Wait } from '../../../server/sources/files/find-files.ts';
import { SourceError, type PullContext, type PullEnd, type Reject, type Source } from '../../../server/sources/source.ts';

export const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A folder with these files, gone after the test. */
export const folderWith = (files: Readonly<Record<string, string | Buffer>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-files-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, content] of Object.entries(files)) put(folder, name, content);
  return folder;
};

export const put = (folder: string, name: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};

/** The one source of a sources.yaml whose `files:` entries are given as YAML. */
export const sourceOf = (
  folder: string,
  entries: string,
  wait: Wait = () => Promise.resolve(),
  elsewhere: ReadElsewhere | null = null,
): Source => {
  const text = `version: sources/v1\nsources:\n  - id: export\n    type: files\n    files:\n${entries.replace(/^/gm, '      ')}\n`;
  const { sources, problems } = parseSources(text, join(folder, 'sources.yaml'), [makeFilesAdapter(elsewhere, wait, 0)]);
  const [source] = sources;
  if (source === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return source;
};

/** One instant for all passes. Files of a test are new, and would look as if they were still being written. */
const LATER = Math.max(NOW, Date.now() + 3_600_000);

export const contextOf = (change: Partial<PullContext> = {}): PullContext => ({
  cursor: null,
  now: LATER,
  pseudonym: (person) => `person-${[...person].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7)}`,
  signal: new AbortController().signal,
  ...change,
});

export interface Pulled {
  readonly events: readonly Event[];
  readonly samples: readonly Sample[];
  readonly rejects: readonly Reject[];
  readonly progress: readonly string[];
  /** Null where the pass failed; `error` says why. */
  readonly end: PullEnd | null;
  readonly error: SourceError | null;
}

export const pullAll = async (source: Source, context: PullContext = contextOf()): Promise<Pulled> => {
  const events: Event[] = [];
  const samples: Sample[] = [];
  const rejects: Reject[] = [];
  const progress: string[] = [];
  const pull = source.pull(context);
  try {
    for (;;) {
      const step = await pull.next();
      if (step.done === true) return { events, samples, rejects, progress, end: step.value, error: null };
      events.push(...step.value.events);
      samples.push(...step.value.samples);
      rejects.push(...step.value.rejects);
      progress.push(step.value.progress);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { events, samples, rejects, progress, end: null, error };
  }
};

/** What a person would read: `place: reason`. */
export const told = (rejects: readonly Reject[]): string[] => rejects.map(({ place, reason }) => `${place}: ${reason}`);
