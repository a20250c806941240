import { readdirSync, readFileSync } from 'node:fs';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../server/kpi/document.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { KpiSchema } from '../../server/kpi/schema.ts';
import { checkShape } from '../../server/kpi/shape.ts';

const context = { digest: (text: string) => `hash of ${text.length}` };
const parse = (text: string): { kpi: unknown; problems: string[] } => {
  const { kpi, problems } = parseKpi(text, 'k.yaml', context);
  return { kpi, problems: problems.map(formatProblem) };
};

const EXAMPLE = `version: kpi/v1
id: time-to-restore
name: Time to restore service
also_called: MTTR
question: When customers are hurt, how long until they are well again?
section: Incidents
role: outcome                  # outcome | input (an input is something we control)
owner: Service Operations
better: lower
measure:
  duration: { of: incidents, from: opened, to: restored }
  where: { severity: [1, 2] }
  counted_in: restored
  summarise: median
also_show: [p90, mean]
slice_by: [team, service]
targets:
  - { at_most: 4 hours, every: week, since: 2026-01-01, because: "agreed with product leads" }
baseline: 2025-Q4
when_empty: none to measure    # or zero, where nothing happening is a count of 0
minimum_count: 5               # fewer: shown; judged at the finest grain where 10 of the last 12 periods reach it
settles_after: 3 days
at_risk: { when: [signal against us, target missed twice running], runbook: runbooks/restore.md, escalate_to: Head of Operations }
`;

test('the example of the design becomes an exact definition', () => {
  expect(parse(EXAMPLE)).toEqual({
    problems: [],
    kpi: {
      id: 'time-to-restore',
      name: 'Time to restore service',
      alsoCalled: 'MTTR',
      question: 'When customers are hurt, how long until they are well again?',
      section: 'Incidents',
      role: 'outcome',
      owner: 'Service Operations',
      better: 'lower',
      measure: {
        type: 'duration',
        of: 'incident',
        from: 'opened',
        to: 'restored',
        excluding: [],
        clock: 'wall',
        summarise: 'median',
      },
      where: [{ field: 'severity', condition: { test: 'in', values: [1, 2], negated: false } }],
      countedIn: 'restored',
      alsoShow: ['p90', 'mean'],
      sliceBy: ['team', 'service'],
      targets: [
        {
          direction: 'at_most',
          value: 14_400,
          text: '4 hours',
          every: 'week',
          since: 20_454,
          because: 'agreed with product leads',
        },
      ],
      baseline: '2025-Q4',
      whenEmpty: 'none to measure',
      minimumCount: 5,
      settlesAfterMs: 3 * 86_400_000,
      limitsFrom: null,
      dividers: [],
      atRisk: {
        when: ['signal against us', 'target missed twice running'],
        runbook: 'runbooks/restore.md',
        escalateTo: 'Head of Operations',
      },
      unit: { type: 'duration', label: '', isTotal: false },
      isPersonal: false,
      minimumCoverage: 0,
      definition: `hash of ${EXAMPLE.length}`,
      file: 'k.yaml',
    },
  });
});

const HEAD = `version: kpi/v1
id: x
name: X
question: What?
section: S
role: outcome
owner: O
better: lower
`;
const kpiOf = (rest: string) => {
  const { kpi, problems } = parseKpi(HEAD + rest, 'k.yaml', context);
  expect(problems.map(formatProblem)).toEqual([]);
  if (kpi === null) throw new Error('no KPI');
  return kpi;
};

