import { beforeEach, describe, expect, test } from 'vitest';
import { KINDS } from '../../server/event/kinds.ts';
import type { Event, FieldValue } from '../../server/event/event.ts';
import type { Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { event, MONDAY, sample, wholeLog } from './sample-data.ts';

const UID = 'servicenow:incident:INC1';

export function logContract(fresh: () => Promise<Opened>): void {
  describe('the event log', () => {
    let store: Store;
    let other: Store;
    beforeEach(async () => {
      ({ store, other } = await fresh());
    });
    const append = (events: readonly Event[], at = MONDAY) => store.append('servicenow', at, events, []);
    const keysOf = async (uid = UID): Promise<string[]> =>
      ((await store.eventsOf([uid])).get(uid) ?? []).map((stored) => stored.key).sort();

    test('is empty at first', async () => {
      expect(await store.watermark()).toBe(0);
      expect(await store.batchRecordedAt(1)).toBeNull();
      expect(await store.touchedItems(0)).toEqual([]);
      expect(await wholeLog(store)).toEqual(new Map());
      expect(await store.countEvents()).toEqual({ events: 0, items: 0, batches: 0, byKind: {} });
    });

    test('gives an event back as it was, whatever is in it', async () => {
      const odd = event({
        item: 'INC:1:ä😀\u202e',
        key: 'k',
        effectiveAt: -1.5e12,
        sequence: -3,
        origin: 'webhook',
        state: 'restored',
        supersedes: 'older',
        slot: 'resolved',
        fields: {
          zone: 'Europe/Zurich',
          10: 'a name like a number',
          9: 0.1,
          team: '',
          planned: false,
          severity: 9_007_199_254_740_991,
          commits: [1, -2],
          cause: null,
          text: 'quotes " \\ and line\nends \u2028 and “ünïcödé” \u0001',
        },
      });
      expect(await append([odd])).toEqual({ batch: 1, newEvents: 1, newSamples: 0, isOfNewItems: true });
      const uid = 'servicenow:incident:INC:1:ä😀\u202e';
      expect(await store.eventsOf([uid])).toEqual(new Map([[uid, [{ ...odd, batch: 1 }]]]));
      expect(await wholeLog(store)).toEqual(new Map([[uid, [{ ...odd, batch: 1 }]]]));
    });

    test('gives events back as they were, many at once, of items that it knows and of others', async () => {
      const texts = ['plain', 'tab\there', 'line\nend\r', 'back\\slash \\N', '\\.', 'ä😀', ' '];
      const facts = (round: number): Event[] =>
        Array.from({ length: 1_234 }, (_, at) =>
          event({
            kind: at % 500 === 7 ? 'alert' : 'incident',
            item: `${texts[at % 7] ?? ''}${at % 50}`,
            key: `${texts[at % 5] ?? ''}${at}-${round}`,
            effectiveAt: MONDAY + at,
            sequence: at % 900 === 5 ? -at : 0,
            origin: at % 700 === 9 ? 'manual' : 'native',
            state: at % 3 === 0 ? 'opened' : null,
            supersedes: at % 800 === 11 ? 'older\t' : null,
            slot: round === 1 || at % 2 === 0 ? `${texts[at % 7] ?? ''}${round}-${at}` : null,
            fields: at % 4 === 0 ? { cause: texts[at % 7] ?? '' } : {},
          }),
        );
      const all = [...facts(1), ...facts(2)];
      expect(await append(facts(1))).toMatchObject({ batch: 1, newEvents: 1_234 });
      expect(await append(all)).toMatchObject({ batch: 2, newEvents: 1_234 });
      expect(await append(all)).toMatchObject({ batch: null, newEvents: 0 });
      const nameOf = ({ item, key }: Event): string => `${item} ${key}`;
      const stored = [...(await wholeLog(store)).values()].flat().map(({ batch: _, ...one }) => one);
      const inOrder = (events: readonly Event[]) => new Map(events.map((one) => [nameOf(one), one] as const).sort());
      expect(stored).toHaveLength(all.length);
      expect(inOrder(stored)).toEqual(inOrder(all));
    });

    test('stores the same fact once and writes no batch for what is known', async () => {
      const facts = [event({ item: 'INC1', key: 'a' }), event({ item: 'INC1', key: 'b' }), event({ item: 'INC2', key: 'a' })];
      expect(await append([...facts, ...facts])).toEqual({ batch: 1, newEvents: 3, newSamples: 0, isOfNewItems: false });
      expect(await append(facts)).toEqual({ batch: null, newEvents: 0, newSamples: 0, isOfNewItems: false });
      expect(await append([])).toEqual({ batch: null, newEvents: 0, newSamples: 0, isOfNewItems: false });
      expect(await append([...facts, event({ item: 'INC2', key: 'b' })])).toEqual({
        batch: 2,
        newEvents: 1,
        newSamples: 0,
        isOfNewItems: false,
      });
      expect(await store.watermark()).toBe(2);
      expect(await store.countEvents()).toEqual({ events: 4, items: 2, batches: 2, byKind: { incident: 4 } });
    });

    test('never changes a fact that is known', async () => {
      await append([event({ item: 'INC1', key: 'a', fields: { team: 'first' } })]);
      await append([event({ item: 'INC1', key: 'a', fields: { team: 'second' } })]);
      const stored = (await store.eventsOf([UID])).get(UID);
      expect(stored?.map((one) => one.fields)).toEqual([{ team: 'first' }]);
    });

    test('tells the order of fields apart from their content', async () => {
      await append([event({ item: 'INC1', key: 'a', slot: 's', fields: { team: 'x', cause: 'y' } })]);
      expect(await append([event({ item: 'INC1', key: 'b', slot: 's', fields: { cause: 'y', team: 'x' } })])).toMatchObject({
        newEvents: 0,
      });
    });

    test('leaves out the latest word of a slot and stores an earlier one again when it is said again', async () => {
      const said = (key: string, cause: string) => event({ item: 'INC1', key, slot: 'cause', fields: { cause } });
      expect((await append([said('a', 'disk')])).newEvents).toBe(1);
      expect((await append([said('a', 'disk')])).newEvents).toBe(0);
      expect((await append([said('b', 'network')])).newEvents).toBe(1);
      // Said before, but something else since: it must stand again.
      expect((await append([said('a', 'disk')])).newEvents).toBe(1);
      expect((await append([said('a', 'disk')])).newEvents).toBe(0);
      expect((await append([said('b', 'network')])).newEvents).toBe(1);
      expect((await append([said('a', 'disk')])).newEvents).toBe(1);
      expect(await keysOf()).toEqual(['a', 'a~2', 'a~3', 'b', 'b~2']);
      const latest = (await store.eventsOf([UID])).get(UID)?.toSorted((one, two) => two.batch - one.batch)[0];
      expect(latest?.fields).toEqual({ cause: 'disk' });
    });

    test('takes an old word of a slot that is heard again for known, by the sequence of the source', async () => {
      const said = (key: string, sequence: number) =>
        event({ item: 'INC1', key, sequence, slot: 'cause', fields: { cause: key } });
      await append([said('a', 1)]);
      await append([said('b', 2)]);
      expect((await append([said('a', 1)])).newEvents).toBe(0);
      expect((await append([said('z', 0)])).newEvents).toBe(1);
      expect(await keysOf()).toEqual(['a', 'b', 'z']);
    });

    test('takes two words for one slot in one call for known when the call is repeated', async () => {
      const said = (key: string) => event({ item: 'INC1', key, slot: 'cause', fields: { cause: key } });
      await append([said('a'), said('b')]);
      expect((await append([said('b'), said('a')])).newEvents).toBe(0);
      expect((await append([said('a'), said('b'), said('a')])).newEvents).toBe(0);
    });

    test('knows what was known at a batch', async () => {
      await append([event({ item: 'INC1', key: 'a' })], MONDAY);
      await append([event({ item: 'INC1', key: 'b' }), event({ item: 'INC2', key: 'a' })], MONDAY + 1);
      await append([event({ item: 'INC0', key: 'a', kind: 'ticket' })], MONDAY + 2);
      expect(await store.batchRecordedAt(2)).toBe(MONDAY + 1);
      expect((await store.eventsOf([UID, 'servicenow:incident:INC2', 'none'], 1)).size).toBe(1);
      expect((await store.eventsOf([UID], 1)).get(UID)?.map((one) => one.key)).toEqual(['a']);
      expect([...(await wholeLog(store, 1)).keys()]).toEqual([UID]);
      expect(await store.touchedItems(1)).toEqual([UID, 'servicenow:incident:INC2', 'servicenow:ticket:INC0']);
      expect(await store.touchedItems(3)).toEqual([]);
      const tickets = [];
      for await (const chunk of store.allEvents(['ticket'])) tickets.push(...chunk.keys());
      expect(tickets).toEqual(['servicenow:ticket:INC0']);
      for await (const chunk of store.allEvents([])) expect(chunk).toBeUndefined();
    });

    test('orders text by code point of its UTF-8 bytes, not by language', async () => {
      const items = ['b', 'B', 'ä', 'a', '~', '😀', 'Z', '10', '9', ' '];
      await append(items.map((item) => event({ item, key: 'k' })));
      const expected = items
        .map((item) => `servicenow:incident:${item}`)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await store.touchedItems(0)).toEqual(expected);
      expect([...(await wholeLog(store)).keys()]).toEqual(expected);
      expect([...(await store.eventsOf(expected.toReversed())).keys()]).toEqual(expected);
    });

    test('tells of a batch the items of which something was new to it', async () => {
      const said = (item: string, key: string) => event({ item, key });
      await append([said('a', 'one'), said('b', 'one'), said('c', 'one')]);
      await append([said('a', 'one'), said('b', 'two'), said('d', 'one')]);
      expect(await store.touchedItems(0, 1)).toEqual(['a', 'b', 'c'].map((item) => `servicenow:incident:${item}`));
      expect(await store.touchedItems(1)).toEqual(['b', 'd'].map((item) => `servicenow:incident:${item}`));
      expect(await store.touchedItems(0)).toHaveLength(4);
    });

    test('tells of a batch of many items all of them', async () => {
      const items = Array.from({ length: 2_500 }, (_, at) => String(10_000 + at));
      await append(items.map((item) => event({ item, key: 'k' })));
      await append([event({ item: '00000', key: 'k' })]);
      expect(await store.touchedItems(0, 1)).toEqual(items.map((item) => `servicenow:incident:${item}`));
      expect(await store.touchedItems(1)).toEqual(['servicenow:incident:00000']);
    });

    test('streams a long log in whole items, and without what is appended meanwhile', async () => {
      const facts = Array.from({ length: 45_000 }, (_, at) =>
        event({ item: at < 30_000 ? 'long' : `INC${at >> 2}`, key: `k${at}`, fields: { severity: at } }),
      );
      for (let at = 0; at < facts.length; at += 5_000) await append(facts.slice(at, at + 5_000));
      let chunks = 0;
      const seen = new Map<string, number>();
      for await (const chunk of store.allEvents()) {
        chunks += 1;
        for (const [uid, events] of chunk) seen.set(uid, (seen.get(uid) ?? 0) + events.length);
        if (chunks === 1) await append([event({ item: 'zz', key: 'late' })]);
      }
      expect(chunks).toBeGreaterThan(1);
      expect(seen.get('servicenow:incident:long')).toBe(30_000);
      expect(seen.size).toBe(1 + 3_750);
      expect(seen.has('servicenow:incident:zz')).toBe(false);
      expect((await store.eventsOf([...seen.keys()])).size).toBe(seen.size);
    });

    test.each([
      ['NaN', { severity: Number.NaN }, "field 'severity'"],
      ['Infinity', { severity: Number.POSITIVE_INFINITY }, "field 'severity'"],
      ['an integer beyond 2^53', { severity: 2 ** 53 }, "field 'severity'"],
      ['a NUL character', { team: 'a\0b' }, "field 'team'"],
      ['half a surrogate pair', { team: 'a\ud800' }, "field 'team'"],
      ['a text of more than 64 kB', { team: 'x'.repeat(65_537) }, "field 'team'"],
      ['an instant that is no integer', { commits: [1.5] }, "field 'commits'"],
      ['a NUL character in a name', { 'a\0': 1 }, 'name of a field'],
    ] satisfies [string, Record<string, FieldValue>, string][])(
      'refuses %s, names it, and stores nothing of the call',
      async (_, fields, place) => {
        const call = append([event({ item: 'INC1', key: 'a' }), event({ item: 'INC2', key: 'a', fields })]);
        await expect(call).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
        await expect(call).rejects.toThrow(`servicenow, incident INC2, `);
        await expect(call).rejects.toThrow(place);
        expect(await store.watermark()).toBe(0);
      },
    );

    test.each([
      ['an instant that is NaN', { effectiveAt: Number.NaN }],
      ['a sequence beyond 2^53', { sequence: 2 ** 60 }],
      ['a native id of more than 512 characters', { item: 'x'.repeat(513) }],
      ['a NUL character in a key', { key: '\0' }],
      ['a slot that is too long', { slot: 's'.repeat(257) }],
      ['a source with a colon', { source: 'a:b' }],
    ] satisfies [string, Partial<Event>][])('refuses %s', async (_, changes) => {
      await expect(append([event({ item: 'INC1', key: 'a', ...changes })])).rejects.toMatchObject({ code: 'invalid' });
      expect(await store.watermark()).toBe(0);
    });

    test('keeps texts of the greatest length', async () => {
      const longest = event({ item: 'Ω'.repeat(512), key: 'Ω'.repeat(128), fields: { team: 'Ω'.repeat(65_536) } });
      expect((await append([longest])).newEvents).toBe(1);
      expect((await append([longest])).newEvents).toBe(0);
    });

    test('keeps every kind', async () => {
      const kinds = Object.keys(KINDS).sort();
      for (const kind of kinds) await append([event({ item: 'x', key: 'k', kind: kind as keyof typeof KINDS })]);
      expect(Object.keys((await store.countEvents()).byKind)).toEqual(kinds);
    });

    test('numbers concurrent batches in the order in which they are committed, and counts no fact twice', async () => {
      const facts = Array.from({ length: 400 }, (_, at) => event({ item: `INC${at % 40}`, key: `k${at}` }));
      let isDone = false;
      const watch = (async () => {
        while (!isDone) {
          const watermark = await other.watermark();
          // A batch committed before one with a smaller number would be seen as a gap.
          expect((await other.countEvents()).batches).toBeGreaterThanOrEqual(watermark);
        }
      })();
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          (at % 2 === 0 ? store : other).append('servicenow', MONDAY + at, facts.slice(at * 20, at * 20 + 100), [
            sample(MONDAY + (at % 4) * 60_000, at % 4),
          ]),
        ),
      );
      isDone = true;
      await watch;
      expect(results.reduce((sum, result) => sum + result.newEvents, 0)).toBe(400);
      expect(results.reduce((sum, result) => sum + result.newSamples, 0)).toBe(4);
      const batches = results.flatMap((result) => result.batch ?? []).sort((one, two) => one - two);
      expect(batches).toEqual(batches.map((_, at) => at + 1));
      expect(await store.watermark()).toBe(batches.length);
      expect((await store.countEvents()).events).toBe(400);
    });
  });
}
