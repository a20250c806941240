import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { everywhere, sameValue } from './support/everywhere.ts';
import { HOUR, LATER, at, item, one } from './support/in-berlin.ts';
import { isIn, meets } from './support/oracle.ts';
import { kpiOf } from './support/plain.ts';

const since = (more: Partial<Kpi> = {}): Kpi => kpiOf({ type: 'since', of: 'incident' }, { countedIn: 'opened', ...more });

describe('time since the last one', () => {
  it.each(['opened', 'restored'])('agrees with looking at every item, counted in %s', (countedIn) => {
    everywhere(
      1500,
      (each) => since({ where: each.where, countedIn }),
      (measured, question) => {
        const asOf = Math.min(question.period.end, question.now + 1000);
        const told = question.items
          .flatMap((each) => {
            const instant = each.instants[countedIn];
            const isKnown = instant !== undefined && instant <= question.now && instant < asOf;
            if (!isKnown || !isIn(question, each, instant) || !meets(question, each, instant)) return [];
            const isCancelled = (each.instants['cancelled'] ?? Infinity) <= question.now;
            const isMerged = each.codes?.['merged_into'] !== undefined;
            const reason = isMerged ? 'merged' : each.numbers?.['planned'] === 1 ? 'planned' : isCancelled ? 'cancelled' : null;
            return [{ uid: each.uid, instant, reason }];
          })
          .sort((left, right) => left.instant - right.instant || (left.uid < right.uid ? -1 : 1));
        const counted = told.filter(({ reason }) => reason === null);
        const [last, before] = [counted.at(-1), counted.at(-2)];
        const left = told.filter(({ reason, instant }) => reason !== null && instant > (last?.instant ?? 0));
        const value = last === undefined ? null : (Math.min(asOf, question.now) - last.instant) / 1000;
        sameValue(measured, value);
        const found = {
          count: measured.count,
          between: measured.also['between'],
          evidence: measured.evidence().map((each) => [each.uid, each.value, each.excluded]),
          left: measured.exclusions.reduce((sum, { count }) => sum + count, 0),
        };
        const between = last === undefined || before === undefined ? null : (last.instant - before.instant) / 1000;
        const expected = {
          count: last === undefined ? 0 : 1,
          between,
          evidence: [
            ...(last === undefined ? [] : [[last.uid, value, null]]),
            ...left.sort((one, other) => (one.uid < other.uid ? -1 : 1)).map(({ uid, reason }) => [uid, null, reason]),
          ],
          left: left.length,
        };
        if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected);
        if (last === undefined && measured.emptiness !== 'none to measure') expect(measured.emptiness).toBe('none to measure');
      },
    );
  });

  const items = {
    incident: [
      item('A', [['opened', '2026-03-02T00:00']], { team: 'payments' }),
      item('B', [['opened', '2026-03-05T00:00']], { team: 'platform' }),
      item('C', [['opened', '2026-03-06T00:00']], { numbers: { planned: 1 } }),
      item('D', [['opened', '2026-03-09T00:00']]),
    ],
  };

  it('ends with the period; the very instant of its end is the next one', () => {
    const found = one(since(), { items, now: LATER }, '2026-W10');
    expect([found.value, found.also, found.exclusions]).toEqual([
      4 * 24 * HOUR,
      { between: 3 * 24 * HOUR },
      [{ reason: 'planned', count: 1 }],
    ]);
    const next = one(since(), { items, now: LATER }, '2026-W11');
    expect([next.value, next.also['between']]).toEqual([7 * 24 * HOUR, 4 * 24 * HOUR]);
  });

  it('runs up to now while the period does', () => {
    expect(one(since(), { items, now: at('2026-03-05T06:00') }, '2026-W10').value).toBe(6 * HOUR);
  });

  it('goes on where nothing happened, however long ago the last one was', () => {
    expect(one(since(), { items, now: LATER }, '2026-W20').value).toBe(10 * 7 * 24 * HOUR - HOUR);
  });

  it('is asked of each scope on its own', () => {
    expect(one(since(), { items, now: LATER }, '2026-W10', 'team:payments').value).toBe(7 * 24 * HOUR);
    expect(one(since(), { items, now: LATER }, '2026-W10', 'team:payments').also).toEqual({ between: null });
    expect(one(since(), { items, now: LATER }, '2026-W10', 'service:checkout').emptiness).toBe('none to measure');
  });

  it('needs a source that knew the end of the period', () => {
    const coverage = { from: at('2026-03-04T00:00'), until: at('2026-03-10T00:00') };
    const of = (period: string) => one(since(), { items, now: LATER, coverage }, period);
    expect([of('2026-W09').emptiness, of('2026-W10').value, of('2026-W11').emptiness]).toEqual([
      'before history',
      4 * 24 * HOUR,
      'no data',
    ]);
  });
});