describe('what a file leaves out', () => {
  test('a count is a total, counted in the moment of its kind, and settles after three days', () => {
    const kpi = kpiOf('measure: { count: { of: deployments } }\n');
    expect(kpi.countedIn).toBe('finished');
    expect(kpi.unit).toEqual({ type: 'count', label: 'deployments', isTotal: true });
    expect([kpi.minimumCount, kpi.settlesAfterMs, kpi.whenEmpty]).toEqual([1, 3 * 86_400_000, 'none to measure']);
  });

  test('its baseline may be any period, fiscal ones too', () => {
    const ids = ['2025', '2025-Q4', '2025-W53', '2025-12', '2025-P12', '2025-W46a', '2025-Q3b'];
    const measure = 'measure: { count: { of: deployments } }\n';
    expect(ids.map((id) => kpiOf(`baseline: '${id}'\n${measure}`).baseline)).toEqual(ids);
    for (const id of ['2025-P13', '2025-P1', '2025-W46-MTD', '2025-W54'])
      expect(parseKpi(`${HEAD}baseline: ${id}\n${measure}`, 'k.yaml', context).problems, id).toHaveLength(1);
  });

  test('a duration is counted in the period in which it ended', () => {
    expect(kpiOf('measure: { duration: { of: tickets, from: opened, to: first_response } }\n').countedIn).toBe('first_response');
  });

  test('what stands at a moment is counted in no other', () => {
    expect(kpiOf('measure: { depth: { of: tickets } }\n').countedIn).toBeNull();
    expect(kpiOf('measure: { age: { of: tickets }, summarise: max }\n').measure).toEqual({
      type: 'age',
      of: 'ticket',
      since: 'first opened',
      summarise: 'max',
    });
  });

  test('a sum must cover all of its period, another statistic stands with what there is', () => {
    const kpi = kpiOf('measure: { level: { series: s, statistic: sum } }\n');
    expect(kpi.minimumCoverage).toBe(1);
    expect(kpiOf('measure: { level: { series: s, statistic: p95 } }\n').minimumCoverage).toBe(0);
    expect(kpi.unit).toEqual({ type: 'number', label: '', isTotal: true });
  });
});

describe('each measure is exact, with what the file leaves out, and knows its unit', () => {
  test.each([
    ['since: { of: incidents }', { type: 'since', of: 'incident' }, 'opened', 'duration', '', false],
    ['since: { of: deployments }', { type: 'since', of: 'deployment' }, 'finished', 'duration', '', false],
    [
      'overlap: { of: incidents, from: impact_started, to: restored, once_per: service }',
      { type: 'overlap', of: 'incident', from: 'impact_started', to: 'restored', oncePer: 'service' },
      null,
      'duration',
      '',
      true,
    ],
    [
      'overlap: { of: shifts, from: from, to: to }',
      { type: 'overlap', of: 'shift', from: 'from', to: 'to', oncePer: null },
      null,
      'duration',
      '',
      true,
    ],
    [
      'budget: { good: a, valid: b, objective: 99.9%, over: 4 weeks }',
      { type: 'budget', good: 'a', valid: 'b', objective: 0.999, overDays: 28 },
      null,
      'share',
      '',
      false,
    ],
    [
      'score: { of: feedback, instrument: shift }',
      { type: 'score', of: 'feedback', instrument: 'shift', summarise: 'mean' },
      'answered',
      'number',
      'of 5',
      false,
    ],
    [
      'score: { of: feedback, instrument: shift }, summarise: median',
      { type: 'score', of: 'feedback', instrument: 'shift', summarise: 'median' },
      'answered',
      'number',
      'of 5',
      false,
    ],
    [
      'spread: { of: disrupted_hours, across: responder }',
      { type: 'spread', of: 'disrupted_hour', across: 'responder', statistic: 'gini' },
      'started',
      'number',
      '',
      false,
    ],
    [
      'spread: { of: nights, across: responder, statistic: top share }',
      { type: 'spread', of: 'night', across: 'responder', statistic: 'top share' },
      'evening',
      'share',
      '',
      false,
    ],
    ['depth: { of: tickets, growth: true }', { type: 'depth', of: 'ticket', growth: true }, null, 'count', 'tickets', true],
    ['depth: { of: tickets }', { type: 'depth', of: 'ticket', growth: false }, null, 'count', 'tickets', false],
  ])('%s', (written, measure, countedIn, type, label, isTotal) => {
    const kpi = kpiOf(`measure: { ${written} }\n`);
    expect([kpi.measure, kpi.countedIn, kpi.unit]).toEqual([measure, countedIn, { type, label, isTotal }]);
  });

  test('time runs on the wall clock unless the file says business hours', () => {
    const clockOf = (clock: string) =>
      kpiOf(`measure: { duration: { of: tickets, from: opened, to: resolved${clock} } }\n`).measure;
    expect([clockOf(''), clockOf(', clock: business_hours')]).toMatchObject([{ clock: 'wall' }, { clock: 'business_hours' }]);
  });

  test('a budget takes both of its series whole, unless the file says otherwise', () => {
    const budget = 'measure: { budget: { good: a, valid: b, objective: 99%, over: 28 days } }\n';
    expect([kpiOf(budget).minimumCoverage, kpiOf(`${budget}coverage: { at_least: 90% }\n`).minimumCoverage]).toEqual([1, 0.9]);
  });

  test.each([
    ['duration: { of: incidents, from: opened, to: restored }', '[time in harm, longest, p90]'],
    ['ratio: { of: deployments, where: { change_failed: true } }', '[up to]'],
    ['depth: { of: tickets, growth: true }', '[arrived, closed]'],
    ['since: { of: incidents }', '[between]'],
    ['budget: { good: a, valid: b, objective: 99%, over: 28 days }', '[spent, good, valid]'],
    ['score: { of: feedback, instrument: shift }', '[response rate, distribution, median]'],
    ['spread: { of: nights, across: responder }', '[people, per head, time on call, equal chance, top share]'],
  ])('%s shows %s', (written, names) => {
    expect(kpiOf(`measure: { ${written} }\nalso_show: ${names}\n`).alsoShow).toEqual(names.slice(1, -1).split(', '));
  });
});

