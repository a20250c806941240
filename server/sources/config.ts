import { dirname } from 'node:path';
import { Cron } from 'croner';
import { readDocument, type DocumentPath } from '../kpi/document.ts';
import type { Problem } from '../kpi/problem.ts';
import { suggestion } from '../kpi/spelling.ts';
import { refuseSecrets } from './secrets.ts';
import { isSection, Settings, textOf, type Report } from './settings.ts';
import type { Source } from './source.ts';

/** What every source has in common, read; `settings` holds the whole entry for the adapter's own part. */
export interface SourceEntry {
  readonly id: string;
  readonly name: string;
  /** Cron expression, or null for on demand. */
  readonly schedule: string | null;
  readonly staleAfterMs: number;
  readonly settings: Settings;
  /** Folder of sources.yaml; paths are relative to it. */
  readonly folder: string;
  /** The sources of the file, this one and those with problems included: id to type. */
  readonly others: ReadonlyMap<string, string | null>;
}

/** One way of getting data. A new one costs a folder with such an object, and one line in main.ts. */
export interface Adapter {
  /** As written in `type:`. */
  readonly type: string;
  /** Settings of its own, beside the common ones; any other is reported before `parse` is called. */
  readonly keys: readonly string[];
  /** Reports what is wrong through `entry.settings`; null where no source can be made of it. */
  parse(entry: SourceEntry): Source | null;
}

const COMMON_KEYS = ['id', 'name', 'type', 'schedule', 'stale_after'];
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const HOUR_MS = 3_600_000;

/** A day and a little, so that a daily pull which runs late is not called stale. */
const STALE_AFTER_SCHEDULED_MS = 26 * HOUR_MS;
/** A week and a day: what somebody imports by hand before a weekly review. */
const STALE_AFTER_BY_HAND_MS = 8 * 24 * HOUR_MS;

/**
 * Reads sources.yaml: all problems at once, and every source that has none. `file` is the path as
 * the user named it; paths inside are relative to its folder. Never throws.
 */
export const parseSources = (
  text: string,
  file: string,
  adapters: readonly Adapter[],
): { sources: Source[]; problems: Problem[] } => {
  const document = readDocument(text, file);
  const problems = [...document.problems];
  const report: Report = (path, message, fix, at = 'value') => {
    const place = at === 'key' ? document.locateKey(path) : document.locate(path);
    problems.push({ file, ...place, path: path.join('.'), message, fix });
  };
  const finish = (sources: Source[]): { sources: Source[]; problems: Problem[] } => ({
    sources,
    problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
  });
  if (document.value === null) return finish([]);
  if (!isSection(document.value)) {
    report([], 'this is not a list of sources', "Start the file with 'version: sources/v1' and 'sources:'");
    return finish([]);
  }

  refuseSecrets(document.value, [], report);
  const root = new Settings(document.value, [], report);
  root.expect(['version', 'sources']);
  if (root.requiredText('version', "Start the file with 'version: sources/v1'") !== null) root.oneOf('version', ['sources/v1']);
  if (!root.has('sources')) root.fault(null, "'sources' is missing", "Write 'sources:' and a list below it");
  const raw = root.raw('sources');
  if (raw === null || (Array.isArray(raw) && raw.length === 0)) return finish([]);

  const sections = root.sections('sources') ?? [];
  const types = new Map(sections.map((settings) => [textOf(settings.raw('id')) ?? '', textOf(settings.raw('type'))]));
  const found: { readonly path: string; readonly source: Source }[] = [];
  const firstOf = new Map<string, DocumentPath>();
  for (const settings of sections) {
    const id = textOf(settings.raw('id'));
    const first = id === null ? undefined : firstOf.get(id);
    if (first !== undefined) {
      settings.fault(
        'id',
        `'${id}' is taken by the source on line ${document.locate(first).line}`,
        'Give each source its own id',
      );
    } else if (id !== null) firstOf.set(id, settings.path);
    const source = readSource(settings, dirname(file), adapters, types);
    if (source !== null) found.push({ path: settings.path.join('.'), source });
  }
  const isSound = (path: string): boolean => !problems.some((problem) => `${problem.path}.`.startsWith(`${path}.`));
  return finish(found.filter(({ path }) => isSound(path)).map(({ source }) => source));
};

const readSource = (
  settings: Settings,
  folder: string,
  adapters: readonly Adapter[],
  others: SourceEntry['others'],
): Source | null => {
  const id = settings.requiredText('id', "Give it a short name that never changes, such as 'id: servicenow'");
  const isSlug = id !== null && SLUG.test(id);
  if (id !== null && !isSlug) {
    settings.fault('id', `'${id}' cannot be an id`, 'Use small letters, digits and dashes: it names the source everywhere');
  }
  const name = settings.text('name') ?? id ?? '';
  const schedule = settings.text('schedule');
  if (schedule !== null) checkSchedule(settings, schedule);
  const staleAfterMs =
    settings.duration('stale_after') ?? (schedule === null ? STALE_AFTER_BY_HAND_MS : STALE_AFTER_SCHEDULED_MS);

  const types = adapters.map((adapter) => adapter.type);
  const type = settings.requiredText('type', `Say how it is read: ${types.join(', ')}`);
  const adapter = adapters.find((candidate) => candidate.type === type);
  if (adapter === undefined) {
    if (type !== null) settings.fault('type', `there is no kind of source called '${type}'`, suggestion(type, types));
    return null;
  }
  settings.expect([...COMMON_KEYS, ...adapter.keys]);
  const source = adapter.parse({ id: id ?? '', name, schedule, staleAfterMs, settings, folder, others });
  return isSlug ? source : null;
};

const checkSchedule = (settings: Settings, schedule: string): void => {
  const fix = "Write a cron expression such as '15 * * * *' (a quarter past every hour) or '0 6 * * 1' (Mondays at 6)";
  try {
    if (new Cron(schedule, { paused: true }).nextRun() === null) settings.fault('schedule', `'${schedule}' never comes`, fix);
  } catch {
    settings.fault('schedule', `'${schedule}' is not a schedule`, fix);
  }
};
