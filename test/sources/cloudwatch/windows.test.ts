import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BACKFILL_MARGIN_MS,
  depthAt,
  historyWindows,
  keptSince,
  PERIODS_MS,
  POLL_MARGIN_MS,
  pollWindows,
  windowsOf,
  type Depth,
  type Window,
} from '../../../server/sources/cloudwatch/windows.ts';

const [MINUTE, FIVE_MINUTES, HOUR] = PERIODS_MS;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 21, 22, 47, 31);
const KEPT_DAYS = new Map<number, number>([
  [MINUTE, 15],
  [FIVE_MINUTES, 63],
  [HOUR, 455],
]);

const periods = fc.constantFrom(...PERIODS_MS);
const instants = fc.integer({ min: NOW - 200 * DAY, max: NOW + 200 * DAY });
const ages = fc.oneof(fc.integer({ min: 0, max: 500 * DAY }), fc.integer({ min: 0, max: 20 * DAY }));
const at = (text: string): number => Date.parse(`${text}Z`);
const spoken = ({ start, end, periodMs }: Window): string =>
  `${new Date(start).toISOString().slice(0, 16)} ${new Date(end).toISOString().slice(0, 16)} ${periodMs / MINUTE} m`;

/** Whether CloudWatch still has points of this period where the window begins, a while after the clock was read. */
const isKept = ({ start, periodMs }: Window, now: number): boolean => start >= now - (KEPT_DAYS.get(periodMs) ?? 0) * DAY;

