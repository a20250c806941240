import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { foldBlock } from '../../server/event/fold-block.ts';
import { homeKey } from '../../server/event/home.ts';
import type { Kind } from '../../server/event/kinds.ts';
import { encodeSegment } from '../../server/event/segment.ts';
import { ItemTables } from '../../server/jobs/item-tables.ts';
import { pullSource } from '../../server/jobs/pull.ts';
import { ORGANISATION } from '../event/support/organisation.ts';
import type { PullBatch } from '../../server/sources/source.ts';
import { blockOf } from '../../server/store/append.ts';
import { openStore } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';
import { history } from '../event/support/histories.ts';
import { GivenSource } from './small-house.ts';

const KINDS: readonly Kind[] = ['incident', 'ticket', 'page', 'deployment'];
const NOW = Date.parse('2026-11-21T12:00:00Z');
const RUNS = Number(process.env['PROVE_RUNS'] ?? 60);

/** What happened to some items, most of it in slots, as a file tells it. */
const batch = fc
  .array(
    fc
      .tuple(fc.constantFrom(...KINDS), fc.constantFrom('A', 'B', 'C:1', 'D', 'E', 'F'), fc.boolean())
      .chain(([kind, item, hasSlots]) =>
        history(kind).map((events) =>
          events.map(({ batch: _, ...event }): Event => ({
            ...event,
            item,
            slot: event.slot ?? (hasSlots ? `of ${event.key}` : null),
          })),
        ),
      ),
    { minLength: 1, maxLength: 3 },
  )
  .map((told) => told.flat());

/** Passes, each of some batches, after each of which everything is taken in. */
const passes = fc.array(fc.array(batch, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });

const openedStore = async (): Promise<Store> => {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-foreseen-'));
  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write' });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
};

const given = (events: readonly Event[]): Partial<PullBatch> => {
  const block = blockOf(events);
  return { block, items: foldBlock(block) };
};

const pulled = (store: Store, batches: readonly (readonly Event[])[], items: ItemTables) => {
  const source = new GivenSource('desk', KINDS);
  source.next = batches.map(given);
  return pullSource(source, {
    store,
    clock: () => NOW,
    pseudonym: (person) => person,
    signal: new AbortController().signal,
    onItems: (number, folded) => items.foresee(number, folded),
  });
};

/** Everything that tables hold, to the byte. */
const held = (items: ItemTables) =>
  KINDS.flatMap((kind) => {
    const table = items.table(kind);
    const homes = new Map(table.changes(items.watermark, 0).put.map(({ home }) => [homeKey(home), home]));
    const segments = [...homes].map(([name, home]): [string, string] => [
      name,
      Buffer.from(encodeSegment(table.columns(), table.rowsAt(home))).toString('base64'),
    ]);
    return [[kind, table.count, items.earliestTold(kind), segments.sort(([one], [other]) => (one < other ? -1 : 1))]];
  });

describe('items that are folded while they are pulled', () => {
  it('are those that the log gives, whatever came before, between and after', async () => {
    await fc.assert(
      fc.asyncProperty(passes, fc.integer({ min: 0, max: 3 }), async (told, mostChanges) => {
        const store = await openedStore();
        const items = new ItemTables(ORGANISATION, mostChanges);
        for (const batches of told) {
          expect(await pulled(store, batches, items)).toMatchObject({ outcome: 'complete' });
          await items.refresh(store, await store.watermark());
          const read = new ItemTables(ORGANISATION);
          await read.refresh(store, await store.watermark());
          expect(held(items)).toEqual(held(read));
        }
      }),
      { numRuns: RUNS },
    );
  });

  const opened = (item: string, rest: Partial<Event> = {}): Event => ({
    kind: 'ticket',
    source: 'desk',
    item,
    key: `opened ${item}`,
    effectiveAt: Date.parse('2026-11-02T10:00:00Z'),
    sequence: 0,
    origin: 'native',
    state: 'opened',
    fields: { team: 'payments' },
    supersedes: null,
    slot: 'opened',
    ...rest,
  });

  it('need not be read back, but for those of which more was told', async () => {
    const store = await openedStore();
    const items = new ItemTables(ORGANISATION);
    const closed = opened('A', {
      key: 'closed',
      state: 'closed',
      slot: 'closed',
      effectiveAt: Date.parse('2026-11-03T10:00:00Z'),
    });
    await pulled(store, [[opened('A'), opened('B')], [opened('C')], [closed]], items);
    const asked: string[] = [];
    const watched: Store = {
      ...store,
      allEvents: () => {
        throw new Error('all events were read');
      },
      eventsOf: (uids, until) => {
        asked.push(...uids);
        return store.eventsOf(uids, until);
      },
    };
    expect(await items.refresh(watched, 3)).toEqual({ changes: [], isAll: true });
    expect(asked).toEqual(['desk:ticket:A']);
    expect(items.table('ticket').count).toBe(3);
  });

  it('are let be where another batch came between, or less is to be taken in', async () => {
    const store = await openedStore();
    const items = new ItemTables(ORGANISATION);
    await pulled(store, [[opened('A')]], new ItemTables(ORGANISATION));
    await pulled(store, [[opened('B')], [opened('C')]], items);
    await items.refresh(store, 2);
    expect(items.table('ticket').count).toBe(2);
    await items.refresh(store, 3);
    expect(items.table('ticket').count).toBe(3);
  });
});
