import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stretches, xmr } from '../../server/stats/limits.ts';
import type { ProcessPoint } from '../../server/stats/limits.ts';
import { judge, signalsOf } from '../../server/stats/signals.ts';

interface Published {
  limits: {
    id: string;
    source: string;
    licence: string;
    values: number[];
    precision: number;
    expected: Record<string, number>;
  }[];
  signals: {
    id: string;
    source: string;
    licence: string;
    values: number[];
    lower: number | 'computed';
    upper: number;
    beyond: number[];
  }[];
}

interface OurOwn {
  base: number[];
  lower: number;
  mean: number;
  upper: number;
  cases: {
    it: string;
    then: number[];
    signals: { rule: string; side: string; since: number; completes: number; until: number }[];
  }[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/xmr/${name}.json`, import.meta.url), 'utf8'));
const published = read('published') as Published;
const ourOwn = read('our-own') as OurOwn;
const noBounds = { lower: null, upper: null };

const settled = (values: readonly number[]): ProcessPoint[] =>
  values.map((value, index) => ({ period: String(index), value, isJudged: true, isUnsettled: false, startsStretch: false }));

describe('published examples that use our rules', () => {
  it.each(published.limits)('give the limits of $id', ({ values, precision, expected }) => {
    const found = xmr(values, noBounds);
    const printed = Object.fromEntries(
      Object.keys(expected).map((name) => [name, Number(Reflect.get(found ?? {}, name)).toFixed(precision)]),
    );
    expect(printed).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, value.toFixed(precision)])),
    );
  });

  it.each(published.signals)('flag the points of $id', ({ values, lower, upper, beyond }) => {
    const computed = xmr(values, noBounds);
    const lines = {
      mean: computed?.mean ?? 0,
      meanMovingRange: 0,
      lower: lower === 'computed' ? (computed?.lower ?? null) : lower,
      upper,
    };
    const points = values.map((value, index) => ({ period: String(index), value }));
    const flagged = signalsOf(points, lines, null)
      .filter(({ rule }) => rule === 'beyond a limit')
      .flatMap(({ since, until }) => values.map((_, index) => index).slice(Number(since), Number(until) + 1))
      .sort((first, second) => first - second);
    expect(flagged).toEqual(beyond);
  });

  it('name their source and licence', () => {
    for (const { source, licence } of [...published.limits, ...published.signals]) expect([source, licence]).not.toContain('');
  });
});

describe('examples worked by hand', () => {
  it('have the limits that were worked out', () => {
    expect(stretches(settled(ourOwn.base), noBounds)[0]?.limits).toMatchObject({
      mean: ourOwn.mean,
      lower: ourOwn.lower,
      upper: ourOwn.upper,
      isProvisional: false,
    });
  });

  it.each(ourOwn.cases)('$it', ({ then, signals }) => {
    const found = judge(settled([...ourOwn.base, ...then]), noBounds, null).signals;
    expect(
      found.map(({ rule, side, since, period, until }) => ({
        rule,
        side,
        since: Number(since),
        completes: Number(period),
        until: Number(until),
      })),
    ).toEqual(signals);
  });
});
