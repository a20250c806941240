import { describe, expect, it } from 'vitest';
import type { Annotation } from '../../server/api/contract.ts';
import { cardMarks, toldAt } from '../../web/charts/card-marks.ts';
import { sharedMarks } from '../../web/charts/marks.ts';
import { review } from './samples/review.ts';

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

const [card] = review.cards;
if (card === undefined) throw new Error('the samples hold a card');
const weeks = card.weeks.map(({ period }) => period);
const [first = '', second = ''] = weeks;
const own = annotation(1, '2026-10-08', 'note', 'A note', [first]);
const decided = annotation(2, '2026-10-07', 'decision', 'Decided for all', [first]);
const later = annotation(3, '2026-10-14', 'note', 'Noted for all', [second]);
const incidents = annotation(null, '2026-10-08', 'incident', '4 incidents of severity 1', [first]);
const given = { ...card, annotations: [own] };
const shared = [decided, incidents, later];

describe('what stands on the axes of a card', () => {
  it('has the same letter on every card and in the list that explains it', () => {
    const letters = sharedMarks(shared).map(({ sign, annotation: { text } }) => `${sign} ${text}`);
    expect(letters).toEqual(['A Noted for all', 'B Decided for all']);
    for (const annotations of [[], [own]]) {
      const { drawn } = cardMarks({ ...card, annotations }, shared, false);
      expect(drawn.filter(({ isShared, isWritten }) => isShared && isWritten).map(({ sign }) => sign)).toEqual(['A', 'B']);
    }
  });

  it('goes on after Z with two letters, and never has that of a holiday', () => {
    const many = Array.from({ length: 27 }, (_, index) =>
      annotation(index, `2026-10-${String(31 - index).padStart(2, '0')}`, 'note', '', []),
    );
    const signs = sharedMarks(many).map(({ sign }) => sign);
    expect(signs).not.toContain('H');
    expect(signs.slice(-3)).toEqual(['Z', 'AA', 'AB']);
  });

  it('is said in words below the picture where it is on this KPI, and where the card speaks for all', () => {
    const said = (saysShared: boolean) => cardMarks(given, shared, saysShared).listed.map(({ sign }) => sign);
    expect(said(false)).toEqual(['1']);
    expect(said(true)).toEqual(['1', 'A', 'B']);
    expect(cardMarks(given, shared, false).drawn.map(({ sign }) => sign)).toEqual(['1', 'A', 'B', '!4']);
  });

  it('is told by the readout of its point, whoever wrote it', () => {
    const point = card.weeks[0];
    expect(point === undefined ? [] : toldAt([own, ...shared], point)).toEqual([
      'note: A note',
      'decision: Decided for all',
      '4 incidents of severity 1',
    ]);
  });
});
