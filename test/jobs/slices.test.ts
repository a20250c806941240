import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slicesOf, type Slices } from '../../server/jobs/slices.ts';
import type { Scope } from '../../server/event/organisation.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import { kpiOf, ORGANISATION, plainWorld, type PlainItem } from '../kpi/support/plain.ts';

const NOW = Date.parse('2026-06-10T00:00:00Z');
const DAY = 86_400_000;

interface Drawn {
  readonly opened: number;
  readonly type?: string | undefined;
  readonly severity?: number | undefined;
  readonly team?: string | undefined;
  readonly service?: string | undefined;
}
const ticket = ({ opened, type, severity, team, service }: Drawn, index: number): PlainItem => ({
  uid: `demo:ticket:${String(index).padStart(3, '0')}`,
  instants: { opened: NOW - opened * DAY, resolved: NOW - opened * DAY + 3_600_000 * (1 + (index % 7)) },
  codes: type === undefined ? {} : { type },
  numbers: severity === undefined ? {} : { severity },
  stretches: [{ from: NOW - opened * DAY, state: 'opened', team, service }],
});
const arrivals = kpiOf({ type: 'count', of: 'ticket', per: null }, { id: 'arrivals', countedIn: 'opened' });

const cut = (kpi: Kpi, items: readonly Drawn[], by: string, scope: Scope = 'organisation', weeks = 12): Promise<Slices> =>
  slicesOf({
    world: plainWorld({ items: { ticket: items.map(ticket) }, now: NOW }),
    kpis: [kpi],
    signal: new AbortController().signal,
    asked: { kpi: kpi.id, by, scope, periods: { weeks } },
  });
const counts = ({ slices }: Slices): [string, number][] => slices.map(({ label, count }) => [label, count]);

