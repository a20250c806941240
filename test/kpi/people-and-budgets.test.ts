import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Sample } from '../../server/event/event.ts';
import type { Kind } from '../../server/event/kinds.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { worldOf } from '../../server/kpi/world-of.ts';
import { gini, giniByChance } from '../../server/stats/gini.ts';
import { parsePeriod } from '../../server/time/calendar.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-12-31T12:00:00Z');

const { organisation } = parseOrganisation(
  `version: organisation/v1
name: People
zone: Europe/Berlin
teams:
  payments: { name: Payments }
  search: { name: Search }
`,
  'organisation.yaml',
);
if (organisation === null) throw new Error('no organisation');
const house = organisation;

const kpiOf = (measure: string, more = '') => {
  const { kpi, problems } = parseKpi(
    `version: kpi/v1
id: one
name: One
question: How is it?
section: On-call
role: outcome
owner: Service Operations
better: lower
measure:
${measure}
${more}`,
    'one.yaml',
    { digest: (text) => text.slice(0, 9) },
  );
  if (kpi === null) throw new Error(JSON.stringify(problems));
  return kpi;
};

let keys = 0;
const fact = (kind: Kind, item: string, at: number, fields: Event['fields']): Event => {
  keys += 1;
  return {
    kind,
    source: 'desk',
    item,
    key: `k${keys}`,
    effectiveAt: at,
    sequence: 0,
    origin: 'native',
    state: null,
    fields,
    supersedes: null,
    slot: null,
  };
};

const measure = (
  kpi: ReturnType<typeof kpiOf>,
  period: string,
  events: readonly Event[],
  samples: readonly Sample[] = [],
  scope: Scope = 'organisation',
  now = NOW,
) => {
  const parsed = parsePeriod(house.calendar, period);
  if (parsed === null) throw new Error(`no period ${period}`);
  const world = worldOf({ organisation: house, events, samples, kpis: [kpi], now, digest: (text) => text });
  const [made] = evaluate(kpi, world, [scope], [parsed]);
  if (made === undefined) throw new Error('nothing was evaluated');
  return made;
};

describe('an error budget', () => {
  const kpi = kpiOf('  budget: { good: good, valid: valid, objective: 99%, over: 28 days }');
  const end = Date.parse('2026-11-15T23:00:00Z');
  const days = (series: string, value: (back: number) => number | null, count = 28): Sample[] =>
    Array.from({ length: count * 24 }, (_, index) => ({ index, value: value(Math.floor(index / 24)) })).flatMap(
      ({ index, value: own }) =>
        own === null
          ? []
          : [{ source: 'desk', series, dimensions: '', statistic: 'sum', at: end - (index + 1) * HOUR, value: own }],
    );

  it('is what is left of the bad events that the objective allows, over its days up to the period’s end', () => {
    const samples = [...days('valid', () => 1000, 60), ...days('good', (back) => (back === 3 ? 900 : 1000), 60)];
    const made = measure(kpi, '2026-W46', [], samples);
    // The clocks went back within these 28 days: 673 hours of 1,000, 1% of which may go wrong.
    expect(made.value).toBeCloseTo(1 - 2400 / 6730, 12);
    expect(made.also).toMatchObject({ good: 670_600, valid: 673_000, coverage: 1 });
    expect(made.evidence()).toHaveLength(made.count);
  });

  it('is below 0 when it is overspent, and forgets what lies before its days', () => {
    const bad = (day: number) => [...days('valid', () => 1000, 60), ...days('good', (back) => (back === day ? 0 : 1000), 60)];
    expect(measure(kpi, '2026-W46', [], bad(27)).value).toBeCloseTo(1 - 24_000 / 6730, 12);
    expect(measure(kpi, '2026-W46', [], bad(29)).value).toBe(1);
  });

  it('is not told from less than all of its days: neither with a gap, nor before they are over, nor of one series alone', () => {
    const good = days('good', () => 1000, 60);
    const gap = days('valid', (back) => (back === 9 ? null : 1000), 60);
    expect(measure(kpi, '2026-W46', [], [...good, ...gap])).toMatchObject({ value: null, emptiness: 'no data' });
    const young = [...days('good', () => 1000, 20), ...days('valid', () => 1000, 20)];
    expect(measure(kpi, '2026-W46', [], young)).toMatchObject({ value: null, emptiness: 'no data' });
    expect(measure(kpi, '2026-W46', [], good)).toMatchObject({ value: null, emptiness: 'no data' });
  });

  it('has no denominator where nothing was asked for', () => {
    const samples = [...days('valid', () => 0, 40), ...days('good', () => 0, 40)];
    expect(measure(kpi, '2026-W46', [], samples)).toMatchObject({ value: null, emptiness: 'no denominator' });
  });
});

