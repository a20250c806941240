import { describe, expect, it } from 'vitest';
import { minutesMarkdown } from '../../server/review/minutes.ts';
import { NO_TALK } from '../../server/review/talk.ts';
import { hours, instant, kpi, review, rows, waves } from './build.ts';

const filed = {
  revision: 1,
  scope: 'organisation',
  kpi: 'time-to-restore',
  author: 'Service *Operations*',
  at: instant('2026-11-16T09:00Z'),
  firstAt: instant('2026-11-16T09:00Z'),
};
const against = [...waves(40, hours(4.1), hours(0.376)), hours(6.4)];

describe('minutes', () => {
  it('say what was on the agenda, what was said and agreed, and what was restated', () => {
    const made = review(
      [
        {
          kpi: kpi(),
          weeks: rows('2026-W46', against),
          restatements: [
            {
              period: '2026-W44',
              before: { value: hours(4.1), emptiness: null, count: 9 },
              after: { value: hours(9), emptiness: null, count: 10 },
              causes: ['late'],
              moved: 1,
              at: instant('2026-11-14T09:00Z'),
            },
          ],
        },
      ],
      {
        talk: {
          ...NO_TALK,
          comments: [
            { ...filed, id: 1, period: '2026-W46', body: { text: 'The runbook was **stale**:\n\n- one\n- two', point: null } },
            { ...filed, id: 2, period: '2026-W45', body: { text: 'Of last week.', point: null } },
          ],
          actions: [
            {
              ...filed,
              id: 3,
              period: '2026-W46',
              body: {
                title: 'Rehearse | the failover',
                owner: 'Payments',
                due: '2026-12-01',
                expected: { direction: 'at_most', value: hours(4), text: '4 hours', by: '2026-12-31' },
                state: 'open',
                closedOn: null,
                note: '',
              },
            },
          ],
        },
      },
    );
    const text = minutesMarkdown(made);
    expect(text).toMatch(/^# Northwind Cloud: weekly review, All teams\n\nWeek 46, 9–15 Nov 2026\. /);
    expect(text).toContain('### 1. Time to restore service\n\n*Signal against us.* ');
    expect(text).toContain('> **Service \\*Operations\\***\n>\n> The runbook was **stale**:\n>\n> - one\n> - two\n');
    expect(text).not.toContain('Of last week');
    expect(text).toContain(
      '| Rehearse \\| the failover | Payments | due 1 Dec | Time to restore service | at most 4 hours by 31 Dec |',
    );
    expect(text).toContain('| Time to restore service | Week 44, 26 Oct – 1 Nov 2026 | 4 h 6 m | 9 h | late | 1 |');
    expect(text).not.toContain('No explanation was given');
  });

  it('say where nobody explained a signal', () => {
    expect(minutesMarkdown(review([{ kpi: kpi(), weeks: rows('2026-W46', against) }]))).toContain('No explanation was given.');
  });
});