describe('conditions', () => {
  test.each([
    ['severity: 1', { test: 'in', values: [1], negated: false }],
    ['severity: { not: [4, 5] }', { test: 'in', values: [4, 5], negated: true }],
    ['severity: { at_most: 2 }', { test: 'at_most', bound: 2 }],
    ['planned: { not: true }', { test: 'in', values: [true], negated: true }],
    ['cause: 500', { test: 'in', values: ['500'], negated: false }],
    ['cause: { matches: "^net" }', { test: 'matches', pattern: '^net', negated: false }],
    ['cause: { not: { matches: "^net" } }', { test: 'matches', pattern: '^net', negated: true }],
    ['cause: set', { test: 'matches', pattern: '', negated: false }],
    ['merged_into: not set', { test: 'matches', pattern: '', negated: true }],
    ['caused_by.environment: production', { test: 'in', values: ['production'], negated: false }],
    ['working: { at_most: 90 minutes }', { test: 'at_most', bound: 5400 }],
    ['harm: 2 hours', { test: 'at_most', bound: 7200 }],
    ['during: off_hours', { test: 'during', during: 'off_hours' }],
  ])('%s', (written, condition) => {
    expect(kpiOf(`measure: { count: { of: incidents }, where: { ${written} } }\n`).where).toEqual([
      { field: written.slice(0, written.indexOf(':')), condition },
    ]);
  });

  test('what can be due can be overdue', () => {
    expect(kpiOf('measure: { depth: { of: actions }, where: { overdue: true } }\n').where).toEqual([
      { field: 'overdue', condition: { test: 'in', values: [true], negated: false } },
    ]);
  });

  test('a ratio keeps its upper and its lower conditions apart', () => {
    const kpi = kpiOf('measure: { ratio: { of: tickets, where: { within_due: true }, out_of: { type: question } } }\n');
    expect(kpi.where.map(({ field }) => field)).toEqual(['within_due']);
    expect(kpi.measure).toMatchObject({ outOf: [{ field: 'type' }] });
    expect(kpi.unit.type).toBe('share');
  });
});

