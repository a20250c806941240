import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { formatCaseResult, runCases } from '../../server/kpi/cases.ts';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import { readDocument } from '../../server/kpi/document.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { kpiJsonSchema } from '../../server/kpi/schema.ts';

const root = fileURLToPath(new URL('../../kpis/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ file: `kpis/${name.replaceAll('\\', '/')}`, text: readFileSync(`${root}${name}`, 'utf8') }));
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
const catalogue = loadCatalogue(files, { digest });
const kpis = [...catalogue.kpis.values()];

test('every file of the pack is a KPI without a problem', () => {
  expect(catalogue.problems.map(formatProblem)).toEqual([]);
  expect(kpis.length).toBe(62);
});

test('the pack covers delivery, incidents, queues, on-call, customers and culture', () => {
  expect([...new Set(kpis.map(({ section }) => section))].toSorted()).toEqual([
    'Culture',
    'Customers',
    'Delivery',
    'Incidents',
    'On-call',
    'Queues',
  ]);
});

/** definitions.md, Standard pack; and what a pack cannot do without: volumes, levels, and the parts of combinations. */
const STANDARD: Readonly<Record<string, readonly string[]>> = {
  delivery: [
    'deployment-frequency',
    'lead-time-for-changes',
    'change-failure-rate',
    'failed-deployment-recovery-time',
    'rework-share',
  ],
  incidents: [
    'incidents',
    'severe-incidents',
    'time-to-detect',
    'time-to-acknowledge',
    'time-to-restore',
    'time-since-severity-1',
    'repeat-incidents',
    'reviews-held-in-time',
    'review-actions-on-time',
    'escalations',
    'escalation-answer-time',
  ],
  queues: [
    'arrivals',
    'closures',
    'backlog-growth',
    'queue-depth',
    'queue-age',
    'oldest-open',
    'first-response',
    'time-to-resolve',
    'resolved-within-agreed-time',
    'reopen-rate',
    'tickets-by-type',
    'share-with-runbook',
    'working-time-with-runbook',
    'working-time-without-runbook',
    'call-volume',
    'request-turnaround',
  ],
  'on-call': [
    'pages',
    'interruptions-per-12h',
    'off-hours-interruptions',
    'broken-nights',
    'lost-nights',
    'disrupted-hours',
    'shifts-over-budget',
    'fairness',
    'time-on-call',
    'rotation-time',
    'share-of-time-on-call',
    'noise',
    'repeat-pages',
    'shift-feeling',
    'shift-rest',
    'shift-pages',
  ],
  customers: [
    'good-requests',
    'valid-requests',
    'availability',
    'error-budget-left',
    'request-latency',
    'customer-satisfaction',
    'customer-impact',
  ],
  culture: [
    'retrospective-participation',
    'retrospective-feedback',
    'game-days',
    'game-day-findings-closed',
    'improvement-actions-open',
    'improvement-actions-overdue',
    'runbook-coverage',
  ],
};

test.each(Object.entries(STANDARD))('the pack holds the whole standard of %s, and nothing that is not in it', (section, ids) => {
  const own = kpis.filter((kpi) => kpi.section.toLowerCase() === section).map(({ id }) => id);
  expect(own.toSorted()).toEqual([...ids].toSorted());
});

test('every KPI has a file of its name, in the folder of its section, with cases beside it', () => {
  for (const { id, section, file } of kpis) {
    expect(file).toBe(`kpis/${section.toLowerCase()}/${id}.yaml`);
    expect(catalogue.cases.map(({ of }) => of)).toContain(file);
  }
});

test('editors accept every file of the pack', () => {
  for (const { file, text } of catalogue.files)
    expect(`${file} ${Check(kpiJsonSchema(), readDocument(text, file).value)}`).toBe(`${file} true`);
});

test('every definition is two to three sentences that need no underscore and no code', () => {
  for (const { file, words } of catalogue.files) {
    expect(`${file}: ${String(words)}`).toMatch(/: [A-Z][^_{}]*\. [A-Z][^_{}]*\. [A-Z][^_{}]*\.$/);
  }
});

test('what people bore is personal, and what alerts did is not', () => {
  const personal = kpis.filter(({ isPersonal }) => isPersonal).map(({ id }) => id);
  expect(personal.toSorted()).toEqual([
    'broken-nights',
    'disrupted-hours',
    'fairness',
    'interruptions-per-12h',
    'lost-nights',
    'off-hours-interruptions',
    'retrospective-feedback',
    'rotation-time',
    'share-of-time-on-call',
    'shift-feeling',
    'shift-pages',
    'shift-rest',
    'shifts-over-budget',
    'time-on-call',
  ]);
});

describe.each(catalogue.cases)('$file', ({ file, text, of }) => {
  const kpi = kpis.find((candidate) => candidate.file === of);
  const { results, problems } = kpi === undefined ? { results: [], problems: [] } : runCases(text, file, { kpi, kpis, digest });

  test('has cases, and all of them are read', () => {
    expect(problems.map(formatProblem)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(2);
  });

  test.each(results.map((result) => [result.it, result] as const))('%s', (_it, result) => {
    expect(result.mismatches.length === 0 ? '' : formatCaseResult(result)).toBe('');
  });
});
