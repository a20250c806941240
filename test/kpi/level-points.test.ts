import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesColumns } from '../../server/event/columns.ts';
import type { Organisation, Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Where } from '../../server/kpi/kpi.ts';
import { cadenceOf } from '../../server/kpi/level-cadence.ts';
import { pointsOf, type Statistic } from '../../server/kpi/level-points.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import { oracleCadence, oraclePoints } from './support/level-oracle.ts';
import { ORGANISATION, kpiOf, plainWorld } from './support/plain.ts';

const HOUR = 3_600_000;
const { zone } = ORGANISATION.calendar;
/** Ten days in which `search` moves to another team (on the 15th), and ten around summer time (on the 29th). */
const BEGINNINGS = [Date.UTC(2026, 2, 10, 23), Date.UTC(2026, 2, 24, 23)];
const SCOPES: readonly Scope[] = [
  'organisation',
  'team:payments',
  'team:platform',
  'team:nobody',
  'service:checkout',
  'service:search',
  'service:attic',
  'service:nowhere',
];
const DICTIONARY = [
  'service=search',
  '',
  'country=US,service=checkout',
  'country=DE,service=search,team=platform',
  'team=payments',
  'service=attic',
  'service=nowhere',
  'tier',
  'country=US,service=search',
  'country=DE',
];
/** Moves to and fro, so that owners are looked up again and again. */
const RESTLESS: Organisation = {
  ...ORGANISATION,
  services: ORGANISATION.services
    .map((service) =>
      service.id === 'checkout'
        ? {
            ...service,
            owners: [0, 1, 2, 3, 4].map((day) => ({
              team: day % 2 === 0 ? 'payments' : 'platform',
              since: (BEGINNINGS[day % 2] ?? 0) + day * 30 * HOUR,
            })),
          }
        : service,
    )
    .map((service) => ({ ...service, owners: [...service.owners].sort((left, right) => left.since - right.since) })),
};

const code = fc.integer({ min: -1, max: DICTIONARY.length - 1 });
/** Fractions whose sum depends on the order in which they are added up. */
const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 1, max: 1e6 }).map((tenths) => tenths / 10),
  fc.constant(1e16),
);
const instant = fc.oneof(
  fc.integer({ min: 0, max: 240 }).map((hours) => hours * HOUR),
  fc.integer({ min: 0, max: 60 }).map((quarters) => (quarters * HOUR) / 4),
  fc.integer({ min: 0, max: 240 * HOUR }),
);
const midnights = fc.tuple(fc.integer({ min: 0, max: 10 }), code, value);
const columns: fc.Arbitrary<SeriesColumns> = fc
  .tuple(
    fc.constantFrom(...BEGINNINGS),
    fc.oneof(
      fc.array(fc.tuple(instant, code, value), { maxLength: 60, size: 'max' }),
      fc.array(midnights, { maxLength: 40, size: 'max' }),
    ),
    fc.boolean(),
  )
  .map(([beginning, drawn, isDaily]) => {
    const points = drawn.map(([offset, own, of]) => {
      const isDay = isDaily || offset <= 10;
      return { at: isDay ? zone.startOfDay(zone.dayOf(beginning) + (offset % 11)) : beginning + offset, own, of };
    });
    points.sort((left, right) => left.at - right.at);
    return {
      series: 'latency',
      statistic: 'average',
      at: Float64Array.from(points, (point) => point.at),
      values: Float64Array.from(points, (point) => point.of),
      dimensions: { dictionary: DICTIONARY, codes: Int32Array.from(points, (point) => point.own) },
    };
  });
const statistic = fc.constantFrom<Statistic>('mean', 'sum', 'max', 'min', 'first', 'last', 'p50', 'p90');
const where = fc.constantFrom<readonly Where[]>(
  [],
  [],
  [{ field: 'country', condition: { test: 'in', values: ['US'], negated: false } }],
  [{ field: 'country', condition: { test: 'in', values: ['US'], negated: true } }],
  [{ field: 'service', condition: { test: 'matches', pattern: '^s', negated: false } }],
  [{ field: 'tier', condition: { test: 'matches', pattern: '', negated: false } }],
  [
    { field: 'service', condition: { test: 'in', values: ['search', 'checkout'], negated: false } },
    { field: 'during', condition: { test: 'during', during: 'business_hours' } },
  ],
);
const nows = fc.array(fc.tuple(fc.constantFrom(...BEGINNINGS), instant), { minLength: 1, maxLength: 3 });

