import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Organisation } from '../event/organisation.ts';
import { loadCatalogue, type CaseFile } from '../kpi/catalogue.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { parseOrganisation } from '../kpi/organisation.ts';
import type { Problem } from '../kpi/problem.ts';
import { definitionWords } from '../kpi/words.ts';
import type { Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { CatalogueEntry } from './engine.ts';

/** One read of the folder with organisation.yaml, sources.yaml and KPI files. */
export interface Definitions {
  readonly organisation: Organisation | null;
  /** The text it was read from; '' where there is none. */
  readonly organisationText: string;
  readonly sources: readonly Source[];
  readonly entries: readonly CatalogueEntry[];
  /** What is measured: good files, and the last good version of broken ones. */
  readonly kpis: readonly Kpi[];
  /** Files of cases, each with the KPI file it stands beside. */
  readonly cases: readonly CaseFile[];
  /** Problems of organisation.yaml, sources.yaml, and files of cases that stand beside nothing. */
  readonly settingsProblems: readonly Problem[];
  /** Changes whenever any of the files does. */
  readonly fingerprint: string;
}

export interface DefinitionTools {
  /** Reads sources.yaml; injected, because adapters are wired by main.ts alone. */
  readonly readSources: (
    text: string,
    file: string,
  ) => { readonly sources: readonly Source[]; readonly problems: readonly Problem[] };
  readonly digest: (text: string) => string;
}

/** KPI files of a folder and their cases: every YAML in it and below it, settings apart. */
export function kpiFiles(folder: string): string[] {
  return globSync('**/*.{yaml,yml}', { cwd: folder })
    .filter((file) => file !== 'organisation.yaml' && file !== 'sources.yaml')
    .sort();
}

/** Modification times and sizes of everything in the folder, as one text; cheap enough to ask often. */
export function folderFingerprint(folder: string): string {
  return globSync('**/*.{yaml,yml}', { cwd: folder })
    .sort()
    .map((file) => {
      const { mtimeMs, size } = statSync(join(folder, file));
      return `${file} ${mtimeMs} ${size}`;
    })
    .join('\n');
}

/** Reads the folder as it stands. A broken file never hides another; nothing is thrown for content. */
export function readDefinitions(folder: string, tools: DefinitionTools): Definitions {
  const shown = (file: string): string => relative(process.cwd(), join(folder, file)) || file;
  const fingerprint = folderFingerprint(folder);
  const settingsProblems: Problem[] = [];

  if (!isFolder(folder)) {
    const problem = missing(
      relative(process.cwd(), folder) || folder,
      'there is no such folder',
      'Name one with --kpis, or run `quarterdeck init` to write one',
    );
    return {
      organisation: null,
      organisationText: '',
      sources: [],
      entries: [],
      kpis: [],
      cases: [],
      settingsProblems: [problem],
      fingerprint,
    };
  }

  let organisation: Organisation | null = null;
  let organisationText = '';
  const organisationFile = join(folder, 'organisation.yaml');
  if (existsSync(organisationFile)) {
    organisationText = readFileSync(organisationFile, 'utf8');
    const parsed = parseOrganisation(organisationText, shown('organisation.yaml'));
    organisation = parsed.organisation;
    settingsProblems.push(...parsed.problems);
  } else {
    settingsProblems.push(
      missing(shown('organisation.yaml'), 'there is no organisation.yaml', 'Run `quarterdeck init` to write one to start from'),
    );
  }

  let sources: readonly Source[] = [];
  const sourcesFile = join(folder, 'sources.yaml');
  if (existsSync(sourcesFile)) {
    const parsed = tools.readSources(readFileSync(sourcesFile, 'utf8'), sourcesFile);
    sources = parsed.sources;
    settingsProblems.push(...parsed.problems.map((problem) => ({ ...problem, file: shown('sources.yaml') })));
  } else {
    settingsProblems.push(
      missing(shown('sources.yaml'), 'there is no sources.yaml', 'Run `quarterdeck init` to write one to start from'),
    );
  }

  const files = kpiFiles(folder).map((file) => ({ file: shown(file), text: readFileSync(join(folder, file), 'utf8') }));
  const catalogue = loadCatalogue(files, { digest: tools.digest });
  const entries = catalogue.files.map((entry): CatalogueEntry => ({ ...entry, isLastGood: false }));
  const inFiles = new Set(catalogue.files.flatMap(({ problems }) => problems));
  settingsProblems.push(...catalogue.problems.filter((problem) => !inFiles.has(problem)));
  return {
    organisation,
    organisationText,
    sources,
    entries,
    kpis: [...catalogue.kpis.values()],
    cases: catalogue.cases,
    settingsProblems,
    fingerprint,
  };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const missing = (file: string, message: string, fix: string): Problem => ({ file, line: 1, column: 1, path: '', message, fix });

const lastGoodSetting = (file: string): string => `last-good:${file}`;

/**
 * Keeps every good definition by its hash, and puts the last good version in the place of each file
 * that is broken now: it goes on being measured, and the catalogue says so.
 */
export async function withLastGood(
  definitions: Definitions,
  store: Store,
  digest: (text: string) => string,
  now: Instant,
): Promise<Definitions> {
  const files: { file: string; text: string }[] = [];
  for (const entry of definitions.entries) {
    if (entry.kpi !== null) {
      if ((await store.setting(lastGoodSetting(entry.file))) !== entry.kpi.definition) {
        await store.keepDefinition({ hash: entry.kpi.definition, kpi: entry.kpi.id, text: entry.text, recordedAt: now });
        await store.saveSetting(lastGoodSetting(entry.file), entry.kpi.definition);
      }
      files.push(entry);
      continue;
    }
    const hash = await store.setting(lastGoodSetting(entry.file));
    const kept = hash === null ? null : await store.definition(hash);
    // Another file may have taken its id since.
    if (kept !== null && !definitions.kpis.some((other) => other.id === kept.kpi))
      files.push({ file: entry.file, text: kept.text });
  }
  if (definitions.entries.every(({ kpi }) => kpi !== null)) return definitions;
  // Read together once more: what combines others looks at those that are measured.
  const measured = loadCatalogue(files, { digest });
  const kpiOf = new Map(measured.files.map(({ file, kpi }) => [file, kpi]));
  const entries = definitions.entries.map((entry): CatalogueEntry => {
    const kpi = kpiOf.get(entry.file) ?? null;
    return entry.kpi !== null || kpi === null ? entry : { ...entry, kpi, words: definitionWords(kpi), isLastGood: true };
  });
  return { ...definitions, entries, kpis: [...measured.kpis.values()] };
}