describe('what people answered', () => {
  const kpi = kpiOf('  score: { of: feedback, instrument: shift }', 'also_show: [distribution, median]\n');
  const start = Date.parse('2026-10-05T08:00:00Z');
  const asked = (person: number, score: number | null, more: Event['fields'] = {}): Event[] => [
    fact('feedback', `F${person}`, start + person * DAY, {
      instrument: 'shift',
      responder: `r${person}`,
      invited: 1,
      team: 'payments',
      ...more,
    }),
    ...(score === null
      ? []
      : [fact('feedback', `F${person}`, start + person * DAY + HOUR, { answered: start + person * DAY + HOUR, score })]),
  ];
  const answers = (scores: readonly (number | null)[]) => scores.flatMap((score, person) => asked(person, score));

  it('is the mean of a month’s answers, beside the share of those asked who answered and how the scores fell', () => {
    const made = measure(kpi, '2026-10', answers([5, 4, 4, 2, 5, null, null]));
    expect(made).toMatchObject({ value: 4, count: 5, exclusions: [{ reason: 'not answered', count: 2 }] });
    expect(made.also).toEqual({
      'response rate': 5 / 7,
      median: 4,
      'scored 1': 0,
      'scored 2': 1,
      'scored 3': 0,
      'scored 4': 2,
      'scored 5': 2,
    });
    expect(made.evidence()).toEqual([]);
  });

  it('is hidden under five people, by the week, and before its month is over', () => {
    expect(measure(kpi, '2026-10', answers([5, 4, 4, 2]))).toMatchObject({ emptiness: 'hidden' });
    const enough = answers([5, 4, 4, 2, 5, 5]);
    expect(measure(kpi, '2026-W41', enough)).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-10', enough, [], 'organisation', Date.parse('2026-10-20T00:00:00Z'))).toMatchObject({
      emptiness: 'hidden',
    });
    expect(measure(kpi, '2026-10', enough, [], 'team:payments')).toMatchObject({ count: 6 });
  });

  it('counts no other instrument, and those a round asks together as one round', () => {
    const other = asked(9, 1, { instrument: 'retrospective' });
    const round = fact('feedback', 'ROUND', start, { instrument: 'shift', invited: 20 });
    const made = measure(kpi, '2026-10', [...answers([5, 5, 5, 5, 5]), ...other, round]);
    expect(made).toMatchObject({ value: 5, count: 5 });
    expect(made.also['response rate']).toBe(5 / 20);
  });
});

describe('how a load was spread', () => {
  const kpi = kpiOf('  spread: { of: pages, across: responder }');
  const start = Date.parse('2026-07-06T08:00:00Z');
  const member = (person: number): Event =>
    fact('membership', `M${person}`, start - 90 * DAY, {
      responder: `r${person}`,
      rotation: 'main',
      from: start - 90 * DAY,
      team: 'payments',
    });
  const page = (number: number, person: number | null): Event =>
    fact('page', `P${number}`, start + number * HOUR, {
      ...(person === null ? {} : { responder: `r${person}` }),
      sent: start + number * HOUR,
      team: 'payments',
    });
  const members = (count: number) => Array.from({ length: count }, (_, person) => member(person));

  it('is the Gini coefficient over the whole rotation, those with none included', () => {
    const pages = [0, 0, 0, 1, 1, 2].map((person, number) => page(number, person));
    const made = measure(kpi, '2026-Q3', [...members(6), ...pages]);
    expect(made).toMatchObject({ value: gini([3, 2, 1, 0, 0, 0]), count: 6 });
    expect(made.also).toMatchObject({ people: 6, 'per head': 1, 'top share': 0.5, 'equal chance': giniByChance(6, 6) });
    expect(made.evidence()).toEqual([]);
  });

  it('takes those with a shift where nobody is a member, and tells how evenly their time on call was', () => {
    const shift = (person: number, hours: number): Event =>
      fact('shift', `S${person}`, start, {
        responder: `r${person}`,
        rotation: 'main',
        from: start,
        to: start + hours * HOUR,
        team: 'payments',
      });
    const made = measure(kpi, '2026-Q3', [...[10, 10, 10, 10, 60].map((hours, person) => shift(person, hours)), page(1, 0)]);
    expect(made.also).toMatchObject({ people: 5, 'time on call': gini([10, 10, 10, 10, 60]) });
  });

  it('is shown of five people or more, by the quarter alone, to teams as to the organisation', () => {
    const pages = [0, 1, 2].map((person, number) => page(number, person));
    expect(measure(kpi, '2026-Q3', [...members(4), ...pages])).toMatchObject({ emptiness: 'hidden' });
    const enough = [...members(5), ...pages];
    expect(measure(kpi, '2026-07', enough)).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-W28', enough)).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-Q3', enough, [], 'team:payments')).toMatchObject({ count: 3 });
    expect(measure(kpi, '2026-Q3', enough, [], 'organisation', Date.parse('2026-09-01T00:00:00Z'))).toMatchObject({
      emptiness: 'hidden',
    });
  });

  it('leaves out what fell on nobody who is named, and has nothing to measure without an item', () => {
    const made = measure(kpi, '2026-Q3', [...members(5), page(0, 1), page(1, null)]);
    expect(made).toMatchObject({ count: 1, exclusions: [{ reason: 'nobody named', count: 1 }] });
    expect(measure(kpi, '2026-Q3', members(5))).toMatchObject({ value: null, emptiness: 'none to measure' });
  });
});

describe('the Gini coefficient that chance alone gives', () => {
  it('is the mean over all ways in which items can fall on people', () => {
    for (const [items, people] of [
      [1, 2],
      [2, 2],
      [5, 2],
      [3, 3],
      [4, 3],
      [5, 4],
      [6, 3],
      [2, 7],
    ] as const) {
      let sum = 0;
      const ways = people ** items;
      for (let way = 0; way < ways; way += 1) {
        const counts = new Array<number>(people).fill(0);
        for (let item = 0, rest = way; item < items; item += 1, rest = Math.floor(rest / people)) {
          const person = rest % people;
          counts[person] = (counts[person] ?? 0) + 1;
        }
        sum += gini(counts) ?? 0;
      }
      expect(giniByChance(items, people)).toBeCloseTo(sum / ways, 10);
    }
  });

  it('lies in 0 to 1, falls with more items, and stands many of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 200 }), (items, people) => {
        const expected = giniByChance(items, people);
        expect(expected).toBeGreaterThanOrEqual(0);
        expect(expected).toBeLessThan(1);
        expect(giniByChance(items + 2, people)).toBeLessThanOrEqual(expected + 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});
