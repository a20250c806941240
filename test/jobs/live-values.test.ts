import { describe, expect, test } from 'vitest';
import { LiveValues } from '../../server/jobs/live-values.ts';
import type { MeasurementRow } from '../../server/store/store.ts';

const ROW: MeasurementRow = {
  kpi: 'time-to-restore',
  scope: 'team:payments',
  period: '2026-W46',
  grain: 'week',
  firstDay: 20_768,
  value: 3600,
  emptiness: null,
  count: 4,
  exclusions: [
    { reason: 'cancelled', count: 1 },
    { reason: 'still open', count: 2 },
  ],
  also: { p90: 7200, 'oldest open': null },
  isStale: false,
  digest: 'd1:aa',
  definition: 'd1:bb',
  watermark: 7,
  limits: null,
};

/** Whether it is written where the row above is stored. */
function isWritten(row: MeasurementRow): boolean {
  const live = new LiveValues();
  live.keep([ROW], new Map());
  return live.changed([row], 'changed').length === 1;
}

describe('live values', () => {
  test('are not written again where they say the same, whatever was known meanwhile', () => {
    const again = { ...ROW, exclusions: ROW.exclusions.map((each) => ({ ...each })), also: { 'oldest open': null, p90: 7200 } };
    expect(isWritten({ ...again, watermark: 8 })).toBe(false);
  });

  test.each<[string, Partial<MeasurementRow>]>([
    ['the value', { value: 3601 }],
    ['the list behind it', { digest: 'd1:ab' }],
    ['how old it is', { isStale: true }],
    ['what stands beside it', { also: { p90: 7201, 'oldest open': null } }],
    ['what stands beside it now has a number', { also: { p90: 7200, 'oldest open': 60 } }],
    ['what stands beside it has gone', { also: { p90: 7200 } }],
    ['what stands beside it is new', { also: { ...ROW.also, longest: 9000 } }],
    ['what stands beside it has another name', { also: { p95: 7200, 'oldest open': null } }],
    [
      'how many were left out',
      {
        exclusions: [
          { reason: 'cancelled', count: 1 },
          { reason: 'still open', count: 3 },
        ],
      },
    ],
    [
      'why they were left out',
      {
        exclusions: [
          { reason: 'merged', count: 1 },
          { reason: 'still open', count: 2 },
        ],
      },
    ],
    ['one reason less', { exclusions: [{ reason: 'cancelled', count: 1 }] }],
    ['one reason more', { exclusions: [...ROW.exclusions, { reason: 'without end', count: 1 }] }],
    ['its limits', { limits: { mean: 1, lower: 0, upper: 2, isProvisional: true, from: '2026-W01', to: '2026-W12' } }],
  ])('are written where they differ by %s', (_, other) => {
    expect(isWritten({ ...ROW, ...other })).toBe(true);
  });
});
