import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tell } from '../../server/review/report-facts.ts';
import type { Amount, Figure } from '../../server/review/report-schema.ts';

const amount = (value: number | null, text: string, label = 'Q3 2026', count = 9): Amount => ({
  period: '2026-Q3',
  label,
  value,
  text,
  count,
  emptiness: value === null ? 'hidden' : null,
  flags: [],
  revision: 1,
});

function figure(rest: Partial<Figure> & Pick<Figure, 'kpi' | 'name' | 'now'>): Figure {
  return {
    alsoCalled: null,
    question: '',
    section: 'Incidents',
    role: 'outcome',
    owner: 'Service Operations',
    better: 'lower',
    unit: { type: 'duration', label: '' },
    previous: amount(null, 'no data', 'Q2 2026'),
    yearBefore: amount(null, 'no data', 'Q3 2025'),
    months: [],
    change: '+31%',
    yearChange: '',
    target: null,
    move: { judgement: 'routine', word: 'routine', isLasting: false, text: '' },
    forecast: null,
    trend: { grain: 'week', points: [], limits: [], target: null, targetText: '', latest: '', text: '' },
    notes: [],
    ...rest,
  };
}

const restore = figure({
  kpi: 'time-to-restore',
  name: 'Time to restore service',
  alsoCalled: 'MTTR',
  now: amount(4.4 * 3600, '4.4 h', 'Q3 2026', 40),
  previous: amount(5 * 3600, '5 h', 'Q2 2026'),
  target: { value: 4 * 3600, text: '≤ 4 h', every: '', isMet: false, stand: 'missed', kept: '' },
});
const failures = figure({
  kpi: 'change-failure-rate',
  name: 'Change failure rate',
  unit: { type: 'share', label: '' },
  now: amount(0.088, '8.8%'),
});
const incidents = figure({
  kpi: 'incidents',
  name: 'Incidents',
  unit: { type: 'count', label: 'incidents' },
  now: amount(642, '642'),
});
const repeats = figure({
  kpi: 'repeat-incidents',
  name: 'Repeat incidents',
  unit: { type: 'share', label: '' },
  now: amount(0.38, '38%'),
});
const all = [restore, failures, incidents, repeats];
const checks = (text: string) => tell(text, all).checks.map((check) => check.text);

describe('figures in what people write', () => {
  it('are the snapshots’ wherever a KPI stands in braces', () => {
    const told = tell(
      'From {time-to-restore.previous} to {time-to-restore} ({time-to-restore.change}) over {time-to-restore.count}; {time-to-restore.target}.',
      all,
    );
    expect(told.text).toBe('From 5 h to 4.4 h (+31%) over 40; ≤ 4 h.');
    expect(told.facts).toHaveLength(5);
    expect(told.checks).toEqual([]);
  });

  it('stay as they were written where there is no such KPI or part, and that is told with what was meant', () => {
    const told = tell('{time-to-restor} and {time-to-restore.median}', all);
    expect(told.text).toBe('{time-to-restor} and {time-to-restore.median}');
    expect(told.checks.map(({ is, fix }) => [is, fix])).toEqual([
      ['unknown', 'Did you mean {time-to-restore}?'],
      ['unknown', 'Write .previous, .year-before, .change, .count, .target or nothing after the KPI.'],
    ]);
  });

  it('are held against the snapshot where somebody typed a number beside the name of a KPI', () => {
    expect(checks('Time to restore service was 4.2 h.')).toEqual([
      'The text says 4.2 h, the snapshot says 4.4 h (Time to restore service, Q3 2026).',
    ]);
    expect(checks('MTTR came to 4 hours and 12 minutes.')).toHaveLength(1);
    expect(checks('The change failure rate is 9.1%, a record.')).toEqual([
      'The text says 9.1%, the snapshot says 8.8% (Change failure rate, Q3 2026).',
    ]);
    expect(checks('Incidents: 650 incidents were opened.')).toHaveLength(1);
    expect(checks('Time to restore service was 4.5 h.')).toHaveLength(1);
  });

  it('may be rounded, or those of the quarter before, or the target', () => {
    expect(checks('Time to restore service was 4.4 h, from 5 h, against 4 h that we want.')).toEqual([]);
    expect(checks('MTTR: 4 h 24 m.')).toEqual([]);
    expect(checks('The change failure rate is 9%.')).toEqual([]);
  });

  it('are left alone where no KPI is named, where they are of another kind, and where they are changes', () => {
    expect(checks('We added two people and 5 h of training.')).toEqual([]);
    expect(checks('Time to restore service rose by +31% after 3 incidents.')).toEqual([]);
    expect(checks('There were 3 incidents of the network.')).toEqual([]);
    expect(checks('The build takes 9 m. Time to restore service is as before.')).toEqual([]);
  });

  it('belong to the longest name: repeat incidents are not incidents', () => {
    expect(checks('Repeat incidents were 38% of all.')).toEqual([]);
    expect(checks('Repeat incidents were 48% of all.')).toEqual([
      'The text says 48%, the snapshot says 38% (Repeat incidents, Q3 2026).',
    ]);
  });

  it('are told apart from what is hidden', () => {
    const hidden = figure({
      kpi: 'nights',
      name: 'Broken nights',
      unit: { type: 'count', label: 'nights' },
      now: amount(null, 'hidden'),
    });
    expect(tell('Broken nights: 12 nights.', [hidden]).checks[0]).toMatchObject({ is: 'no value' });
  });

  it('are never in the way of a text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const told = tell(text, all);
        expect(told.text.length).toBeGreaterThanOrEqual(0);
        if (!text.includes('{')) expect(told.text).toBe(text);
      }),
    );
  });
});
