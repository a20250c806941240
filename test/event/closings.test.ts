import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import type { State } from '../../server/event/kinds.ts';
import { isOpenState } from '../../server/event/states.ts';
import { derived, numbersOf } from './support/derived.ts';
import { HOUR, at, itemOf, short } from './support/facts.ts';

const ticket = (states: readonly (readonly [State, string | number])[], fields: Fields = {}): Item =>
  itemOf(
    ...states.map(([state, instant], index) => ({
      kind: 'ticket' as const,
      item: 'T',
      at: instant,
      sequence: index,
      state,
      fields: index === 0 ? fields : {},
    })),
  );

const closings = (item: Item): string[] =>
  derived('closing', [item]).map(({ fields: { closed, reopened } }) =>
    typeof closed === 'number' ? `${short(closed)} – ${typeof reopened === 'number' ? short(reopened) : 'done'}` : 'never',
  );

describe('closings', () => {
  it('are one for each time a ticket was closed; closed after resolved is the same one, from the first of the two', () => {
    const item = ticket([
      ['opened', '2026-03-02T10:00Z'],
      ['resolved', '2026-03-03T10:00Z'],
      ['closed', '2026-03-05T10:00Z'],
      ['in_progress', '2026-03-06T10:00Z'],
      ['closed', '2026-03-07T10:00Z'],
    ]);
    expect(closings(item)).toEqual(['03-03 10:00 – 03-06 10:00', '03-07 10:00 – done']);
    expect(derived('closing', [item]).map(({ uid }) => uid)).toEqual(['closing:desk:ticket:T', 'closing:desk:ticket:T:2']);
  });

  it('tell how long it took until it was reopened, in true hours also where the clocks change in between', () => {
    // In Berlin, 24 hours by the clock on 28 to 29 March are 23.
    const item = ticket([
      ['opened', '2026-03-02T10:00Z'],
      ['closed', '2026-03-28T09:00Z'],
      ['reopened', '2026-03-29T08:00Z'],
    ]);
    expect(numbersOf('closing', 'reopened_within', [item])).toEqual({ 'ticket:T': 23 * 3600 });
    const done = ticket([
      ['opened', '2026-03-02T10:00Z'],
      ['closed', '2026-03-28T09:00Z'],
    ]);
    expect(numbersOf('closing', 'reopened_within', [done])).toEqual({ 'ticket:T': NaN });
  });

  it('are not those of restored, of cancelled tickets, or of other kinds', () => {
    const opened = ['opened', '2026-03-02T10:00Z'] as const;
    expect(closings(ticket([opened, ['restored', '2026-03-03T10:00Z']]))).toEqual([]);
    const cancelled = [opened, ['closed', '2026-03-03T10:00Z'], ['cancelled', '2026-03-04T10:00Z']] as const;
    expect(closings(ticket(cancelled))).toEqual([]);
    expect(closings(ticket([...cancelled, ['reopened', '2026-03-05T10:00Z']]))).toEqual(['03-03 10:00 – 03-05 10:00']);
    const incident = itemOf({ at: '2026-03-02T10:00Z', state: 'opened' }, { at: '2026-03-03T10:00Z', state: 'closed' });
    expect(derived('closing', [incident])).toEqual([]);
  });

  it('exist where nothing is known of the time before, and where a ticket was opened and closed in one minute', () => {
    expect(closings(ticket([['closed', '2026-03-03T10:00Z']]))).toEqual(['03-03 10:00 – done']);
    const within = ['opened', 'closed', 'reopened', 'resolved'] as const;
    expect(closings(ticket(within.map((state) => [state, '2026-03-03T10:00Z'])))).toEqual([
      '03-03 10:00 – 03-03 10:00',
      '03-03 10:00 – done',
    ]);
  });

  it('are dated by what the source states, and are none where it closed what was opened and worked on later', () => {
    const stated = itemOf(
      { kind: 'ticket', item: 'T', at: '2026-03-02T10:00Z', state: 'opened' },
      {
        kind: 'ticket',
        item: 'T',
        at: '2026-03-05T10:00Z',
        state: 'closed',
        fields: { resolved: at('2026-03-04T10:00Z'), closed: at('2026-03-04T12:00Z') },
      },
    );
    expect(closings(stated)).toEqual(['03-04 10:00 – done']);
    const early = ticket([
      ['closed', '2026-03-01T10:00Z'],
      ['opened', '2026-03-02T10:00Z'],
      ['in_progress', '2026-03-02T11:00Z'],
      ['closed', '2026-03-03T10:00Z'],
    ]);
    expect(closings(early)).toEqual(['03-03 10:00 – done']);
  });

  it('take team, service and severity as the ticket stood then, type and runbook as last told', () => {
    const item = itemOf(
      {
        kind: 'ticket',
        at: '2026-03-02T10:00Z',
        state: 'opened',
        fields: { team: 'payments', severity: 3, type: 'incident' },
      },
      { kind: 'ticket', at: '2026-03-03T10:00Z', state: 'closed' },
      { kind: 'ticket', at: '2026-03-04T10:00Z', state: 'reopened', fields: { team: 'data', severity: 2, type: 'access' } },
      { kind: 'ticket', at: '2026-03-05T10:00Z', state: 'closed', fields: { runbook: 'reset' } },
    );
    expect(derived('closing', [item]).map(({ stretches, fields }) => [stretches[0], fields['type'], fields['runbook']])).toEqual([
      [expect.objectContaining({ team: 'payments', severity: 3 }), 'access', 'reset'],
      [expect.objectContaining({ team: 'data', severity: 2 }), 'access', 'reset'],
    ]);
  });
});

const START = at('2026-03-20T00:00Z');
const MIDDLE: readonly State[] = ['acknowledged', 'in_progress', 'on_hold', 'restored', 'resolved', 'closed', 'reopened'];

/** By the definition alone: a word of closing counts unless another came since work was last open. */
function plainly(told: readonly { state: State; at: number }[]): { closed: number; reopened: number | null }[] {
  const ends = told.filter(({ state }) => state === 'resolved' || state === 'closed');
  const isWorkBetween = (from: number, to: number): boolean =>
    told.some(({ state, at: when }) => isOpenState(state) && when > from && when < to);
  return ends
    .filter((end) => !ends.some((other) => other.at < end.at && !isWorkBetween(other.at, end.at)))
    .map(({ at: closed }) => ({
      closed,
      reopened: told.find(({ state, at: when }) => isOpenState(state) && when > closed)?.at ?? null,
    }));
}

it('closings are those of a plain reading in 2,000 histories, in any order of arrival', () => {
  const step = fc.record({ state: fc.constantFrom(...MIDDLE), hour: fc.integer({ min: 1, max: 400 }) });
  const steps = fc.uniqueArray(step, { maxLength: 12, selector: ({ hour }) => hour });
  fc.assert(
    fc.property(
      steps.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([inOrder, arrived]) => {
        const toldOf = (list: typeof inOrder) => [
          { state: 'opened' as State, at: START },
          ...list.map(({ state, hour }) => ({ state, at: START + hour * HOUR })),
        ];
        const item = itemOf(...toldOf(arrived).map((each) => ({ kind: 'ticket' as const, ...each })));
        const sorted = toldOf(inOrder).toSorted((one, other) => one.at - other.at);
        expect(item.closings).toEqual(plainly(sorted));
      },
    ),
    { numRuns: 2000 },
  );
});