describe('slices of a number', () => {
  it('stand beside each other, the most frequent first, each with its own weeks; what is not set apart', async () => {
    const items: Drawn[] = [
      { opened: 5, type: 'defect' },
      { opened: 6, type: 'question' },
      { opened: 12, type: 'question' },
      { opened: 13 },
      { opened: 300, type: 'question' },
    ];
    const made = await cut(arrivals, items, 'type');
    expect(counts(made)).toEqual([
      ['question', 2],
      ['defect', 1],
      ['not set', 1],
    ]);
    expect(made.periods.map(({ period }) => period).slice(-2)).toEqual(['2026-W22', '2026-W23']);
    expect(made.slices[0]?.readings.slice(-2)).toEqual([
      { value: 1, emptiness: null, text: '1', count: 1 },
      { value: 1, emptiness: null, text: '1', count: 1 },
    ]);
    expect(made.slices[1]?.readings.at(-2)).toMatchObject({ value: null, emptiness: 'none to measure' });
  });

  it('fold what is beyond the twelfth value', async () => {
    const items = Array.from({ length: 15 }, (_, value) =>
      Array.from({ length: 20 - value }, (): Drawn => ({ opened: 5, type: `type ${String(value).padStart(2, '0')}` })),
    ).flat();
    const made = await cut(arrivals, [...items, { opened: 5 }], 'type', 'organisation', 1);
    expect(made.slices).toHaveLength(14);
    expect(counts(made).slice(-3)).toEqual([
      ['type 11', 9],
      ['not set', 1],
      ['3 others', 8 + 7 + 6],
    ]);
  });

  it('name only what occurs in the scope and the periods asked about', async () => {
    const items: Drawn[] = [
      { opened: 5, team: 'payments', service: 'checkout', type: 'defect' },
      { opened: 5, team: 'platform', service: 'attic', type: 'question' },
      { opened: 200, team: 'payments', service: 'search', type: 'chore' },
    ];
    for (const [by, only] of [
      ['service', 'checkout'],
      ['type', 'defect'],
      ['team', 'payments'],
    ] as const)
      expect(counts(await cut(arrivals, items, by, 'team:payments')), by).toEqual([[only, 1]]);
  });

  it('add up to the whole, by any field, in any scope', async () => {
    const drawn = fc.record({
      opened: fc.integer({ min: 1, max: 120 }),
      type: fc.option(
        fc.integer({ min: 0, max: 20 }).map((type) => `type ${type}`),
        { nil: undefined },
      ),
      severity: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      team: fc.constantFrom('payments', 'platform', 'gone', undefined),
      service: fc.constantFrom('checkout', 'search', 'attic', undefined),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawn, { maxLength: 80 }),
        fc.constantFrom('type', 'severity', 'team', 'service'),
        fc.constantFrom<Scope>('organisation', 'team:payments', 'service:search'),
        async (items, by, scope) => {
          const made = await cut(arrivals, items, by, scope);
          const world = plainWorld({ items: { ticket: items.map(ticket) }, now: NOW });
          made.periods.forEach(({ period: id }, index) => {
            const period = parsePeriod(ORGANISATION.calendar, id);
            if (period === null) throw new Error(id);
            const [whole] = evaluate(arrivals, world, [scope], [period]);
            const sum = made.slices.reduce((total, slice) => total + (slice.readings[index]?.count ?? 0), 0);
            expect(sum, `${by} of ${scope}, ${id}`).toBe(whole?.count);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of a share are shares of the items in the slice', async () => {
    const kpi = kpiOf(
      { type: 'ratio', of: 'ticket', outOf: [] },
      {
        id: 'share',
        countedIn: 'opened',
        where: [{ field: 'severity', condition: { test: 'in', values: [1], negated: false } }],
        unit: { type: 'share', label: '', isTotal: false },
      },
    );
    const items: Drawn[] = [
      { opened: 5, type: 'defect', severity: 1 },
      { opened: 5, type: 'defect', severity: 2 },
      { opened: 5, type: 'question', severity: 1 },
    ];
    const { slices } = await cut(kpi, items, 'type', 'organisation', 1);
    expect(slices.map(({ label, readings }) => [label, readings[0]?.text, readings[0]?.count])).toEqual([
      ['defect', '50%', 2],
      ['question', '100%', 1],
    ]);
  });

  it('of a metric go by the dimensions of its points', async () => {
    const kpi = kpiOf({ type: 'level', series: 'latency', statistic: 'mean' }, { id: 'latency' });
    const at = Array.from({ length: 14 }, (_, index) => NOW - (20 - index) * DAY);
    const world = plainWorld({
      now: NOW,
      series: [
        {
          series: 'latency',
          statistic: 'mean',
          at: Float64Array.from(at.flatMap((one) => [one, one])),
          values: Float64Array.from(at.flatMap(() => [10, 30])),
          dimensions: { dictionary: ['country=DE', 'country=US,tier=gold'], codes: Int32Array.from(at.flatMap(() => [0, 1])) },
        },
      ],
    });
    const asked = { kpi: 'latency', by: 'country', scope: 'organisation', periods: { period: '2026-W22' } } as const;
    const signal = new AbortController().signal;
    const made = await slicesOf({ world, kpis: [kpi], signal, asked });
    expect(made.slices.map(({ label, readings }) => [label, readings[0]?.value])).toEqual([
      ['DE', 10],
      ['US', 30],
    ]);
    const byTier = await slicesOf({ world, kpis: [kpi], signal, asked: { ...asked, by: 'tier' } });
    expect(byTier.slices.map(({ label, readings }) => [label, readings[0]?.value])).toEqual([
      ['gold', 30],
      ['not set', 10],
    ]);
    await expect(slicesOf({ world, kpis: [kpi], signal, asked: { ...asked, by: 'city' } })).rejects.toThrow(
      'latency cannot be cut by "city"; write one of country, tier.',
    );
  });

  it('are refused for what people bore, for combinations, and by what is no list of names', async () => {
    const personal = { ...arrivals, isPersonal: true };
    await expect(cut(personal, [], 'type')).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/five or more/) as unknown,
    });
    const combined = kpiOf({ type: 'combine', operation: 'sum', parts: ['arrivals', 'closures'] }, { id: 'flow' });
    await expect(cut(combined, [], 'type')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/arrivals, closures/) as unknown,
    });
    await expect(cut(arrivals, [], 'responder')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/write one of .*type/) as unknown,
    });
    await expect(cut(arrivals, [], '__proto__')).rejects.toMatchObject({ code: 'invalid' });
    await expect(cut(arrivals, [], 'type', 'team:nobody')).rejects.toMatchObject({ code: 'not-found' });
  });
});
