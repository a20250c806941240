import { describe, expect, test } from 'vitest';
import { formatCaseResult, runCases, type CaseRun } from '../../server/kpi/cases.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';

const digest = (text: string): string => `${text.length}`;

const kpiOf = (measure: string, more = ''): Kpi => {
  const text = `version: kpi/v1\nid: x\nname: X\nquestion: What?\nsection: S\nrole: outcome\nowner: O\nbetter: lower\nmeasure:\n${measure}${more}`;
  const { kpi, problems } = parseKpi(text, 'x.yaml', { digest });
  if (kpi === null) throw new Error(problems.map(formatProblem).join('\n'));
  return kpi;
};
const RESTORE = kpiOf('  duration: { of: incidents, from: opened, to: restored }\n', 'also_show: [p90]\n');
const LEVEL = kpiOf('  level: { series: s, statistic: mean }\n', 'unit: { type: number, label: ms }\n');

const run = (text: string, kpi = RESTORE): CaseRun => runCases(text, 'x.test.yaml', { kpi, kpis: [kpi], digest });
const problemsOf = (text: string, kpi = RESTORE): string[] => run(text, kpi).problems.map(formatProblem);
const mismatchesOf = (text: string, kpi = RESTORE): string[] => {
  const { results, problems } = run(text, kpi);
  expect(problems.map(formatProblem)).toEqual([]);
  return results.flatMap(({ mismatches }) => mismatches.map(formatProblem));
};

const SIX_HOURS = `- it: uses the last restoration of a reopened incident
  period: 2026-W10
  events:
    - { incident: A, severity: 1, opened: 2026-03-02T10:00Z, restored: 2026-03-02T12:00Z, reopened: 2026-03-02T13:00Z }
    - { incident: A, restored: 2026-03-02T16:00Z }
`;

describe('a case that comes out', () => {
  test('has a result without mismatches', () => {
    expect(run(`${SIX_HOURS}  expect: { value: 6 hours, count: 1, excluded: {}, also: { p90: 6 hours } }\n`)).toEqual({
      problems: [],
      results: [{ file: 'x.test.yaml', line: 1, it: 'uses the last restoration of a reopened incident', mismatches: [] }],
    });
  });

  test('may be met by a value that rounds to what is written with decimals', () => {
    const thirds = kpiOf('  ratio: { of: incidents, where: { severity: 1 } }\n');
    const text = `- it: a third\n  period: 2026-W10\n  events:\n${['A', 'B', 'C'].map((id, index) => `    - { incident: ${id}, severity: ${index + 1}, opened: 2026-03-02T10:00Z }\n`).join('')}`;
    expect(mismatchesOf(`${text}  expect: { value: 33.3% }\n`, thirds)).toEqual([]);
    expect(mismatchesOf(`${text}  expect: { value: 33% }\n`, thirds)).toEqual([
      'x.test.yaml:7:20: 0.expect.value: expected 33%, got 33.3333%',
    ]);
  });

  test('may be of a month, a team, a zone and a moment of knowing', () => {
    expect(
      mismatchesOf(`- it: all of them
  period: 2026-03
  scope: team:payments
  known_at: 2026-03-20
  organisation: { zone: Asia/Tokyo, teams: { payments: { name: Payments } } }
  events:
    - { incident: A, team: payments, opened: 2026-02-28T14:00Z, restored: 2026-02-28T16:00Z }
    - { incident: B, team: payments, opened: 2026-03-01T10:00, restored: 2026-03-01T10:30, recorded: 2026-03-20T00:01 }
    - { incident: C, team: platform, opened: 2026-03-01T10:00, restored: 2026-03-01T11:00 }
    - { incident: C, team: payments, at: 2026-03-02T11:00 }
  expect: { value: 2 hours, count: 1 }
`),
    ).toEqual([]);
  });

  test('may be of a fiscal period, and of what a change of calendar left of a week', () => {
    const events = `  events:
    - { incident: A, opened: 2026-02-27T10:00, restored: 2026-02-27T11:00 }
    - { incident: B, opened: 2026-02-28T10:00, restored: 2026-02-28T13:00 }
    - { incident: C, opened: 2026-03-01T10:00, restored: 2026-03-01T20:00 }
`;
    expect(
      mismatchesOf(`- it: ends its first period on 28 February
  period: 2027-P01
  organisation: { fiscal_year_ends: january, fiscal_pattern: 4-4-5, fiscal_year_end_rule: nearest saturday, week_starts: sunday }
${events}  expect: { value: 2 hours, count: 2 }
- it: ends a week on Friday
  period: 2026-W09a
  organisation: { calendars: [{ since: 2026-02-28, week_starts: saturday }] }
${events}  expect: { value: 1 hour, count: 1 }
`),
    ).toEqual([]);
  });

  test('may be of a metric series, point by point or in rows', () => {
    expect(
      mismatchesOf(
        `- it: means
  period: 2026-W10
  samples:
    - { series: s, from: 2026-03-02T00:00Z, until: 2026-03-09T00:00Z, every: 1 day, value: 3 }
    - { series: s, at: 2026-03-08T00:00Z, value: 10 }
  expect: { value: 4, count: 7 }
`,
        LEVEL,
      ),
    ).toEqual([]);
  });
});

