import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { columnsOf } from '../../server/event/columns-of.ts';
import { appendedWith } from '../../server/event/home.ts';
import type { Kind } from '../../server/event/kinds.ts';
import { projectItem } from '../../server/event/projection.ts';
import { decodeSegment } from '../../server/event/segment-read.ts';
import { encodeSegment } from '../../server/event/segment.ts';
import type { Engine } from '../../server/store/engine.ts';
import { migrate } from '../../server/store/migrate.ts';
import { storeOn } from '../../server/store/kysely-store.ts';
import type { Segment, SegmentChanges, Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { now } from './contract-migration.ts';
import { event, MONDAY } from './sample-data.ts';

export function segment(kind: Kind, cluster: string, month: number, count = 1): Segment {
  const items = Array.from({ length: count }, (_, index) => {
    const fields = { team: cluster };
    const told = { ...event({ item: `${cluster} ${month} ${index}`, key: 'a', fields }), kind, batch: 1 };
    return projectItem(`servicenow:${kind}:${told.item}`, [told]);
  });
  const columns = columnsOf(
    kind,
    items.filter((item) => item !== null),
  );
  return {
    kind,
    cluster,
    month,
    rows: count,
    data: encodeSegment(
      columns,
      Int32Array.from({ length: count }, (_, row) => row),
    ),
  };
}

const MAKER = 'this version';
const changes = (part: Partial<SegmentChanges>): SegmentChanges => ({
  maker: MAKER,
  after: 0,
  through: 1,
  put: [],
  drop: [],
  ...part,
});

async function all(store: Store, kind?: Kind): Promise<Segment[]> {
  const found: Segment[] = [];
  for await (const each of store.segments(kind)) found.push({ ...each, data: Uint8Array.from(each.data) });
  return found;
}

export function segmentsContract(fresh: () => Promise<Opened>, bare: () => Promise<Engine>): void {
  describe('segments of columns', () => {
    let store: Store;
    let other: Store;
    beforeEach(async () => {
      ({ store, other } = await fresh());
    });
    const page = segment('page', '', 24_300);
    const team = segment('ticket', 'ä payments', 24_301, 3);
    const service = segment('ticket', 'service:search', 24_300);

    test('are not there at first', async () => {
      expect(await store.segmentsThrough(MAKER)).toBe(0);
      expect(await all(store)).toEqual([]);
    });

    test('come back as they were, by kind, cluster and month, with the batch that they are of', async () => {
      await store.saveSegments(changes({ through: 7, put: [team, page, service] }));
      expect(await store.segmentsThrough(MAKER)).toBe(7);
      expect(await other.segmentsThrough(MAKER)).toBe(7);
      expect(await all(other)).toEqual([page, service, team]);
      expect(await all(store, 'ticket')).toEqual([service, team]);
      expect(await all(store, 'incident')).toEqual([]);
      expect(decodeSegment(team.data).length).toBe(3);
    });

    test('say how many rows there are of each kind, before they are read', async () => {
      expect(await store.segmentRows()).toEqual(new Map());
      const put = [segment('ticket', 'a', 1, 3), segment('ticket', 'b', 2), segment('incident', 'a', 1, 2)];
      await store.saveSegments(changes({ put }));
      expect(await store.segmentRows()).toEqual(
        new Map([
          ['incident', 2],
          ['ticket', 4],
        ] as const),
      );
    });

    test('of rows appended since come last, by their batches', async () => {
      const [first, second] = [2, 10].map((batch) => ({ ...segment('ticket', '', 1), ...appendedWith(batch) }));
      if (first === undefined || second === undefined) throw new Error('there are two');
      const odd = segment('ticket', '\u{10fffd}\u{e000}😀', 24_300);
      const put = [segment('page', 'x', 1), odd, first, second].map((each) => ({ ...each, data: page.data }));
      await store.saveSegments(changes({ put: put.toReversed() }));
      expect(await all(store)).toEqual(put);
    });

    test('are replaced and dropped in one step with the batch', async () => {
      await store.saveSegments(changes({ put: [team, page, service] }));
      const more = segment('ticket', 'service:search', 24_300, 5);
      await store.saveSegments(changes({ after: 1, through: 2, put: [more], drop: [team, segment('ticket', 'nobody', 1)] }));
      expect(await store.segmentsThrough(MAKER)).toBe(2);
      expect(await all(store)).toEqual([page, more]);
      await store.saveSegments(changes({ after: 2, through: 3 }));
      expect(await all(store)).toEqual([page, more]);
    });

    test('that are of another batch or maker than is thought are not built upon', async () => {
      await store.saveSegments(changes({ through: 5, put: [team] }));
      for (const wrong of [{ after: 4 }, { after: 0 }, { after: 5, maker: 'another version' }]) {
        const call = store.saveSegments(changes({ through: 6, put: [page], drop: [team], ...wrong }));
        await expect(call).rejects.toMatchObject({ name: 'StoreError', code: 'conflict' });
      }
      expect(await all(store)).toEqual([team]);
      expect(await store.segmentsThrough('another version')).toBe(0);
    });

    test('are not read before all of the first ones are there', async () => {
      await store.saveSegments(changes({ through: 0, put: [team] }));
      expect(await store.segmentsThrough(MAKER)).toBe(0);
      expect(await all(store)).toEqual([]);
      await store.saveSegments(changes({ through: 4, put: [page] }));
      expect(await all(store)).toEqual([page, team]);
    });

    test('can be cleared, and made anew by another version', async () => {
      await store.saveSegments(changes({ put: [team] }));
      await store.clearSegments();
      expect(await store.segmentsThrough(MAKER)).toBe(0);
      expect(await all(store)).toEqual([]);
      await store.saveSegments(changes({ maker: 'another version', put: [page] }));
      expect(await store.segmentsThrough('another version')).toBe(1);
    });

    test('are written and cleared by whoever holds the lease alone', async () => {
      const stale = await store.claim('measure', 'a', MONDAY, 1_000);
      const lease = await other.claim('measure', 'b', MONDAY + 2_000, 1_000);
      if (stale === null || lease === null) throw new Error('both were free to claim');
      await store.saveSegments(changes({ put: [team] }), lease);
      await expect(store.saveSegments(changes({ after: 1 }), stale)).rejects.toMatchObject({ code: 'stale-lease' });
      await expect(store.clearSegments(stale)).rejects.toMatchObject({ code: 'stale-lease' });
      expect(await all(store)).toEqual([team]);
    });

    test('that change while they are read end the reading', async () => {
      // Two of them are more than is read in one go.
      const large = [1, 2].map((month) => ({ ...segment('ticket', 'payments', month), rows: 60_000 }));
      await store.saveSegments(changes({ put: large }));
      const reading = store.segments();
      expect((await reading.next()).value).toMatchObject({ month: 1 });
      await other.saveSegments(changes({ after: 1, through: 2, put: [page] }));
      await expect(reading.next()).rejects.toMatchObject({ name: 'StoreError', code: 'conflict' });
      expect(await all(store)).toHaveLength(3);
    });

    test('of many and of great size are kept', async () => {
      const many = Array.from({ length: 300 }, (_, month) => segment('page', 'x', month));
      const data = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at < 8 ? (page.data[at] ?? 0) : at));
      await store.saveSegments(changes({ put: [...many, { ...page, data }] }));
      const found = await all(store);
      expect(found).toHaveLength(301);
      expect(Buffer.compare(found[0]?.data ?? data.subarray(1), data)).toBe(0);
    });
  });

  describe('damaged segments of columns', () => {
    let engine: Engine | null = null;
    afterEach(async () => {
      await engine?.close();
      engine = null;
    });
    const saved = [segment('page', 'x', 1), segment('page', 'y', 1), segment('ticket', 'x', 1)];
    const damages: [string, string][] = [
      ['a byte of its columns', `update column_segment set data = $1 where cluster = 'y'`],
      ['the team', `update column_segment set cluster = 'z' where cluster = 'y'`],
      ['the month', `update column_segment set month = 2 where cluster = 'y'`],
      ['the number of rows', `update column_segment set "rows" = 2 where cluster = 'y'`],
      ['its checksum', `update column_segment set row_sum = row_sum + 1 where cluster = 'y'`],
      ['one that is lost', `delete from column_segment where cluster = 'y'`],
      ['the batch', 'update column_state set through = 9'],
      ['how many there should be', 'update column_state set segments = 2'],
    ];

    test.each(damages)('are found, never read as others: %s', async (_, damage) => {
      engine = await bare();
      await migrate(engine, now);
      const store = storeOn(engine);
      await store.saveSegments(changes({ put: saved }));
      const data = Buffer.from(saved[1]?.data ?? []);
      data.writeUInt8(data.readUInt8(data.length - 9) ^ 1, data.length - 9);
      const [before = '', after] = damage.split('$1');
      const { db } = engine;
      await (after === undefined ? sql.raw(before) : sql`${sql.raw(before)}${data}${sql.raw(after)}`).execute(db);
      await expect(all(store)).rejects.toMatchObject({ name: 'StoreError', code: 'unusable-cache' });
      // What the log tells is as it was, and it takes its place.
      await store.clearSegments();
      await store.saveSegments(changes({ put: saved }));
      expect(await all(store)).toEqual(saved);
    });

    test('are told from those of another format', async () => {
      engine = await bare();
      await migrate(engine, now);
      const store = storeOn(engine);
      const [first] = saved;
      if (first === undefined) throw new Error('there is one');
      const data = Uint8Array.from(first.data, (byte, at) => (at === 0 ? byte + 1 : byte));
      await store.saveSegments(changes({ put: [{ ...first, data }] }));
      await expect(all(store)).rejects.toMatchObject({ code: 'unusable-cache' });
    });
  });
}
