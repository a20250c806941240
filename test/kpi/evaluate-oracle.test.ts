import { describe, expect, it } from 'vitest';
import type { Where } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { everywhere, sameList, sameValue } from './support/everywhere.ts';
import { oracleCount, oracleDuration, oracleOpen, oracleQuantile } from './support/oracle.ts';
import { kpiOf } from './support/plain.ts';

const medianOfEvidence = (measured: Evaluated): number | null => {
  const values = measured
    .evidence()
    .flatMap((each) => (each.value === null ? [] : [each.value]))
    .sort((left, right) => left - right);
  return values.length === 0 ? null : oracleQuantile(values, 0.5);
};

describe('evaluation agrees with the definitions said slowly', () => {
  it.each([
    ['opened', 'restored', 'restored', 1500],
    ['opened', 'restored', 'opened', 700],
    ['opened', 'acknowledged', 'acknowledged', 1000],
    ['opened', 'resolved', 'closed', 500],
  ])('in time from %s to %s, counted in %s', (from, to, countedIn, runs) => {
    everywhere(
      runs,
      (each) =>
        kpiOf(
          { type: 'duration', of: 'incident', from, to, excluding: [], clock: 'wall', summarise: 'median' },
          { where: each.where, countedIn, alsoShow: ['p90', 'mean', 'longest', 'sum'] },
        ),
      (measured, question) => {
        const answer = oracleDuration(question, from, to, countedIn);
        const { values } = answer;
        sameList(measured, answer);
        sameValue(measured, values.length === 0 ? null : oracleQuantile(values, 0.5));
        sameValue(measured, medianOfEvidence(measured));
        const total = values.reduce((sum, value) => sum + value, 0);
        const expected =
          values.length === 0
            ? [null, null, null, null]
            : [oracleQuantile(values, 0.9), total / values.length, values.at(-1), total];
        const also = ['p90', 'mean', 'longest', 'sum'].map((name) => measured.also[name]);
        if (also.some((each, index) => each !== expected[index])) expect(also).toEqual(expected);
        if (values.length === 0 && measured.emptiness !== 'none to measure') expect(measured.emptiness).toBe('none to measure');
      },
    );
  });

  it('in counts', () => {
    everywhere(
      1500,
      (each) =>
        kpiOf({ type: 'count', of: 'incident', per: null }, { where: each.where, countedIn: 'opened', whenEmpty: 'zero' }),
      (measured, question) => {
        const answer = oracleCount(question, 'opened');
        sameList(measured, answer);
        sameValue(measured, answer.values.length);
      },
    );
  });

  it('in ratios, where the denominator is the count', () => {
    const outOf: readonly Where[] = [
      { field: 'cause', condition: { test: 'in', values: ['deploy', 'network'], negated: false } },
    ];
    everywhere(
      1500,
      (each) => kpiOf({ type: 'ratio', of: 'incident', outOf }, { where: each.where, countedIn: 'opened' }),
      (measured, question) => {
        const all = oracleCount({ ...question, where: outOf }, 'opened');
        const some = oracleCount({ ...question, where: [...outOf, ...question.where] }, 'opened');
        sameList(measured, all);
        sameValue(measured, all.values.length === 0 ? null : some.values.length / all.values.length);
        const evidence = measured.evidence();
        sameValue(
          measured,
          evidence.length === 0 ? null : evidence.reduce((sum, each) => sum + (each.value ?? 0), 0) / evidence.length,
        );
        if (all.values.length === 0 && measured.emptiness !== 'no denominator') expect(measured.emptiness).toBe('no denominator');
      },
    );
  });

  it('in queue depth, where those on hold count and are shown apart', () => {
    everywhere(
      1500,
      (each) => kpiOf({ type: 'depth', of: 'incident', growth: false }, { where: each.where }),
      (measured, question) => {
        const answer = oracleOpen(question);
        sameList(measured, answer);
        sameValue(measured, answer.values.length);
        const onHold = oracleOpen({
          ...question,
          where: [...question.where, { field: 'state', condition: { test: 'in', values: ['on_hold'], negated: false } }],
        });
        if (measured.also['on hold'] !== onHold.values.length) expect(measured.also['on hold']).toBe(onHold.values.length);
      },
    );
  });

  it('in queue age', () => {
    everywhere(
      1800,
      (each) => kpiOf({ type: 'age', of: 'incident', since: 'first opened', summarise: 'median' }, { where: each.where }),
      (measured, question) => {
        const answer = oracleOpen(question);
        sameList(measured, answer);
        sameValue(measured, answer.values.length === 0 ? null : oracleQuantile(answer.values, 0.5));
        sameValue(measured, medianOfEvidence(measured));
        const oldest = answer.values.at(-1) ?? null;
        if (measured.also['oldest'] !== oldest) expect(measured.also['oldest']).toBe(oldest);
      },
    );
  });
});
