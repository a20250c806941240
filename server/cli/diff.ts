import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';

import { readDefinitions, type Definitions } from '../jobs/definitions.ts';
import { diffOf, meansTheSame, type KpiDiff, type ScopeDiff, type Version } from '../jobs/diff.ts';
import { scopesFor } from '../jobs/measure-plan.ts';
import { scopeOf } from '../jobs/scope.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { formatProblem, type Problem } from '../kpi/problem.ts';
import { digest, openReader, readSources } from '../main.ts';
import { noSuchKpi } from './known.ts';
import { plural, tableOf, wrap } from './table.ts';
import { CannotRun, type Verb } from './terminal.ts';

const ITEMS_SHOWN = 10;

export const diff: Verb = {
  name: 'diff',
  usage: 'diff [KPI …] [--against DIR] [--scope SCOPE | --all-scopes]',
  summary:
    'Shows what changed definitions do to the last 12 weeks and 12 months, with the items that move. Exits with 1 if anything changes.',
  flags: {
    against: {
      type: 'string',
      help: 'KPI files to compare with, instead of what was measured last: git worktree add ../on-main main gives ../on-main/kpis',
    },
    scope: { type: 'string', help: 'organisation, team:ID or service:ID (organisation)' },
    'all-scopes': { type: 'boolean', help: 'The organisation, every team and every service' },
  },
  positionals: { least: 0, most: 1000 },
  async run({ terminal, config, positionals, flag, isSet, isJson }) {
    if (isSet('all-scopes') && flag('scope') !== undefined)
      throw new CannotRun('--scope and --all-scopes exclude each other; write one of them.');
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const { organisation } = read;
    if (organisation === null)
      throw new CannotRun(`${config.kpiFolder} cannot be used:\n${read.settingsProblems.map(formatProblem).join('\n')}`);
    const other = flag('against');
    const against = other === undefined ? null : definitionsIn(other);
    const scope = scopeOf(flag('scope') ?? 'organisation', organisation);
    const { world, measured } = await openReader(config, terminal.clock, { organisation, sources: read.sources });

    const older = against?.kpis ?? measured;
    const changes = changesBetween(older, read, positionals);
    const diffs: KpiDiff[] = [];
    for (const { before, after } of changes.pairs) {
      terminal.progress(`${after.kpi.id} …`);
      const scopes = isSet('all-scopes') ? scopesFor(after.kpi, organisation) : [scope];
      diffs.push(await diffOf({ world, before, after, scopes, signal: new AbortController().signal }));
    }
    const problems = [...(against?.problems ?? []), ...read.entries.flatMap((entry) => entry.problems)];
    const isQuiet = problems.length === 0 && changes.removed.length === 0 && !diffs.some((one) => one.isChanged);
    if (isJson) terminal.out(JSON.stringify({ problems, removed: changes.removed, diffs }, null, 2));
    else {
      for (const problem of problems) terminal.out(formatProblem(problem));
      for (const one of diffs) terminal.out(diffText(one));
      for (const id of changes.removed) terminal.out(`${id}: is no longer defined; its past values stay.\n`);
      terminal.out(closing(changes, diffs, other === undefined ? 'what was measured last' : shownPath(resolve(other))));
    }
    return isQuiet ? 0 : 1;
  },
};

/** The KPIs of another folder. Only their files count: teams, services and calendar are those of the folder at hand. */
function definitionsIn(folder: string): { readonly kpis: readonly Kpi[]; readonly problems: readonly Problem[] } {
  const path = resolve(folder);
  const { kpis, entries } = readDefinitions(path, { digest, readSources });
  if (!existsSync(path) || entries.length === 0)
    throw new CannotRun(
      `There are no KPI files in ${shownPath(path)}. Name a folder that has some, e.g. that of another checkout: git worktree add ../on-main main`,
    );
  return { kpis, problems: entries.flatMap((entry) => entry.problems) };
}

const shownPath = (path: string): string => relative(process.cwd(), path) || '.';

interface Changes {
  /** New and changed definitions; those named, even where they are the same. */
  readonly pairs: readonly { readonly before: Version | null; readonly after: Version }[];
  readonly removed: readonly string[];
}

