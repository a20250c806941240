import { beforeEach, describe, expect, test } from 'vitest';
import type { JournalWrite, Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { MONDAY } from './sample-data.ts';

const comment = (changes: Partial<JournalWrite> = {}): JournalWrite => ({
  entry: null,
  after: 0,
  kind: 'comment',
  scope: 'organisation',
  kpi: 'queue-age',
  period: '2026-W10',
  author: 'Service Operations',
  recordedAt: MONDAY,
  isWithdrawn: false,
  body: '{"text":"Zoë’s runbook was *stale* 🙂"}',
  ...changes,
});

export function journalContract(fresh: () => Promise<Opened>): void {
  describe('what people write', () => {
    let store: Store;
    let other: Store;
    beforeEach(async () => {
      ({ store, other } = await fresh());
    });

    test('what was written is read as it was, its edits with all their revisions', async () => {
      const first = await store.writeJournal(comment());
      expect(first).toMatchObject({ entry: 1, revision: 1, body: comment().body });
      const second = await store.writeJournal(comment({ entry: 1, after: 1, recordedAt: MONDAY + 5, body: '{"text":"b"}' }));
      expect(second).toMatchObject({ entry: 1, revision: 2, recordedAt: MONDAY + 5, firstAt: MONDAY });
      expect(await other.journal({ kind: 'comment' })).toEqual([second]);
      expect(await other.journalRevisions(1)).toEqual([first, second]);
      expect(await other.journal({ kind: 'comment', knownAt: MONDAY + 4 })).toEqual([first]);
      expect(await store.lastJournal()).toBe(2);
    });

    test('what was written since is read with all that stood before, of its kind alone', async () => {
      const [first, second] = [await store.writeJournal(comment()), await store.writeJournal(comment())];
      await store.writeJournal(comment({ kind: 'action' }));
      const edited = await store.writeJournal(comment({ entry: 1, after: 1, recordedAt: MONDAY + 5, isWithdrawn: true }));
      expect(await other.journalAfter('comment', 0)).toEqual({ entries: [first, edited, second], last: 4 });
      expect(await other.journalAfter('comment', 3)).toEqual({ entries: [first, edited], last: 4 });
      expect(await other.journalAfter('comment', 4)).toEqual({ entries: [], last: 4 });
    });

    test('what is withdrawn is no longer listed, but its history stays', async () => {
      const first = await store.writeJournal(comment());
      await store.writeJournal(comment({ entry: first.entry, after: 1, recordedAt: MONDAY + 1, isWithdrawn: true }));
      expect(await store.journal({ kind: 'comment' })).toEqual([]);
      expect(await store.journal({ kind: 'comment', knownAt: MONDAY })).toEqual([first]);
      expect(await store.journalRevisions(first.entry)).toHaveLength(2);
    });

    test('of two who change the same revision, the second is told', async () => {
      const { entry } = await store.writeJournal(comment());
      const edits = [store, other].map((one) => one.writeJournal(comment({ entry, after: 1, body: '{}' })));
      const outcomes = await Promise.allSettled(edits);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const rejected = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(rejected?.reason).toMatchObject({ code: 'conflict' });
      expect(await store.journalRevisions(entry)).toHaveLength(2);
    });

    test('an entry is found by its kind, scope, KPI and period, and changed only as what it is', async () => {
      await store.writeJournal(comment());
      await store.writeJournal(comment({ kpi: null, period: '2026-W11' }));
      await store.writeJournal(comment({ kind: 'action', scope: 'team:payments' }));
      expect(await store.journal({ kind: 'comment', kpi: 'queue-age' })).toHaveLength(1);
      expect(await store.journal({ kind: 'comment', period: '2026-W11' })).toMatchObject([{ entry: 2, kpi: null }]);
      expect(await store.journal({ kind: 'action', scope: 'team:payments' })).toMatchObject([{ entry: 3 }]);
      expect(await store.journal({ kind: 'action', scope: 'organisation' })).toEqual([]);
      await expect(store.writeJournal(comment({ entry: 3, after: 1 }))).rejects.toMatchObject({ code: 'invalid' });
      await expect(store.writeJournal(comment({ entry: 9, after: 1 }))).rejects.toMatchObject({ code: 'invalid' });
      await expect(store.writeJournal(comment({ body: 'a\0b' }))).rejects.toMatchObject({ code: 'invalid' });
    });
  });
}
