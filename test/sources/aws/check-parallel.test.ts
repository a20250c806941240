import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inParallel } from '../../../server/sources/aws/check-parallel.ts';

it('does so many at a time and no more, and answers in the order of what it was given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 8 }), fc.scheduler(), async (items, atOnce, scheduler) => {
      let [running, most] = [0, 0];
      const all = inParallel(items, atOnce, async (item) => {
        running += 1;
        most = Math.max(most, running);
        await scheduler.schedule(Promise.resolve());
        running -= 1;
        return item * 2;
      });
      expect(await scheduler.waitFor(all)).toEqual(items.map((item) => item * 2));
      expect(most).toBe(Math.min(atOnce, items.length));
    }),
  );
});
