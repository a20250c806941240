import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Annotation } from '../../server/api/contract.ts';
import { axisMarks, slotOf } from '../../web/charts/marks.ts';
import { dividerLines } from '../../web/client/divider.ts';
import { clockText, planOf } from '../../web/client/meeting.ts';
import { movedItems } from '../../web/client/moved-items.ts';
import type { Topic } from '../../web/client/selection.ts';

const topic = (anchor: string, minutes: number): Topic => ({
  anchor,
  item: {
    position: 1,
    minutes,
    reason: 'restated',
    kpi: anchor,
    source: null,
    action: null,
    title: anchor,
    why: '',
    mark: '↻',
    judgement: 'unknown',
  },
  card: null,
  number: 1,
  also: [],
});

describe('the minutes of a meeting', () => {
  it('sum to its length, whatever is on the agenda; nobody gets less than two, and what folds is last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 60 }),
        fc.constantFrom(5, 10, 30, 45, 55, 60),
        (weights, length) => {
          const topics = weights.map((minutes, index) => topic(`kpi-${index}`, minutes));
          const plan = planOf(topics, length);
          const given = topics.map(({ anchor }) => plan.topics.get(anchor) ?? -1);
          expect(plan.opening + plan.closing + given.reduce((sum, minutes) => sum + minutes, 0)).toBe(length);
          const kept = topics.length - plan.folded.length;
          expect(plan.folded).toEqual(topics.slice(kept));
          given.forEach((minutes, index) =>
            index < kept ? expect(minutes).toBeGreaterThanOrEqual(Math.min(2, weights[index] ?? 2)) : expect(minutes).toBe(0),
          );
        },
      ),
    );
  });

  it('go to what usually takes long', () => {
    const plan = planOf([topic('signal', 6), topic('missed', 5), topic('restated', 2), topic('win', 1)], 30);
    expect(Object.fromEntries(plan.topics)).toEqual({ signal: 12, missed: 10, restated: 3, win: 1 });
    expect(plan.folded).toEqual([]);
  });

  it('are told as a clock tells them, and beyond the time with a plus', () => {
    expect([125_000, 60_000, 1, 0, -1_000, -70_000].map(clockText)).toEqual(['2:05', '1:00', '0:01', '0:00', '+0:01', '+1:10']);
  });
});

const annotation = (id: number | null, day: string, type: Annotation['type'], text: string, periods: string[]): Annotation => ({
  id,
  revision: 1,
  kpi: null,
  day,
  dayText: day,
  periods,
  type,
  text,
  author: null,
});

describe('marks on the time axis', () => {
  const note = annotation(1, '2026-10-05', 'note', 'A note', ['2026-W41', '2026-10', '2026-Q4']);
  const decision = annotation(2, '2026-06-22', 'decision', 'A decision', ['2026-W26', '2026-06', '2026-Q2']);
  const incidents = annotation(null, '2026-10-06', 'incident', '3 incidents of severity 1', ['2026-W41', '2026-10', '2026-Q4']);

  it('are numbers for what people wrote, letters for what is on all KPIs, newest first, and signs for what data tells', () => {
    const holiday = annotation(null, '2026-10-03', 'holiday', 'Holiday in Berlin', ['2026-W40', '2026-10', '2026-Q4']);
    const deployments = annotation(null, '2026-10-05', 'deployment', '9 deployments', ['2026-W41', '2026-10', '2026-Q4']);
    const marks = axisMarks([decision], [note, incidents, holiday, deployments]);
    expect(marks.map(({ sign, isWritten, annotation: of }) => [sign, isWritten, of.text])).toEqual([
      ['1', true, 'A decision'],
      ['A', true, 'A note'],
      ['!3', false, '3 incidents of severity 1'],
      ['H', false, 'Holiday in Berlin'],
    ]);
  });

  it('stand at the period that holds their day, and among times between events at the first that ended by then', () => {
    const point = (period: string, evidence?: string) => ({
      point: {
        period,
        ...(evidence === undefined ? {} : { evidence }),
        label: '',
        title: '',
        value: 1,
        drawn: 1,
        text: '',
        count: 1,
        emptiness: null,
        flags: [],
        revision: null,
      },
    });
    expect(slotOf([point('2026-W40'), point('2026-W41')], note)).toBe(1);
    expect(slotOf([point('2026-09'), point('2026-10')], note)).toBe(1);
    expect(slotOf([point('2026-W42')], note)).toBe(-1);
    const times = [point('2026-07-01', '2026-W27'), point('2026-10-04', '2026-W40'), point('2026-10-09', '2026-W41')];
    expect(slotOf(times, note)).toBe(2);
    expect(slotOf(times, decision)).toBe(-1);
  });
});

describe('a divider for the file of a KPI', () => {
  it('is YAML that says the same, whatever the reason is, beside those that stand there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (because) => {
        const text = dividerLines('2026-10-05', because, [{ on: '2026-11-02', because: 'a "new" tool: #1' }]);
        expect(parse(text)).toEqual({
          dividers: [
            { on: '2026-10-05', because: because.trim() },
            { on: '2026-11-02', because: 'a "new" tool: #1' },
          ],
        });
      }),
    );
  });
});

describe('the items that moved a number', () => {
  const item = (uid: string, valueText: string, excluded: string | null = null) => ({
    uid,
    value: 1,
    valueText,
    at: null,
    atText: '',
    excluded,
    title: uid,
    team: null,
    service: null,
    severity: null,
    state: null,
  });

  it('are those that came, went, or stand otherwise; those that stayed are not told', () => {
    const before = [item('same', '2 h'), item('gone', '1 h'), item('longer', '3 h'), item('open', '', 'still open')];
    const after = [item('same', '2 h'), item('longer', '9 h'), item('open', '5 h'), item('late', '4 h')];
    expect(movedItems(before, after)).toEqual([
      { item: 'gone', title: 'gone', before: 'counted, 1 h', after: null },
      { item: 'longer', title: 'longer', before: 'counted, 3 h', after: 'counted, 9 h' },
      { item: 'open', title: 'open', before: 'left out: still open', after: 'counted, 5 h' },
      { item: 'late', title: 'late', before: null, after: 'counted, 4 h' },
    ]);
  });
});