describe('what people bore or answered is personal', () => {
  test.each([
    ['count: { of: interruptions }', true],
    ['count: { of: nights }, where: { quality: lost }', true],
    ['count: { of: disrupted_hours }', true],
    ['count: { of: shifts }', true],
    ['count: { of: memberships }', true],
    ['count: { of: feedback }', true],
    ['count: { of: pages, per: 12 hours on call }', true],
    ['duration: { of: pages, from: sent, to: answered }', true],
    ['count: { of: pages }, counted_in: answered', true],
    ['count: { of: pages }', false],
    ['ratio: { of: pages, where: { needed_action: false } }', false],
    ['duration: { of: incidents, from: opened, to: acknowledged }', false],
    ['overlap: { of: shifts, from: from, to: to }', true],
    ['overlap: { of: pages, from: sent, to: answered }', true],
    ['overlap: { of: incidents, from: opened, to: restored }', false],
    ['score: { of: feedback, instrument: shift }', true],
    ['spread: { of: pages, across: responder }', true],
    ['since: { of: incidents }', false],
    ['budget: { good: a, valid: b, objective: 99%, over: 28 days }', false],
  ])('%s: %s', (measure, isPersonal) => {
    expect(kpiOf(`measure: { ${measure} }\n`).isPersonal).toBe(isPersonal);
  });
});

describe('what people bore or answered', () => {
  test.each([
    'count: { of: interruptions, per: 12 hours on call }, where: { on_shift: false, severity: { at_most: 2 }, during: nights }',
    'count: { of: pages, per: 12 hours on call }, where: { is_repeat: true, needed_action: { not: true } }',
    'count: { of: nights }, where: { quality: { not: quiet } }',
    'ratio: { of: shifts, where: { over_budget: true }, out_of: { over_budget: [true, false] } }',
    'count: { of: feedback }, where: { instrument: [shift, retrospective] }',
    'count: { of: incidents, per: 12 hours on call }, where: { planned: false }',
    ...['business_hours', 'evenings', 'nights', 'weekends', 'holidays', 'days_off', 'off_hours'].map(
      (hours) => `count: { of: interruptions }, where: { during: ${hours} }`,
    ),
  ])('may be asked for by when it was and what came of it: %s', (measure) => {
    expect(kpiOf(`measure: { ${measure} }\nslice_by: [team]\n`).isPersonal).toBe(true);
  });

  test.each([
    'where: { rotation: search }, out_of: { team: search, severity: 1, zone: Asia/Tokyo }',
    'where: { rotation: not set }, out_of: { team: { not: search }, zone: { matches: "^Asia" } }',
  ])('is not asked for by who it was or where, in any part and said in any way: %s', (parts) => {
    const measure = `measure:\n  ratio: { of: shifts, ${parts} }\n`;
    const { kpi, problems } = parse(`${HEAD}${measure}slice_by: [service, team, rotation]\n`);
    expect(kpi).toBeNull();
    expect(problems.map((problem) => /: ([a-z_0-9.]+): '.+' could single people out/.exec(problem)?.[1])).toEqual([
      'measure.ratio.where.rotation',
      'measure.ratio.out_of.team',
      'measure.ratio.out_of.zone',
      'slice_by.0',
      'slice_by.2',
    ]);
  });

  test('is no matter of alerts: what they did may be asked for by anything', () => {
    expect(
      kpiOf('measure: { count: { of: pages }, where: { team: search, key: disk } }\nslice_by: [service, key]\n').isPersonal,
    ).toBe(false);
  });
});

test('targets come in order of their first day, in the unit of the KPI', () => {
  const kpi = kpiOf(`measure: { ratio: { of: deployments, where: { change_failed: true } } }
targets:
  - { at_most: 5%, every: month, since: 2026-01-01 }
  - { at_most: 12.5%, every: month, since: 2025-01-01 }
`);
  expect(kpi.targets.map(({ value, text }) => [value, text])).toEqual([
    [0.125, '12.5%'],
    [0.05, '5%'],
  ]);
});