describe('the points of a scope', () => {
  it('are those that asking every point for every scope finds, whatever was asked before', () => {
    let many = 0;
    fc.assert(
      fc.property(
        columns,
        fc.array(fc.tuple(where, statistic), { minLength: 1, maxLength: 3 }),
        nows,
        fc.constantFrom(ORGANISATION, RESTLESS),
        (drawn, questions, moments, organisation) => {
          for (const [conditions, name] of questions) {
            for (const [beginning, later] of moments) {
              const now = beginning + later;
              for (const scope of SCOPES) {
                const expected = oraclePoints(drawn, conditions, name, organisation, scope, now);
                const points = pointsOf(drawn, conditions, name, organisation, scope, now);
                if (expected.at.length > 1) many += 1;
                expect(points).toEqual({ ...expected, cadence: oracleCadence(expected, zone) });
              }
            }
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(many).toBeGreaterThan(1000);
  });

  it('are made once for all who ask the same of the same columns', () => {
    const drawn: SeriesColumns = {
      series: 'latency',
      statistic: 'average',
      at: Float64Array.of(0, HOUR),
      values: Float64Array.of(1, 2),
      dimensions: { dictionary: [''], codes: Int32Array.of(0, 0) },
    };
    const ask = (from: SeriesColumns, now = HOUR): unknown => pointsOf(from, [], 'mean', ORGANISATION, 'organisation', now);
    expect(ask(drawn)).toBe(ask(drawn, 2 * HOUR));
    expect(ask(drawn)).not.toBe(ask({ ...drawn }));
    expect(ask(drawn, 0)).toMatchObject({ at: Float64Array.of(0) });
    expect(ask(drawn)).toMatchObject({ at: Float64Array.of(0, HOUR) });
  });

  it('are added up in the order of their dimensions, also where hundreds stand together', () => {
    const dictionary = Array.from({ length: 300 }, (_, index) => `host=h${index}`);
    const codes = Int32Array.from(dictionary, (_, index) => (index * 7) % 300);
    const values = Float64Array.from(codes, (each) => 0.1 * ((each * 13) % 97) + (each % 50 === 0 ? 1e15 : 0));
    const drawn: SeriesColumns = {
      series: 'load',
      statistic: 'average',
      at: new Float64Array(300).fill(HOUR),
      values,
      dimensions: { dictionary, codes },
    };
    for (const name of ['sum', 'mean', 'max', 'min', 'first', 'last', 'p90'] as const)
      expect(pointsOf(drawn, [], name, ORGANISATION, 'organisation', HOUR).values).toEqual(
        oraclePoints(drawn, [], name, ORGANISATION, 'organisation', HOUR).values,
      );
  });
});

describe('the cadence', () => {
  it('is the median spacing, with a majority of equal gaps and without', () => {
    const gap = fc.oneof(fc.constant(HOUR), fc.constant(24 * HOUR), fc.integer({ min: 1, max: 5 * HOUR }));
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 12 }), (gaps) => {
        let last = BEGINNINGS[0] ?? 0;
        const at = Float64Array.of(last, ...gaps.map((each) => (last += each)));
        expect(cadenceOf(at, zone)).toEqual(oracleCadence({ at, values: at }, zone));
      }),
      { numRuns: 500 },
    );
  });
});

describe('levels of many scopes and periods', () => {
  it('are those of each scope and period asked for alone, with the same digests', () => {
    const weeks = periodsBetween(ORGANISATION.calendar, 'week', 20_514, 20_550);
    fc.assert(
      fc.property(columns, statistic, where, (drawn, name, conditions) => {
        const kpi = kpiOf({ type: 'level', series: 'latency', statistic: name }, { where: conditions, alsoShow: ['p90'] });
        const shown = (copy: SeriesColumns, scopes: readonly Scope[], periods: typeof weeks): unknown[] =>
          evaluate(kpi, plainWorld({ series: [copy], now: Date.UTC(2026, 5, 1) }), scopes, periods).map((each) => ({
            ...each,
            digest: each.digest,
            evidence: each.evidence(),
          }));
        const alone = SCOPES.flatMap((scope) => weeks.flatMap((week) => shown({ ...drawn }, [scope], [week])));
        expect(shown(drawn, SCOPES, weeks)).toEqual(alone);
      }),
      { numRuns: 60 },
    );
  });
});
