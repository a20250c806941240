import { describe, expect, it } from 'vitest';
import { HOME, SUMMING_UP, type Route } from '../../web/client/route.ts';
import { topicsOf } from '../../web/client/selection.ts';
import { selectionOf, stepFrom, withoutPanels } from '../../web/client/walk.ts';
import { review } from './samples/review.ts';

const topics = topicsOf(review);
const anchors = topics.map(({ anchor }) => anchor);
const [first = '', second = ''] = anchors;
const last = anchors.at(-1) ?? '';
const at = (anchor: string | null, rest: Partial<Route> = {}): Route => ({ ...HOME, anchor, ...rest });
const presenting = { isPresenting: true };
const step = (route: Route, by: 1 | -1): string | null => stepFrom(route, topics, selectionOf(review, topics, route), by).anchor;

describe('walking the agenda', () => {
  it('begins with the first item, and goes on from the one that is named', () => {
    expect(step(at(null), 1)).toBe(first);
    expect(step(at(first), 1)).toBe(second);
    expect(step(at(second), -1)).toBe(first);
    // Presented, the first is on the screen already.
    expect(step(at(null, presenting), 1)).toBe(second);
  });

  it('ends with the last item, and presented with what was agreed', () => {
    expect(step(at(last), 1)).toBe(last);
    expect(step(at(last, presenting), 1)).toBe(SUMMING_UP);
    expect(step(at(SUMMING_UP, presenting), 1)).toBe(SUMMING_UP);
    expect(step(at(SUMMING_UP, presenting), -1)).toBe(last);
  });

  it('of an agenda without items is presented as what was agreed alone', () => {
    expect(stepFrom(at(null, presenting), [], null, 1).anchor).toBe(SUMMING_UP);
    expect(stepFrom(at(null), [], null, 1).anchor).toBeNull();
  });

  it('takes what the address names only where the review has it', () => {
    const routine = review.routine[0]?.kpis[0] ?? '';
    expect(selectionOf(review, topics, at(routine))).toBe(routine);
    expect(selectionOf(review, topics, at('nonesuch'))).toBe(first);
    expect(selectionOf(review, topics, at(SUMMING_UP))).toBe(first);
    expect(selectionOf(review, topics, at(SUMMING_UP, presenting))).toBe(SUMMING_UP);
  });

  it('closes all panels of what is presented, and no others', () => {
    const panels = { xmr: [first, second], definition: [first], table: [] };
    expect(withoutPanels(at(first, { panels }), first)?.panels).toEqual({ xmr: [second], definition: [], table: [] });
    expect(withoutPanels(at(last, { panels }), last)).toBeNull();
  });
});
