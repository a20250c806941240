import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashesOf } from '../../server/event/uid-hash.ts';
import { diffOf, type KpiDiff, type Version } from '../../server/jobs/diff.ts';
import type { Preview } from '../../server/jobs/preview.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { digest, plainWorld, type PlainItem } from '../kpi/support/plain.ts';
import { readAgain } from './made-preview.ts';
import { event, GivenSource, smallHouse, TIME_TO_RESTORE, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const HOUR = 3600;

const SEVERE = TIME_TO_RESTORE.replace('  counted_in', '  where: { severity: [1, 2] }\n  counted_in');

const incident = (id: string, severity: number, opened: string, restored: string | null, resolved: string | null = null) => [
  event('incident', id, opened, { state: 'opened', fields: { team: 'payments', service: 'checkout', severity } }),
  ...(restored === null ? [] : [event('incident', id, restored, { state: 'restored' })]),
  ...(resolved === null ? [] : [event('incident', id, resolved, { state: 'resolved' })]),
];

/** Thursday of week 46; the last complete week is 45, the last complete month October. */
const NOW = '2026-11-12T06:00:00Z';
const INCIDENTS = [
  ...incident('A', 1, '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z', '2026-11-03T13:00:00Z'),
  ...incident('B', 2, '2026-11-04T10:00:00Z', '2026-11-04T20:00:00Z', '2026-11-04T20:00:00Z'),
  ...incident('C', 3, '2026-11-05T10:00:00Z', '2026-11-05T11:00:00Z'),
  ...incident('D', 1, '2026-10-27T10:00:00Z', '2026-10-27T13:00:00Z', '2026-11-02T10:00:00Z'),
  ...incident('E', 2, '2026-11-06T10:00:00Z', null),
];

describe('the difference that a changed definition makes', () => {
  let house: SmallHouse;
  beforeAll(async () => {
    const desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/time-to-restore.yaml': SEVERE }, NOW);
    desk.next = [{ events: INCIDENTS }];
    await house.engine.pull(VIEWER, 'desk');
  });
  afterAll(() => house.close());

  const preview = async (
    text: string,
    scopes: readonly string[] = ['organisation'],
    file: string | null = null,
  ): Promise<Preview> => readAgain(await house.engine.preview(VIEWER, { text, file, scopes }));
  const diff = async (text: string, scopes?: readonly string[], file?: string): Promise<KpiDiff> => {
    const { problems, diff: made } = await preview(text, scopes, file);
    expect(problems).toEqual([]);
    if (made === null) throw new Error('neither problems nor a difference');
    return made;
  };
  const periodOf = (made: KpiDiff, period: string, scope = 'organisation') =>
    made.scopes.find((one) => one.scope === scope)?.periods.find((one) => one.period === period);

  it('is told for 12 complete weeks and 12 complete months of each scope asked about', async () => {
    const made = await diff(SEVERE.replace('[1, 2]', '[1]'), ['organisation', 'team:search']);
    expect(made.scopes.map(({ scope }) => scope)).toEqual(['organisation', 'team:search']);
    for (const { periods } of made.scopes) {
      const ids = periods.map(({ period }) => period);
      expect(ids).toHaveLength(24);
      expect([ids[0], ids[11], ids[12], ids[23]]).toEqual(['2026-W34', '2026-W45', '2025-11', '2026-10']);
    }
  });

  it('moves exactly the items beyond a changed threshold, week by week, and says what it comes to', async () => {
    const made = await diff(SEVERE.replace('[1, 2]', '[1]'));
    expect(made).toMatchObject({ kpi: 'time-to-restore', is: 'changed', isChanged: true, withheld: null });
    expect(periodOf(made, '2026-W45')).toMatchObject({
      before: { value: 6 * HOUR, text: '6 h', count: 2, exclusions: [{ reason: 'still open', count: 1 }], isMet: false },
      after: { value: 2 * HOUR, text: '2 h', count: 1, exclusions: [], target: 'at most 4 hours', isMet: true },
      isChanged: true,
      moved: {
        total: 2,
        enters: 0,
        leaves: 1,
        changes: 0,
        leftOutOtherwise: 1,
        items: [
          {
            uid: 'desk:incident:B',
            title: 'B',
            how: 'leaves',
            before: { value: 10 * HOUR, valueText: '10 h', excluded: null },
            after: null,
          },
          { uid: 'desk:incident:E', how: 'left out otherwise', before: { value: null, excluded: 'still open' }, after: null },
        ],
      },
    });
    expect(periodOf(made, '2026-W44')).toMatchObject({ isChanged: false, moved: { total: 0, items: [] } });
    expect(made.summary).toBe(
      'time-to-restore: 1 of 12 weeks changes; median from 4.5 h to 2.5 h on average; the target is met in 2 of 2, before in 1 of 2; 1 item leaves, 0 enter.',
    );
  });

  it('names items that come in, those with another value, and those that count in another week', async () => {
    const wider = await diff(SEVERE.replace('[1, 2]', '[1, 2, 3]'));
    expect(periodOf(wider, '2026-W45')?.moved?.items).toMatchObject([{ title: 'C', how: 'enters', before: null }]);
    const longer = await diff(
      SEVERE.replace('to: restored', 'to: resolved').replace('counted_in: restored', 'counted_in: resolved'),
    );
    expect(periodOf(longer, '2026-W45')?.moved?.items.map(({ title, how }) => [title, how])).toEqual([
      ['D', 'enters'],
      ['A', 'changes'],
    ]);
    expect(periodOf(longer, '2026-W44')?.moved?.items).toMatchObject([
      { title: 'D', how: 'leaves', before: { valueText: '3 h' }, after: { excluded: 'still open' } },
    ]);
    expect(longer.summary).toContain('0 items leave, 0 enter, 1 counts in another week.');
  });

  it('is none where only the wording of the file changes', async () => {
    const made = await diff(`# Agreed in November.\n${SEVERE}`, ['organisation', 'team:payments']);
    expect(made).toMatchObject({ is: 'same', isChanged: false });
    expect(made.summary).toBe('time-to-restore: means what it meant before; no number changes.');
    expect(made.scopes.flatMap(({ periods }) => periods.filter(({ isChanged }) => isChanged))).toEqual([]);
    expect(periodOf(made, '2026-W45')).toMatchObject({ before: { value: 6 * HOUR }, after: { value: 6 * HOUR } });
  });

  it('says so where a definition changes and no number does', async () => {
    const made = await diff(SEVERE.replace('better: lower', 'better: higher'));
    expect(made).toMatchObject({ is: 'changed', isChanged: false });
    expect(made.summary).toBe('time-to-restore: it is defined otherwise, but no number of these weeks and months changes.');
  });

  it('is a difference of verdicts where the target alone changes', async () => {
    const made = await diff(SEVERE.replace('4 hours', '6 hours'));
    expect(made.isChanged).toBe(true);
    expect(periodOf(made, '2026-W45')).toMatchObject({ isChanged: true, before: { isMet: false }, after: { isMet: true } });
    expect(made.summary).toContain('the target is met in 2 of 2, before in 1 of 2');
  });

  it('of a KPI that was never measured is what it would have said', async () => {
    const made = await diff(SEVERE.replace('id: time-to-restore', 'id: time-to-recover'));
    expect(made).toMatchObject({ is: 'new', isChanged: true, words: { before: null } });
    expect(periodOf(made, '2026-W45')).toMatchObject({ before: null, after: { value: 6 * HOUR }, moved: null });
    expect(made.summary).toMatch(/^time-to-recover: is new; 2 of 12 weeks have a value; median 4.5 h on average/);
  });

  it('of a file whose id changes is taken against what that file said', async () => {
    const text = SEVERE.replace('id: time-to-restore', 'id: time-to-recover').replace('[1, 2]', '[1]');
    const made = await diff(text, ['organisation'], 'incidents/time-to-restore.yaml');
    expect(made).toMatchObject({ kpi: 'time-to-recover', is: 'changed' });
    expect(periodOf(made, '2026-W45')?.moved?.leaves).toBe(1);
  });

  it('compares numbers of different kinds in the words of each', async () => {
    const count = SEVERE.replace(/measure:[^]*?targets:/, 'measure:\n  count: { of: incidents }\ntargets:').replace(
      '4 hours',
      '3',
    );
    const made = await diff(count);
    expect(periodOf(made, '2026-W45')).toMatchObject({ before: { text: '6 h' }, after: { value: 4, text: '4' } });
    expect(made.summary).toContain('from median 4.5 h to count 2.5 on average');
  });

  it('names every fault of a broken file, with its place, in place of a difference', async () => {
    const { problems, diff: made } = await preview(SEVERE.replace('better: lower', 'beter: lower').replace('[1, 2]', '[1, 9]'));
    expect(made).toBeNull();
    expect(problems.map(({ line, path }) => [line, path])).toEqual([
      [1, 'better'],
      [8, 'beter'],
      [11, 'measure.where.severity.1'],
    ]);
    expect(problems.every(({ file, line }) => file === '(preview)' && line > 0)).toBe(true);
  });

  it('knows fields by the name that they have now', async () => {
    const { problems } = await preview(SEVERE.replace('severity:', 'priority:'));
    expect(problems).toMatchObject([{ line: 11, message: expect.stringMatching(/priority/) as unknown }]);
  });

  it('checks what a combination is made of', async () => {
    const combined = SEVERE.replace('id: time-to-restore', 'id: sum').replace(
      /measure:[^]*?targets:[^]*?\n(?=settles)/,
      'measure: { combine: { sum: [time-to-restore, time-to-rest] } }\n',
    );
    expect((await preview(combined)).problems).toMatchObject([
      { path: 'measure.combine.sum.1', message: "there is no KPI 'time-to-rest'" },
    ]);
    const circle = combined.replace('id: sum', 'id: time-to-restore').replace('time-to-rest]', 'time-to-restore]');
    expect((await preview(circle)).problems[0]?.message).toBe('it is made of itself: time-to-restore -> time-to-restore');
    const twice = await diff(combined.replace('time-to-rest]', 'time-to-restore]'));
    expect(periodOf(twice, '2026-W45')?.after).toMatchObject({ value: 12 * HOUR, count: 4 });
  });

  it('is refused for a scope that does not exist, and while another is being made', async () => {
    await expect(preview(SEVERE, ['team:nobody'])).rejects.toThrow('There is no team "nobody"');
    const first = preview(SEVERE);
    await expect(preview(SEVERE)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await first).diff?.is).toBe('same');
    expect((await preview(SEVERE)).diff?.is).toBe('same');
  });

  it('stores nothing', async () => {
    const before = JSON.stringify([await house.store.lastRun(), house.engine.catalogue(VIEWER).map(({ text }) => text)]);
    await diff(SEVERE.replace('[1, 2]', '[1]'));
    expect(JSON.stringify([await house.store.lastRun(), house.engine.catalogue(VIEWER).map(({ text }) => text)])).toBe(before);
    expect(await house.store.definition(digest(SEVERE.replace('[1, 2]', '[1]')))).toBeNull();
  });
});

