import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepAt, stepsOf } from '../../server/kpi/steps.ts';

const INT32 = { min: -2_147_483_647, max: 2_147_483_647 };
const second = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.integer(INT32));
/** Also what columns cannot hold: periods of other centuries. */
const moments = fc.uniqueArray(fc.oneof(second, fc.integer({ min: -70_000_000_000, max: 70_000_000_000 })), { maxLength: 40 });

describe('the last moment not after a second', () => {
  it('is what looking at all of them finds', () => {
    fc.assert(
      fc.property(moments, second, (drawn, asked) => {
        const at = Float64Array.from(drawn).sort();
        const steps = stepsOf(at);
        for (const each of [asked, ...at].filter((one) => one >= INT32.min && one <= INT32.max)) {
          for (const near of [each - 1, each, Math.min(each + 1, INT32.max)])
            expect(stepAt(steps, near)).toBe(at.findLastIndex((one) => one <= near));
        }
      }),
      { numRuns: 1000, examples: [[[], INT32.max - 1]] },
    );
  });
});
