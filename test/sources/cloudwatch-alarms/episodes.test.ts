import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectItem } from '../../../server/event/projection.ts';
import type { AlarmChange, AlarmState } from '../../../server/sources/cloudwatch-alarms/change.ts';
import { AlarmMemory, episodesOf } from '../../../server/sources/cloudwatch-alarms/episodes.ts';
import { alarmFacts } from '../../../server/sources/cloudwatch-alarms/facts.ts';
import type { Event } from '../../../server/event/event.ts';

const change = (at: number, to: AlarmChange['to'], from: AlarmState | null = null): AlarmChange => ({
  alarm: 'checkout-errors',
  at,
  to,
  from,
  mark: String(at),
});
const spans = (changes: readonly AlarmChange[]): (readonly [number, number | null])[] =>
  episodesOf(changes).map(({ raised, cleared }) => [raised.at, cleared?.at ?? null]);

describe('the episodes of an alarm', () => {
  it('last from ALARM to OK', () => {
    expect(spans([change(1, 'ALARM', 'OK'), change(5, 'OK', 'ALARM'), change(8, 'ALARM', 'OK')])).toEqual([
      [1, 5],
      [8, null],
    ]);
  });

  it('go on where the data ends: no data is not well', () => {
    expect(
      spans([
        change(1, 'ALARM', 'OK'),
        change(2, 'INSUFFICIENT_DATA', 'ALARM'),
        change(3, 'ALARM', 'INSUFFICIENT_DATA'),
        change(4, 'INSUFFICIENT_DATA', 'ALARM'),
        change(5, 'OK', 'INSUFFICIENT_DATA'),
      ]),
    ).toEqual([[1, 5]]);
  });

  it('end where the alarm is deleted', () => {
    expect(spans([change(1, 'ALARM', 'OK'), change(3, 'DELETED'), change(6, 'ALARM', 'INSUFFICIENT_DATA')])).toEqual([
      [1, 3],
      [6, null],
    ]);
  });

  it('are not begun by an alarm that is told again, nor by its end alone', () => {
    expect(
      spans([change(1, 'OK', 'ALARM'), change(2, 'ALARM', 'OK'), change(3, 'ALARM', 'OK'), change(4, 'OK', 'ALARM')]),
    ).toEqual([[2, 4]]);
    expect(spans([change(1, 'ALARM', 'ALARM')])).toEqual([]);
  });

  it('come out the same in whatever order, portions and numbers of times their changes are told', () => {
    const turns = fc.array(fc.constantFrom<AlarmState>('OK', 'ALARM', 'INSUFFICIENT_DATA'), { maxLength: 12 });
    fc.assert(
      fc.property(turns, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 5 }), (states, random, portion) => {
        let before: AlarmState = 'INSUFFICIENT_DATA';
        const changes = states.flatMap((state, index) => {
          if (state === before) return [];
          const told = change((index + 1) * 1_000, state, before);
          before = state;
          return [told];
        });
        const straight = itemsOf([changes]);
        const mixed = [...changes, ...changes].map((each) => ({ each, rank: random.next().value ?? 0 }));
        mixed.sort((one, other) => one.rank - other.rank);
        const portions: AlarmChange[][] = [];
        for (let first = 0; first < mixed.length; first += portion)
          portions.push(mixed.slice(first, first + portion).map(({ each }) => each));
        expect(itemsOf(portions)).toEqual(straight);
      }),
    );
  });

  it('are remembered where they straddle what is forgotten', () => {
    const memory = new AlarmMemory([change(1, 'ALARM', 'OK'), change(2, 'OK', 'ALARM'), change(3, 'ALARM', 'OK')]);
    memory.forget(100);
    expect(memory.all().map(({ at }) => at)).toEqual([3]);
    expect(memory.learn([change(120, 'OK', 'ALARM')])).toMatchObject([
      { is: 'ended', episode: { raised: { at: 3 }, cleared: { at: 120 } } },
    ]);
    memory.forget(200);
    expect(memory.all()).toEqual([]);
  });
});

const HOME = { source: 'alarms', account: '111122223333', region: 'eu-central-1' };

/** Items as the facts of all portions make them. */
function itemsOf(portions: readonly (readonly AlarmChange[])[]): { uid: string; cleared: unknown }[] {
  const memory = new AlarmMemory();
  const facts = portions
    .flatMap((portion) => memory.learn(portion))
    .flatMap((news) => alarmFacts(HOME, news, {}, null, 'native'));
  const byItem = Map.groupBy(facts, ({ item }: Event) => item);
  return [...byItem]
    .flatMap(([uid, events]) => {
      const item = projectItem(uid, events);
      return item === null || item.last.cancelled !== undefined ? [] : [{ uid, cleared: item.fields['cleared'] }];
    })
    .sort((one, other) => (one.uid < other.uid ? -1 : 1));
}