describe('moved items', () => {
  const NOW_MS = Date.parse('2026-06-10T00:00:00Z');
  const DAY = 86_400_000;

  const version = (measure: string, where: string): Version => {
    const text = TIME_TO_RESTORE.replace(
      /measure:[^]*?targets:[^]*?\n(?=settles)/,
      `measure:\n  ${measure}\n  where: ${where}\n`,
    );
    const { kpi, problems } = parseKpi(text, 'drawn.yaml', { digest });
    if (kpi === null) throw new Error(problems.map(({ message }) => message).join('; '));
    return { kpi, kpis: [kpi] };
  };
  const MEASURES = [
    'duration: { of: incidents, from: opened, to: restored }\n  summarise: median',
    'duration: { of: incidents, from: opened, to: acknowledged }\n  summarise: mean',
    'count: { of: incidents }',
    'depth: { of: incidents }',
    'age: { of: incidents }\n  summarise: median',
  ];
  const WHERES = [
    '{ severity: [1, 2] }',
    '{ severity: { at_least: 2 } }',
    '{ team: payments }',
    '{ planned: false }',
    '{ severity: [1, 2, 3] }',
  ];
  const drawnVersion = fc
    .tuple(fc.constantFrom(...MEASURES), fc.constantFrom(...WHERES))
    .map(([measure, where]) => version(measure, where));

  const drawnItem = fc.record({
    opened: fc.integer({ min: 1, max: 380 }),
    acknowledged: fc.option(fc.integer({ min: 0, max: 20 })),
    restored: fc.option(fc.integer({ min: -1, max: 40 })),
    severity: fc.integer({ min: 1, max: 4 }),
    planned: fc.constantFrom(0, 0, 0, 1),
    team: fc.constantFrom('payments', 'platform', undefined),
    service: fc.constantFrom('checkout', 'search', undefined),
  });
  const itemOf = (drawn: typeof drawnItem extends fc.Arbitrary<infer T> ? T : never, index: number): PlainItem => {
    const opened = NOW_MS - drawn.opened * DAY;
    const at = (days: number | null): number | null =>
      days === null || opened + days * DAY > NOW_MS ? null : opened + days * DAY;
    const [acknowledged, restored] = [at(drawn.acknowledged), at(drawn.restored)];
    return {
      uid: `demo:incident:${String(index).padStart(3, '0')}`,
      instants: {
        opened,
        ...(acknowledged === null ? {} : { acknowledged }),
        ...(restored === null ? {} : { restored, resolved: restored }),
      },
      numbers: { severity: drawn.severity, planned: drawn.planned },
      stretches: [
        { from: opened, state: 'opened', team: drawn.team, service: drawn.service },
        ...(restored === null || restored < opened
          ? []
          : [{ from: restored, state: 'resolved' as const, team: drawn.team, service: drawn.service }]),
      ],
    };
  };

  it('explain every difference of counts, whatever changes, in every scope and period', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(drawnItem, { maxLength: 60 }), drawnVersion, drawnVersion, async (drawn, before, after) => {
        const world = plainWorld({ items: { incident: drawn.map(itemOf) }, now: NOW_MS });
        const scopes = ['organisation', 'team:payments', 'service:search'] as const;
        const made = await diffOf({ world, before, after, scopes, signal: new AbortController().signal });
        for (const { periods } of made.scopes) {
          for (const { before: was, after: is, moved, isChanged } of periods) {
            if (was === null || moved === null) throw new Error('a period was not compared');
            expect(moved.enters - moved.leaves).toBe(is.count - was.count);
            expect(moved.enters + moved.leaves + moved.changes + moved.leftOutOtherwise).toBe(moved.total);
            expect(moved.items).toHaveLength(Math.min(50, moved.total));
            if (moved.total > 0 || was.value !== is.value) expect(isChanged).toBe(true);
            if (moved.total === 0) expect([is.count, is.exclusions]).toEqual([was.count, was.exclusions]);
            if (moved.total > 0) seen += 1;
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('are kept up to 50 of a period, and counted whole', async () => {
    const items = Array.from({ length: 70 }, (_, index) =>
      itemOf({ opened: 10, acknowledged: 0, restored: 1, severity: 3, planned: 0, team: 'payments', service: 'checkout' }, index),
    );
    const world = plainWorld({ items: { incident: items }, now: NOW_MS });
    const before = version(MEASURES[2] ?? '', '{ severity: [1, 2] }');
    const after = version(MEASURES[2] ?? '', '{ severity: [1, 2, 3] }');
    const made = await diffOf({ world, before, after, scopes: ['organisation'], signal: new AbortController().signal });
    const moved = made.scopes[0]?.periods.find(({ period }) => period === '2026-W22')?.moved;
    expect(moved).toMatchObject({ total: 70, enters: 70 });
    expect(moved?.items).toHaveLength(50);
    expect(made.summary).toContain('0 items leave, 70 enter');
  });

  it('are looked for only where value, count or digest differ', async () => {
    const drawn = { acknowledged: null, planned: 0, team: 'payments', service: 'checkout' } as const;
    const items = [
      itemOf({ ...drawn, opened: 10, restored: 1, severity: 1 }, 0),
      itemOf({ ...drawn, opened: 11, restored: null, severity: 2 }, 1),
    ];
    const world = plainWorld({ items: { incident: items }, now: NOW_MS });
    const columns = world.columns('incident');
    let asked = 0;
    const counting = {
      ...columns,
      hashes: hashesOf(columns),
      uids: {
        length: columns.length,
        at(row: number) {
          asked += 1;
          return columns.uids.at(row);
        },
      },
    };
    const total = async (where: string): Promise<number | undefined> => {
      const { scopes } = await diffOf({
        world: { ...world, columns: () => counting },
        before: version(MEASURES[0] ?? '', '{ severity: [1, 2] }'),
        after: version(MEASURES[0] ?? '', where),
        scopes: ['organisation'],
        signal: new AbortController().signal,
      });
      return scopes[0]?.periods.find(({ period }) => period === '2026-W22')?.moved?.total;
    };
    expect(await total('{ severity: [2, 1] }')).toBe(0);
    expect(asked).toBe(0);
    expect(await total('{ severity: [1] }')).toBe(1);
    expect(asked).toBeGreaterThan(0);
  });

  it('are given up where the time is up', async () => {
    const world = plainWorld({ items: { incident: [] }, now: NOW_MS });
    const one = version(MEASURES[0] ?? '', '{ severity: [1, 2] }');
    await expect(
      diffOf({ world, before: null, after: one, scopes: ['organisation'], signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/took too long/) as unknown,
    });
  });
});