describe('a case that comes out otherwise says so in the unit of the KPI, at the line that expected it', () => {
  test.each([
    ['value: 4 hours', 'value', 'expected 4 hours, got 6 h'],
    ['count: 2', 'count', 'expected a count of 2, got 1'],
    ['empty: none to measure', 'empty', "expected 'none to measure', got 6 h"],
    ['excluded: { merged: 1 }', 'excluded.merged', "expected 1 'merged', got 0"],
    ['also: { p90: 1 hour }', 'also.p90', 'expected 1 hour, got 6 h'],
    ['also: { p90: null }', 'also.p90', 'expected nothing, got 6 h'],
    ['also: { p50: 1 hour }', 'also.p50', "'p50' is not shown beside this value (only p90)"],
  ])('%s', (expected, path, message) => {
    const [mismatch] = mismatchesOf(`${SIX_HOURS}  expect:\n    ${expected}\n`);
    expect(mismatch).toContain(`x.test.yaml:7:`);
    expect(mismatch).toContain(`: 0.expect.${path}: ${message}`);
  });

  test('a value where none was expected, and none where one was', () => {
    const none = '- it: nothing\n  period: 2026-W10\n  events: []\n';
    expect(mismatchesOf(`${none}  expect: { value: 1 hour }\n`)).toEqual([
      "x.test.yaml:4:20: 0.expect.value: expected 1 hour, got 'none to measure'",
    ]);
    expect(mismatchesOf(`${none}  expect: { empty: no data }\n`)).toEqual([
      "x.test.yaml:4:20: 0.expect.empty: expected 'no data', got 'none to measure'",
    ]);
  });

  test('what was left out unexpectedly is named', () => {
    const text = `- it: merged\n  period: 2026-W10\n  events:\n    - { incident: A, opened: 2026-03-02T10:00Z, closed: 2026-03-02T11:00Z, merged_into: B }\n  expect: { excluded: {} }\n`;
    expect(mismatchesOf(text)).toEqual(["x.test.yaml:5:23: 0.expect.excluded: 1 'merged' left out unexpectedly"]);
  });

  test('and is printed with its sentence', () => {
    const [result] = run(`${SIX_HOURS}  expect: { value: 4 hours }\n`).results;
    expect(result && formatCaseResult(result)).toBe(
      'x.test.yaml:1: uses the last restoration of a reopened incident\n  x.test.yaml:6:20: 0.expect.value: expected 4 hours, got 6 h',
    );
  });
});

