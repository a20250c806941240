import { describe, expect, it } from 'vitest';
import type { Told } from '../../server/review/input.ts';
import { NO_TALK } from '../../server/review/talk.ts';
import { day, hours, instant, kpi, review, rows, waves } from './build.ts';

const week = { kpi: kpi(), weeks: rows('2026-W46', waves(40, hours(4), hours(1))) };
const shared = (told: Partial<Told>) =>
  review([week], {
    told: { incidents: [], deployments: [], holidays: [], ...told },
    talk: {
      ...NO_TALK,
      annotations: ['2026-10-07', '2027-01-04'].map((on, index) => ({
        id: index + 1,
        revision: 1,
        scope: 'organisation',
        kpi: null,
        period: null,
        author: 'Head of Operations',
        at: instant('2026-11-16T09:00Z'),
        firstAt: instant('2026-11-16T09:00Z'),
        body: { day: on, type: 'decision' as const, text: 'Severity is set by impact' },
      })),
    },
  }).annotations.map(({ day: on, type, text, periods }) => `${on} ${type} ${text} (${periods[0] ?? ''})`);

describe('what stands on every time axis', () => {
  it('is counted by the week, for the six weeks that are drawn and no others', () => {
    const days = (...texts: string[]) => texts.map(day);
    expect(
      shared({
        incidents: days('2026-10-04', '2026-10-06', '2026-10-11', '2026-11-15', '2026-11-16'),
        deployments: days('2026-10-05', '2026-11-09', '2026-11-10'),
      }),
    ).toEqual([
      '2026-10-05 deployment 1 deployment to production (2026-W41)',
      '2026-10-06 incident 2 incidents of severity 1 (2026-W41)',
      '2026-10-07 decision Severity is set by impact (2026-W41)',
      '2026-11-09 deployment 2 deployments to production (2026-W46)',
      '2026-11-15 incident 1 incident of severity 1 (2026-W46)',
    ]);
  });

  it('names a holiday once, and where it is kept', () => {
    const holidays = [
      { day: day('2026-10-26'), where: 'Berlin' },
      { day: day('2026-10-26'), where: 'New York' },
      { day: day('2026-11-11'), where: 'all' },
      { day: day('2025-10-27'), where: 'Berlin' },
    ];
    expect(shared({ holidays }).filter((one) => one.includes('holiday'))).toEqual([
      '2026-10-26 holiday Holiday in Berlin and New York (2026-W44)',
      '2026-11-11 holiday Holiday everywhere (2026-W46)',
    ]);
  });

  it('leaves out what lies ahead of the review', () => {
    expect(shared({}).join()).not.toContain('2027');
  });
});