function changesBetween(older: readonly Kpi[], read: Definitions, named: readonly string[]): Changes {
  const { kpis } = read;
  const old = new Map(older.map((kpi) => [kpi.id, kpi]));
  const unknown = named.find((id) => !old.has(id) && !kpis.some((kpi) => kpi.id === id));
  if (unknown !== undefined) throw noSuchKpi(unknown, read);
  const isAsked = (id: string): boolean => named.length === 0 || named.includes(id);
  const pairs = kpis.flatMap((kpi) => {
    const before = old.get(kpi.id);
    const pair = { before: before === undefined ? null : { kpi: before, kpis: older }, after: { kpi, kpis } };
    const isSame = pair.before !== null && meansTheSame(pair.before, pair.after);
    return isAsked(kpi.id) && (!isSame || named.length > 0) ? [pair] : [];
  });
  // A broken file is told as a problem; its KPI is not gone.
  const broken = new Set(read.entries.flatMap(({ kpi, text }) => (kpi === null ? (/^id:\s*(\S+)/m.exec(text)?.[1] ?? []) : [])));
  const removed = older.flatMap(({ id }) => (isAsked(id) && !broken.has(id) && !kpis.some((kpi) => kpi.id === id) ? [id] : []));
  return { pairs, removed };
}

function diffText({ summary, is, words, scopes }: KpiDiff): string {
  const lines = [wrap(summary)];
  if (is === 'changed' && words.before !== words.after)
    lines.push(wrap(`before: ${words.before ?? ''}`, 88, '  '), wrap(`after: ${words.after}`, 88, '  '));
  if (is === 'new') lines.push(wrap(words.after, 88, '  '));
  for (const scope of scopes) {
    if (is === 'changed' && !scope.isChanged) continue;
    if (scopes.length > 1) lines.push(wrap(scope.summary));
    lines.push(...(is === 'same' ? [] : [indented(periodTable(scope, is === 'new')), ...itemTable(scope)]));
  }
  return `${lines.join('\n')}\n`;
}

/** The periods that change, or all of a new KPI. */
function periodTable({ periods }: ScopeDiff, isNew: boolean): string {
  const shown = periods.filter((period) => (isNew ? period.after.emptiness !== 'before history' : period.isChanged));
  const verdict = (isMet: boolean | null | undefined): string => (isMet === true ? 'met' : isMet === false ? 'missed' : '');
  const table = tableOf(
    isNew ? ['', 'value', 'count', 'target'] : ['', 'before', 'after', 'count', 'in', 'out', 'otherwise', 'target'],
    shown.map(({ period, before, after, moved }) =>
      isNew
        ? [period, after.text, String(after.count), verdict(after.isMet)]
        : [
            period,
            before?.text ?? '',
            after.text,
            before?.count === after.count ? String(after.count) : `${before?.count ?? 0} → ${after.count}`,
            moved === null ? '' : String(moved.enters),
            moved === null ? '' : String(moved.leaves),
            moved === null ? '' : String(moved.changes + moved.leftOutOtherwise),
            before?.isMet === after.isMet
              ? verdict(after.isMet)
              : `${verdict(before?.isMet) || '–'} → ${verdict(after.isMet) || '–'}`,
          ],
    ),
  );
  const rest = periods.length - shown.length;
  return isNew || rest === 0 ? table : `${table}\n${plural(rest, 'other period')} as before.`;
}

/** The items that move in the latest weeks; all kept ones are in --json. */
function itemTable({ periods }: ScopeDiff): string[] {
  const weeks = periods.filter((period) => period.grain === 'week' && (period.moved?.total ?? 0) > 0).toReversed();
  const rows = weeks.flatMap(({ period, moved }) =>
    (moved?.items ?? []).map((item) => [
      period,
      item.title,
      item.how,
      item.before === null ? 'not known' : (item.before.excluded ?? item.before.valueText),
      item.after === null ? 'not known' : (item.after.excluded ?? item.after.valueText),
    ]),
  );
  if (rows.length === 0) return [];
  const total = weeks.reduce((sum, { moved }) => sum + (moved?.total ?? 0), 0);
  const shown = rows.slice(0, ITEMS_SHOWN);
  const table = indented(tableOf(['', 'item', 'moves', 'before', 'after'], shown));
  return total === shown.length
    ? [table]
    : [table, `  … and ${total - shown.length} more in these weeks; --json prints up to 50 of each.`];
}

function closing({ removed }: Changes, diffs: readonly KpiDiff[], against: string): string {
  const changed = diffs.filter((one) => one.is === 'changed').length;
  const fresh = diffs.filter((one) => one.is === 'new').length;
  if (changed + fresh + removed.length === 0)
    return `No definition means anything else than in ${against}.`.replace('in what', 'what');
  const parts = [`${plural(changed, 'definition')} changed`, `${fresh} new`, `${removed.length} removed`];
  return `Against ${against}: ${parts.join(', ')}.`;
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');
