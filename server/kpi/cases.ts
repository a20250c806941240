import { Check } from 'typebox/value';
import type { Event, Sample } from '../event/event.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { parsePeriod } from '../time/calendar.ts';
import type { Instant, Period } from '../time/period.ts';
import { eventsOfRow, instantAt, samplesOfRow } from './case-events.ts';
import { CaseListSchema, CaseSchema, type CaseText } from './case-schema.ts';
import { besideType, expectedBeside, expectedValue, shownValue, type Expected } from './case-values.ts';
import type { DocumentPath } from './document.ts';
import { readDocument } from './document.ts';
import { evaluate } from './evaluate.ts';
import type { Kpi } from './kpi.ts';
import type { Measurement } from './measurement.ts';
import { parseOrganisation } from './organisation.ts';
import { formatProblem, type Problem } from './problem.ts';
import { inOrder, readerOf, type Reader } from './reader.ts';
import { checkShape, isRecord } from './shape.ts';
import { worldOf } from './world-of.ts';

export interface CaseResult {
  readonly file: string;
  /** Where the case begins. */
  readonly line: number;
  readonly it: string;
  /** What came out otherwise than expected, each at the line that expected it; empty when the case passes. */
  readonly mismatches: readonly Problem[];
}

export interface CaseRun {
  readonly results: readonly CaseResult[];
  /** What is wrong with the file itself; cases concerned are not run, and have no result. */
  readonly problems: readonly Problem[];
}

export interface CaseContext {
  /** The KPI that the cases stand beside. */
  readonly kpi: Kpi;
  /** All KPIs, for `combine`. */
  readonly kpis: readonly Kpi[];
  readonly digest: (text: string) => string;
}

/** How long after its period a case looks back, unless it says `known_at`: long enough for all to be settled. */
const LOOKING_BACK_MS = 100 * 86_400_000;

/**
 * Runs the cases of one `*.test.yaml`: each builds its own small world and measures one period.
 * Strict: unknown keys, kinds and fields are problems. Never throws for what the file holds.
 */
export const runCases = (text: string, file: string, context: CaseContext): CaseRun => {
  const document = readDocument(text, file);
  const reader = readerOf(document);
  const results: CaseResult[] = [];
  if (document.value === null && document.problems.length > 0) return { results, problems: inOrder(document) };
  checkShape(CaseListSchema, document.value, [], reader.report);
  const titles = new Set<string>();
  for (const [index, written] of (Array.isArray(document.value) ? document.value : []).entries()) {
    if (!Check(CaseSchema, written)) continue;
    if (titles.has(written.it))
      reader.report([index, 'it'], `a second case says '${written.it}'`, 'Say what is different about it');
    titles.add(written.it);
    const before = document.problems.length;
    const measured = measure(reader, written, index, context);
    const wanted = expectations(reader, written, index, context.kpi);
    if (document.problems.length > before || measured === null) continue;
    const mismatches = wanted
      .flatMap((compare) => compare(measured))
      .map((found) => ({ file, ...document.locate(found.path), path: found.path.join('.'), message: found.message, fix: null }));
    results.push({ file, line: document.locate([index]).line, it: written.it, mismatches });
  }
  return { results, problems: inOrder(document) };
};

const measure = (reader: Reader, written: CaseText, index: number, context: CaseContext): Measurement | null => {
  const organisation = organisationOf(reader, written, index, context);
  if (organisation === null) return null;
  const { zone } = organisation.calendar;
  const period = parsePeriod(organisation.calendar, written.period);
  if (period === null) {
    reader.report([index, 'period'], `'${written.period}' is not a period`, 'Write it like 2026-W10, 2026-03, 2026-Q1 or 2026');
    return null;
  }
  const now =
    written.known_at === undefined
      ? period.end + LOOKING_BACK_MS
      : instantAt(reader, written.known_at, [index, 'known_at'], zone);
  if (now === null) return null;
  const events = (written.events ?? []).flatMap((row, at): Event[] =>
    eventsOfRow(reader, row, [index, 'events', at], at, zone, now),
  );
  const samples = (written.samples ?? []).flatMap((row, at): Sample[] => samplesOfRow(reader, row, [index, 'samples', at], zone));
  return evaluated(context, organisation, events, samples, now, scopeOf(written.scope), period);
};

const evaluated = (
  context: CaseContext,
  organisation: Organisation,
  events: readonly Event[],
  samples: readonly Sample[],
  now: Instant,
  scope: Scope,
  period: Period,
): Measurement | null => {
  const world = worldOf({ organisation, events, samples, kpis: context.kpis, now, digest: context.digest });
  return evaluate(context.kpi, world, [scope], [period])[0] ?? null;
};

const scopeOf = (written: string | undefined): Scope => {
  if (written?.startsWith('team:')) return `team:${written.slice(5)}`;
  return written?.startsWith('service:') ? `service:${written.slice(8)}` : 'organisation';
};

