import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Budget, budgetOf } from '../../../server/sources/aws/budget.ts';
import type { AwsPlace } from '../../../server/sources/aws/place.ts';
import { operationOf } from '../../../server/sources/aws/session.ts';

/** A clock that moves only as far as somebody waits for it. */
const fakeClock = () => {
  const clock = { at: 0 };
  return {
    clock,
    now: () => clock.at,
    wait: (ms: number): Promise<void> => {
      clock.at += ms;
      return Promise.resolve();
    },
  };
};

const place = (changes: Partial<AwsPlace> = {}): AwsPlace => ({
  name: '111122223333 eu-central-1',
  account: '111122223333',
  region: 'eu-central-1',
  role: null,
  externalId: null,
  endpoint: null,
  ...changes,
});

describe('a budget', () => {
  test('lets nobody ask more than its share of a quota in any stretch of time, beyond what one second may hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ pauseMs: fc.nat(900), count: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.1, 0.25, 1),
        async (asks, share) => {
          const { clock, now, wait } = fakeClock();
          const budget = new Budget(share, { now, wait });
          const taken: { readonly at: number; readonly count: number }[] = [];
          for (const { pauseMs, count } of asks) {
            clock.at += pauseMs;
            await budget.take('DescribeAlarms', count);
            taken.push({ at: clock.at, count });
          }
          for (const [first, { at: from }] of taken.entries()) {
            let sum = 0;
            for (const { at, count } of taken.slice(first)) {
              sum += count;
              // 9 a second are AWS's quota; three may be asked for in one go.
              expect(sum).toBeLessThanOrEqual(9 * share * ((at - from) / 1_000 + 1) + 3 + 1e-6);
            }
          }
        },
      ),
    );
  });

  test('keeps points of metrics apart from calls, and lets a call of a full page wait for its points', async () => {
    const { clock, now, wait } = fakeClock();
    const budget = new Budget(0.25, { now, wait });
    await budget.take('points', 100_800);
    expect(Math.round(clock.at)).toBe(Math.round(((100_800 - 45_000) / 45_000) * 1_000));
    const before = clock.at;
    for (let call = 0; call < 100; call += 1) await budget.take('GetMetricData', 1);
    expect(clock.at).toBe(before);
  });

  test('is one for all sources that read the same Region of the same account, with the smallest share that any of them set', () => {
    const one = budgetOf(place());
    expect(budgetOf(place({ role: 'arn:aws:iam::111122223333:role/other', budget: 0.1 }))).toBe(one);
    expect(one?.share).toBe(0.1);
    expect(budgetOf(place({ budget: 0.5 }))?.share).toBe(0.1);
    expect(budgetOf(place({ region: 'us-east-1' }))).not.toBe(one);
    expect(budgetOf(place({ account: '444455556666' }))).not.toBe(one);
  });

  test('is not kept for servers that are no AWS, unless it is set', () => {
    expect(budgetOf(place({ endpoint: 'http://127.0.0.1:4566' }))).toBeNull();
    expect(budgetOf(place({ endpoint: 'http://127.0.0.1:4566', budget: 0.5 }))?.share).toBe(0.5);
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(budgetOf(place())).toBeNull();
  });
});

test.each([
  [{ 'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics' }, '{}', '/', 'ListMetrics'],
  [{ 'x-amz-target': 'Logs_20140328.StartQuery' }, '{}', '/', 'StartQuery'],
  [{}, 'Version=2010-08-01&Action=DescribeAlarms', '/', 'DescribeAlarms'],
  [{}, new Uint8Array(), '/service/GraniteServiceVersion20100801/operation/GetMetricData', 'GetMetricData'],
  [{}, undefined, '/experiments', 'rest'],
])('an attempt is counted by its operation, however it is written: %o %o %s', (headers, body, path, operation) => {
  expect(operationOf({ headers, body, path })).toBe(operation);
});