describe('windows', () => {
  test('leave no instant out and tell none twice, are aligned at both ends, and are never too old for their period', () => {
    fc.assert(
      fc.property(instants, periods, ages, ages, (now, asked, one, other) => {
        const [from, until] = [now - Math.max(one, other), now - Math.min(one, other)];
        const windows = windowsOf(from, until, asked, now, POLL_MARGIN_MS);
        for (const window of windows) {
          expect(window.start).toBeLessThan(window.end);
          expect([window.start % window.periodMs, window.end % window.periodMs, window.periodMs % asked]).toEqual([0, 0, 0]);
          expect(isKept(window, now + POLL_MARGIN_MS)).toBe(true);
        }
        for (const [index, window] of windows.entries()) {
          const next = windows[index + 1];
          if (next !== undefined) expect([next.start, next.periodMs < window.periodMs]).toEqual([window.end, true]);
        }
        const [first, last] = [windows[0], windows.at(-1)];
        const oldest = keptSince(HOUR, now, POLL_MARGIN_MS);
        // What is known finely there is not told again: where only coarser points are left, the first begins in the stretch.
        const most = from < keptSince(asked, now, POLL_MARGIN_MS) ? HOUR : asked;
        if (first !== undefined) expect(Math.abs(first.start - Math.max(from, oldest))).toBeLessThan(most);
        if (last !== undefined) expect(Math.abs(last.end - until)).toBeLessThan(last.periodMs);
        if (windows.length === 0) expect(until - Math.max(from, oldest)).toBeLessThan(2 * HOUR);
      }),
      { numRuns: 2000 },
    );
  });

  test('that follow each other share no instant and leave none out', () => {
    fc.assert(
      fc.property(instants, periods, fc.tuple(ages, ages, ages), (now, asked, own) => {
        const [from = 0, middle = 0, until = 0] = own.map((age) => now - age).sort((a, b) => a - b);
        const whole = windowsOf(from, until, asked, now, POLL_MARGIN_MS);
        const parts = [
          ...windowsOf(from, middle, asked, now, POLL_MARGIN_MS),
          ...windowsOf(middle, until, asked, now, POLL_MARGIN_MS),
        ];
        for (const [index, part] of parts.entries()) expect(part.start).toBeGreaterThanOrEqual(parts[index - 1]?.end ?? 0);
        expect(parts.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(
          whole.reduce((sum, { start, end }) => sum + end - start, 0),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('are as fine as what is left allows, and cut where it does not, nowhere else', () => {
    fc.assert(
      fc.property(instants, periods, (now, asked) => {
        const windows = historyWindows(asked, now);
        expect(windows.map(({ periodMs }) => periodMs)).toEqual(PERIODS_MS.filter((periodMs) => periodMs >= asked));
        for (const [index, window] of windows.entries()) {
          // A finer period would have been empty an hour before the window's end.
          const finer = PERIODS_MS[PERIODS_MS.indexOf(window.periodMs) - 1];
          if (index > 0 && finer !== undefined) expect(keptSince(finer, now, BACKFILL_MARGIN_MS)).toBe(window.end);
          expect(isKept(window, now + BACKFILL_MARGIN_MS)).toBe(true);
          expect(isKept({ ...window, start: window.start - 2 * HOUR }, now + BACKFILL_MARGIN_MS)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of a history begin where CloudWatch forgets', () => {
    expect(historyWindows(MINUTE, NOW).map(spoken)).toEqual([
      '2026-11-07T02:00 2026-11-21T22:47 1 m',
      '2026-09-20T02:00 2026-11-07T02:00 5 m',
      '2025-08-24T02:00 2026-09-20T02:00 60 m',
    ]);
    expect(historyWindows(HOUR, NOW).map(spoken)).toEqual(['2025-08-24T02:00 2026-11-21T22:00 60 m']);
  });
});

describe('a poll', () => {
  test.each<[Depth, string]>([
    ['poll', '2026-11-21T19:00 2026-11-21T22:00 60 m'],
    ['night', '2026-11-18T22:00 2026-11-21T22:00 60 m'],
    ['week', '2026-11-07T22:00 2026-11-21T22:00 60 m'],
  ])('of depth %s reads %s', (depth, window) => {
    expect(pollWindows(NOW - HOUR, HOUR, NOW, depth).map(spoken)).toEqual([window]);
  });

  test('goes on where the last one came, however long ago', () => {
    expect(pollWindows(NOW - 5 * DAY, FIVE_MINUTES, NOW, 'poll').map(spoken)).toEqual(['2026-11-16T22:45 2026-11-21T22:45 5 m']);
    expect(pollWindows(NOW - 20 * DAY, MINUTE, NOW, 'week').map(spoken)).toEqual([
      '2026-11-01T22:50 2026-11-07T00:00 5 m',
      '2026-11-07T00:00 2026-11-21T22:47 1 m',
    ]);
  });

  test('never reads again at a coarser period what is known at a finer one', () => {
    fc.assert(
      fc.property(instants, periods, ages, fc.constantFrom<Depth>('poll', 'night', 'week'), (now, asked, age, depth) => {
        const reached = now - age;
        for (const window of pollWindows(reached, asked, now, depth))
          if (window.periodMs !== asked) expect(window.start).toBeGreaterThanOrEqual(Math.floor(reached / asked) * asked);
      }),
    );
  });

  test('is deep once a day, and deepest once a week', () => {
    const told = (now: string, nightAt: string | null, weekAt: string | null): Depth =>
      depthAt(at(now), { nightAt: nightAt === null ? null : at(nightAt), weekAt: weekAt === null ? null : at(weekAt) });
    expect(told('2026-11-21T00:05', null, null)).toBe('week');
    expect(told('2026-11-21T00:05', '2026-11-20T00:05', '2026-11-16T00:05')).toBe('night');
    expect(told('2026-11-21T23:05', '2026-11-21T00:05', '2026-11-16T00:05')).toBe('poll');
    // 22 November 2026 is a Sunday.
    expect(told('2026-11-22T23:59', '2026-11-22T00:05', '2026-11-16T00:05')).toBe('poll');
    expect(told('2026-11-23T00:00', '2026-11-22T00:05', '2026-11-16T00:05')).toBe('week');
  });
});
