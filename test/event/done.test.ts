import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpenAt, queueAt } from '../../server/event/as-of.ts';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import { numbersOf } from './support/derived.ts';
import { DAY, HOUR, at, itemOf, readable, timeline, type FactParts } from './support/facts.ts';

const OPENED = '2026-03-02T10:00Z';
const DONE = '2026-03-05T10:00Z';

const action = (...facts: readonly FactParts[]): Item =>
  itemOf({ kind: 'action', at: OPENED, state: 'opened' }, ...facts.map((each) => ({ ...each, kind: 'action' as const })));

describe('an action that is done', () => {
  it('is closed from then on, though its source never sets a state', () => {
    const done = action({ at: '2026-03-06T10:00Z', fields: { done: at(DONE) } });
    expect(timeline(done)).toEqual(['opened 03-02 10:00 – 03-05 10:00', 'closed 03-05 10:00 – …']);
    expect(readable(done)).toMatchObject({ done: '03-05 10:00', closed: '03-05 10:00' });
    expect(queueAt([done], at(DONE) - 1)).toEqual([done]);
    expect(queueAt([done], at(DONE))).toEqual([]);
  });

  it('is closed whatever open states were told of it up to then, also after it was done', () => {
    const lagging = action(
      { at: '2026-03-04T10:00Z', state: 'in_progress' },
      { at: '2026-03-06T10:00Z', state: 'on_hold' },
      { at: '2026-03-07T10:00Z', state: 'in_progress', fields: { done: at(DONE) } },
    );
    expect(timeline(lagging).at(-1)).toBe('closed 03-05 10:00 – …');
  });

  it('is open again when an open state is told later, or when it is told not to be done', () => {
    const told: FactParts = { at: DONE, fields: { done: at(DONE) } };
    const resumed = action(told, { at: '2026-03-08T10:00Z', state: 'in_progress' });
    expect(timeline(resumed).slice(-2)).toEqual(['closed 03-05 10:00 – 03-08 10:00', 'in_progress 03-08 10:00 – …']);
    expect(readable(resumed)).toMatchObject({ reopened: '03-08 10:00' });
    expect(timeline(action(told, { at: '2026-03-08T10:00Z', fields: { done: null } }))).toEqual(['opened 03-02 10:00 – …']);
  });

  it('before it was written down is closed from its opening on', () => {
    const late = action({ at: '2026-03-03T10:00Z', state: 'in_progress', fields: { done: at('2026-03-01T00:00Z') } });
    expect(timeline(late)).toEqual(['closed 03-02 10:00 – …']);
    expect(readable(late)).toMatchObject({ done: '03-01 00:00', closed: '03-02 10:00' });
  });

  it('is closed when its source says so, where it states that date', () => {
    const stated = action({ at: '2026-03-09T10:00Z', fields: { done: at(DONE), closed: at('2026-03-08T10:00Z') } });
    expect(timeline(stated).at(-1)).toBe('closed 03-08 10:00 – …');
    const resolved = action({ at: DONE, fields: { done: at(DONE) } }, { at: '2026-03-08T10:00Z', state: 'resolved' });
    expect(isOpenAt(resolved, at(DONE))).toBe(false);
  });

  it('stays cancelled if it was, and is no item of a queue if it was never opened', () => {
    const cancelled = action({ at: '2026-03-04T10:00Z', state: 'cancelled' }, { at: DONE, fields: { done: at(DONE) } });
    expect(timeline(cancelled).at(-1)).toBe('cancelled 03-04 10:00 – …');
    const alone = itemOf({ kind: 'action', at: DONE, fields: { done: at(DONE) } });
    expect(isOpenAt(alone, at(DONE))).toBe(false);
  });

  it('is within due by when it was done, whenever its source closed it', () => {
    const due = at(DONE);
    const of = (fields: Fields) =>
      numbersOf('action', 'within_due', [action({ at: '2026-03-09T10:00Z', state: 'closed', fields })])['A'];
    expect(of({ due, done: due })).toBe(1);
    expect(of({ due, done: due + 1000 })).toBe(0);
    expect(of({ due })).toBe(0);
    expect(numbersOf('action', 'within_due', [action({ at: OPENED, fields: { due } })])).toEqual({ A: 0 });
    expect(numbersOf('action', 'within_due', [action({ at: OPENED, fields: { done: due } })])).toEqual({ A: NaN });
  });

  it('is out of the queue from when it was done, with any states told up to then and in any order of arrival', () => {
    const hours = fc.integer({ min: 0, max: 200 });
    const steps = fc.uniqueArray(fc.tuple(hours, fc.constantFrom('acknowledged', 'in_progress', 'on_hold', 'opened')), {
      maxLength: 6,
      selector: ([hour]) => hour,
    });
    fc.assert(
      fc.property(steps, hours, fc.infiniteStream(fc.nat()), (states, doneHour, places) => {
        const start = at(OPENED);
        const facts: FactParts[] = [
          { kind: 'action', at: start, state: 'opened' },
          ...states.map(([hour, state]) => ({ kind: 'action' as const, at: start + hour * HOUR, sequence: 1, state })),
          { kind: 'action', at: start + 10 * DAY, fields: { done: start + doneHour * HOUR } },
        ];
        const arrived = facts.map((fact) => ({ fact, place: places.next().value ?? 0 })).sort((a, b) => a.place - b.place);
        const item = itemOf(...arrived.map(({ fact }) => fact));
        expect(item).toEqual(itemOf(...facts));
        for (const hour of [0, 50, 100, 200, 300]) expect(isOpenAt(item, start + hour * HOUR)).toBe(hour < doneHour);
      }),
      { numRuns: 500 },
    );
  });

  it('says nothing of other kinds', () => {
    const ticket = itemOf(
      { kind: 'ticket', at: OPENED, state: 'opened' },
      { kind: 'ticket', at: DONE, fields: { done: at(DONE) } },
    );
    expect(isOpenAt(ticket, at(DONE))).toBe(true);
  });
});