describe('cases are strict', () => {
  const withRow = (row: string): string => `- it: a\n  period: 2026-W10\n  events:\n    - ${row}\n  expect: { count: 1 }\n`;
  test.each([
    [
      'an unknown key',
      SIX_HOURS + '  expct: { value: 6 hours }\n',
      [
        "x.test.yaml:1:3: 0.expect: 'expect' is missing. Add 'expect:' (what must come out)",
        "x.test.yaml:6:3: 0.expct: unknown key 'expct'. Did you mean 'expect'?",
      ],
    ],
    [
      'nothing expected',
      `${SIX_HOURS}  expect: {}\n`,
      ["x.test.yaml:6:11: 0.expect: nothing is expected. Add 'value:' or 'empty:'"],
    ],
    [
      'a value and an emptiness',
      `${SIX_HOURS}  expect: { value: 6 hours, empty: no data }\n`,
      ["x.test.yaml:6:29: 0.expect.empty: 'value' and 'empty' cannot both be. Keep one"],
    ],
    [
      'a value of another unit',
      `${SIX_HOURS}  expect: { value: 6 }\n`,
      ['x.test.yaml:6:20: 0.expect.value: 6 has no unit, but this KPI is a time. Write it like 6 hours'],
    ],
    [
      'a misspelt emptiness',
      `${SIX_HOURS}  expect: { empty: no dta }\n`,
      [
        "x.test.yaml:6:20: 0.expect.empty: 'no dta' is not one of none to measure, no denominator, no data, before history, hidden. Did you mean 'no data'?",
      ],
    ],
    [
      'a period that is none',
      SIX_HOURS.replace('2026-W10', '2026-W54') + '  expect: { count: 1 }\n',
      ["x.test.yaml:2:11: 0.period: '2026-W54' is not a period. Write it like 2026-W10, 2026-03, 2026-Q1 or 2026"],
    ],
    [
      'an unknown kind',
      withRow('{ incidnet: A, opened: 2026-03-02T10:00Z }'),
      ["x.test.yaml:4:9: 0.events.0.incidnet: a row begins with its kind, not 'incidnet'. Did you mean 'incident'?"],
    ],
    [
      'a derived kind',
      withRow('{ night: A, evening: 2026-03-02T22:00Z }'),
      [
        'x.test.yaml:4:9: 0.events.0.night: a night is worked out, never told. Write the pages, deployments or shifts it comes from',
      ],
    ],
    [
      'an unknown field',
      withRow('{ incident: A, opened: 2026-03-02T10:00Z, severty: 1 }'),
      ["x.test.yaml:4:49: 0.events.0.severty: incidents have no 'severty'. Did you mean 'severity'?"],
    ],
    [
      'a day that does not exist',
      withRow('{ incident: A, opened: 2026-02-30T10:00Z }'),
      [
        "x.test.yaml:4:30: 0.events.0.opened: '2026-02-30T10:00Z' is not a moment that exists. Write it like 2026-03-02T10:00Z, or without Z for local time",
        "x.test.yaml:4:7: 0.events.0: nothing in this row says when. Add a date, or 'at: 2026-03-02T10:00Z' for when it took effect",
      ],
    ],
    [
      'a row without a moment',
      withRow('{ incident: A, severity: 1 }'),
      [
        "x.test.yaml:4:7: 0.events.0: nothing in this row says when. Add a date, or 'at: 2026-03-02T10:00Z' for when it took effect",
      ],
    ],
    [
      'a flag that is none',
      withRow('{ incident: A, opened: 2026-03-02T10:00Z, planned: perhaps }'),
      ['x.test.yaml:4:58: 0.events.0.planned: this is neither true nor false. Write true or false'],
    ],
    [
      'an unknown zone',
      SIX_HOURS + '  organisation: { zone: Berlin }\n  expect: { count: 1 }\n',
      ["x.test.yaml:6:25: 0.organisation.zone: there is no time zone 'Berlin'. Did you mean 'Europe/Berlin'?"],
    ],
    [
      'two cases of one name',
      `${SIX_HOURS}  expect: { count: 1 }\n${SIX_HOURS}  expect: { count: 1 }\n`,
      [
        "x.test.yaml:7:7: 1.it: a second case says 'uses the last restoration of a reopened incident'. Say what is different about it",
      ],
    ],
    [
      'a file without cases',
      '[]',
      ['x.test.yaml:1:1: the list has no items, at least 1 expected. Name at least one, or remove the key'],
    ],
  ])('%s', (_name, text, messages) => {
    expect(problemsOf(text).toSorted()).toEqual(messages.toSorted());
  });

  test('a sample row without a moment', () => {
    expect(
      problemsOf('- it: a\n  period: 2026-W10\n  samples:\n    - { series: s, value: 1 }\n  expect: { value: 1 }\n', LEVEL),
    ).toEqual(["x.test.yaml:4:7: 0.samples.0: nothing says when. Add 'at', or 'from', 'until' and 'every'"]);
  });

  test('a broken case does not keep the others from running', () => {
    const { results, problems } = run(
      `${SIX_HOURS}  expect: {}\n${SIX_HOURS.replace('uses', 'takes')}  expect: { value: 6 hours }\n`,
    );
    expect(problems).toHaveLength(1);
    expect(results).toMatchObject([{ line: 7, mismatches: [] }]);
  });
});
