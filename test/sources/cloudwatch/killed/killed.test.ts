import { describe, expect, test } from 'vitest';
import { killedHistory } from './history.ts';

describe('the first read of 455 days over two accounts and three Regions', () => {
  // 1,000 series: `npm run prove aws`.
  test('by a process that is killed at random twenty times ends complete: no gap, no double, no call more than those under way', async () => {
    const { said, calls, interrupted, planned, stored, points, ...found } = await killedHistory({
      seed: 20261121,
      series: 60,
      kills: 20,
    });
    expect(said).toContain(' 0 rejected rows');
    expect(found).toEqual({ killed: 20, code: 0, needless: 0, wrong: 0 });
    expect([planned, points]).toEqual([12, 60 * 10_916]);
    expect(stored).toBe(points);
    expect(interrupted).toBeGreaterThan(0);
    expect(calls).toBe(planned + interrupted);
  }, 300_000);
});