/** UTC, weeks from Monday, and every team that the rows name, unless the case says otherwise. */
const organisationOf = (reader: Reader, written: CaseText, index: number, context: CaseContext): Organisation | null => {
  const named = (written.events ?? []).flatMap((row) => (isRecord(row) && typeof row['team'] === 'string' ? [row['team']] : []));
  const scoped = written.scope?.startsWith('team:') ? [written.scope.slice(5)] : [];
  const teams = Object.fromEntries([...new Set([...named, ...scoped, 'a-team'])].map((team) => [team, { name: team }]));
  const own = written.organisation ?? {};
  if (!isRecord(own)) {
    reader.report([index, 'organisation'], 'this is not a group of keys', 'Write it like { zone: Europe/Berlin }');
    return null;
  }
  const text = JSON.stringify({
    version: 'organisation/v1',
    name: context.kpi.name,
    zone: 'UTC',
    ...own,
    teams: isRecord(own['teams']) ? { ...teams, ...own['teams'] } : teams,
  });
  const { organisation, problems } = parseOrganisation(text, reader.file);
  for (const problem of problems) {
    const path: DocumentPath = [
      index,
      'organisation',
      ...problem.path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    ];
    reader.report(path, problem.message, problem.fix ?? '');
  }
  return organisation;
};

interface Mismatch {
  readonly path: DocumentPath;
  readonly message: string;
}
type Compare = (measured: Measurement) => Mismatch[];

/** What the case expects, as comparisons; what cannot be read is reported. */
const expectations = (reader: Reader, written: CaseText, index: number, kpi: Kpi): Compare[] => {
  const { expect } = written;
  const path = [index, 'expect'];
  const compares: Compare[] = [];
  if (Object.keys(expect).length === 0) reader.report(path, 'nothing is expected', "Add 'value:' or 'empty:'");
  if (expect.value !== undefined && expect.empty !== undefined)
    reader.report([...path, 'empty'], "'value' and 'empty' cannot both be", 'Keep one', 'key');
  if (expect.value !== undefined) {
    const { value } = expect;
    const expected = expectedValue(reader, value, [...path, 'value'], kpi.unit);
    if (expected !== null)
      compares.push((measured) =>
        differs([...path, 'value'], value, expected, measured.value, measured.emptiness, kpi.unit.type),
      );
  }
  if (expect.empty !== undefined) {
    const { empty } = expect;
    compares.push(({ value, emptiness }) =>
      emptiness === empty
        ? []
        : [
            {
              path: [...path, 'empty'],
              message: `expected '${empty}', got ${value === null ? `'${String(emptiness)}'` : shownValue(value, kpi.unit.type)}`,
            },
          ],
    );
  }
  if (expect.count !== undefined) {
    const { count } = expect;
    compares.push((measured) =>
      measured.count === count
        ? []
        : [{ path: [...path, 'count'], message: `expected a count of ${count}, got ${measured.count}` }],
    );
  }
  if (expect.excluded !== undefined) compares.push(excludedCompare(expect.excluded, [...path, 'excluded']));
  for (const [name, value] of Object.entries(expect.also ?? {})) {
    const at = [...path, 'also', name];
    const expected = value === null ? null : expectedBeside(reader, value, at);
    compares.push((measured) => {
      if (!Object.hasOwn(measured.also, name)) {
        const shown = Object.keys(measured.also);
        return [
          {
            path: at,
            message: `'${name}' is not shown beside this value${shown.length === 0 ? '' : ` (only ${shown.join(', ')})`}`,
          },
        ];
      }
      return differs(at, value, expected, measured.also[name] ?? null, 'nothing', besideType(value, kpi.unit));
    });
  }
  return compares;
};

const differs = (
  path: DocumentPath,
  written: number | string | null,
  expected: Expected | null,
  value: number | null,
  emptiness: string | null,
  type: Kpi['unit']['type'],
): Mismatch[] => {
  if (value === null && expected === null) return [];
  if (value !== null && expected !== null && Math.abs(value - expected.value) <= expected.tolerance) return [];
  return [
    {
      path,
      message: `expected ${written === null ? 'nothing' : String(written)}, got ${value === null ? `'${String(emptiness)}'` : shownValue(value, type)}`,
    },
  ];
};

const excludedCompare =
  (expected: Readonly<Record<string, number>>, path: DocumentPath): Compare =>
  ({ exclusions }) => {
    const found = new Map(exclusions.map(({ reason, count }) => [reason, count]));
    const missing = Object.entries(expected).flatMap(([reason, count]): Mismatch[] =>
      (found.get(reason) ?? 0) === count
        ? []
        : [{ path: [...path, reason], message: `expected ${count} '${reason}', got ${found.get(reason) ?? 0}` }],
    );
    const extra = exclusions.flatMap(({ reason, count }): Mismatch[] =>
      Object.hasOwn(expected, reason) ? [] : [{ path, message: `${count} '${reason}' left out unexpectedly` }],
    );
    return [...missing, ...extra];
  };

/** A case that failed, as it is printed: its sentence, then each difference with its place. */
export const formatCaseResult = (result: CaseResult): string =>
  [`${result.file}:${result.line}: ${result.it}`, ...result.mismatches.map((mismatch) => `  ${formatProblem(mismatch)}`)].join(
    '\n',
  );