test('a where beside a level names dimensions, whatever they are called, as text', () => {
  const kpi = kpiOf(`measure:
  level: { series: page-views, statistic: sum }
  where:
    country: [US, 1, true]
    severity: { not: high }
    opened: { not: { matches: '^a' } }
    service: set
    during: off_hours
`);
  expect([kpi.measure, kpi.countedIn]).toEqual([{ type: 'level', series: 'page-views', statistic: 'sum' }, null]);
  expect(kpi.where).toEqual([
    { field: 'country', condition: { test: 'in', values: ['US', '1', 'true'], negated: false } },
    { field: 'severity', condition: { test: 'in', values: ['high'], negated: true } },
    { field: 'opened', condition: { test: 'matches', pattern: '^a', negated: true } },
    { field: 'service', condition: { test: 'matches', pattern: '', negated: false } },
    { field: 'during', condition: { test: 'during', during: 'off_hours' } },
  ]);
});

test('conditions on dimensions that say nothing are refused, each at its place', () => {
  const where = '{ tier: { at_least: 2 }, host: { like: a }, page: { matches: "(" }, city: [], during: tea_time }';
  const { problems } = parseKpi(`${HEAD}measure: { level: { series: a, statistic: sum }, where: ${where} }\n`, 'k.yaml', context);
  expect(problems.map(({ path }) => path)).toEqual([
    'measure.where.tier.at_least',
    'measure.where.host.like',
    'measure.where.page.matches',
    'measure.where.city',
    'measure.where.during',
  ]);
});

const BAD = new URL('../fixtures/kpi/bad/', import.meta.url);

describe('each fault has its message, its place and its fix', () => {
  test.each(readdirSync(BAD).map((name) => [name.replace('.yaml', '').replaceAll('-', ' '), name]))('%s', (_name, file) => {
    const text = readFileSync(new URL(file, BAD), 'utf8');
    const { kpi, problems } = parseKpi(text, file, context);
    expect(problems.map(formatProblem)).toEqual([`${file}:${text.slice(2, text.indexOf('\n'))}`]);
    expect(kpi).toBeNull();
  });
});

test('all faults of a file are reported at once, in reading order', () => {
  const text = EXAMPLE.replace('better: lower', 'better: lowr')
    .replace('to: restored', 'to: restord')
    .replace('{ severity: [1, 2] }', '{ severty: 1, severity: 9, cause: { matches: "(" } }')
    .replace('[p90, mean]', '[p90, meen]')
    .replace('2026-01-01', '2026-02-30')
    .replace('minimum_count: 5', 'minimum_count: .nan')
    .replace('3 days', 'soon');
  const places = parse(text).problems.map((line) => line.split(': ', 2).join(': '));
  expect(places).toEqual([
    'k.yaml:9:9: better',
    'k.yaml:11:48: measure.duration.to',
    'k.yaml:12:12: measure.where.severty',
    'k.yaml:12:34: measure.where.severity',
    'k.yaml:12:55: measure.where.cause.matches',
    'k.yaml:15:18: also_show.1',
    'k.yaml:18:45: targets.0.since',
    'k.yaml:21:16: minimum_count',
    'k.yaml:22:16: settles_after',
  ]);
});

test('a part that was refused while reading is not reported a second time', () => {
  expect(parse(EXAMPLE.replace('owner: Service Operations', 'owner: *team')).problems).toHaveLength(1);
});

test.each([
  '- a',
  'a',
  '3',
  'null',
  'measure: 3',
  'measure: [duration]',
  'targets: 3\nmeasure: { count: 3, where: [] }',
  'measure: { combine: { sum: 3 } }',
])('a file that is something else altogether is told so: %s', (text) => {
  const { kpi, problems } = parseKpi(text, 'k.yaml', context);
  expect(kpi).toBeNull();
  expect(problems.length).toBeGreaterThan(0);
});

test('the shape in words and the schema agree on what is right', () => {
  for (const name of readdirSync(BAD)) {
    const { value } = readDocument(readFileSync(new URL(name, BAD), 'utf8'), name);
    let said = 0;
    checkShape(KpiSchema, value, [], () => (said += 1));
    expect(`${name} ${said === 0}`).toBe(`${name} ${Check(KpiSchema, value)}`);
  }
});
