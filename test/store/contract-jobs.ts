import { beforeEach, describe, expect, test } from 'vitest';
import type { PullRecord, Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { MONDAY, event, keep, measurement, snapshot, sourceState } from './sample-data.ts';

export function jobsContract(fresh: () => Promise<Opened>): void {
  describe('jobs and sources', () => {
    let store: Store;
    let other: Store;
    beforeEach(async () => {
      ({ store, other } = await fresh());
    });

    test('a job is claimed by one holder at a time', async () => {
      const first = await store.claim('pull', 'a', MONDAY, 1_000);
      expect(first).toEqual({ job: 'pull', token: 1, until: MONDAY + 1_000 });
      expect(await other.claim('pull', 'b', MONDAY + 999, 1_000)).toBeNull();
      expect(await other.claim('measure', 'b', MONDAY + 999, 1_000)).not.toBeNull();
      const second = await other.claim('pull', 'b', MONDAY + 1_000, 1_000);
      expect(second?.token).toBeGreaterThan(first?.token ?? Infinity);
    });

    test('a holder claims again with a greater token', async () => {
      const first = await store.claim('pull', 'a', MONDAY, 1_000);
      const again = await store.claim('pull', 'a', MONDAY + 10, 1_000);
      expect(again?.token).toBeGreaterThan(first?.token ?? Infinity);
    });

    test('of many who claim at once, one gets the job', async () => {
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? store : other).claim('pull', `holder ${at}`, MONDAY, 1_000)),
      );
      expect(claims.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('a leader that was paused cannot write with its old lease, whatever it writes', async () => {
      const old = await store.claim('pull', 'a', MONDAY, 1_000);
      const young = await other.claim('pull', 'b', MONDAY + 2_000, 1_000);
      if (old === null || young === null) throw new Error('both should have been claimed');
      const fact = event({ item: 'INC1', key: 'a' });
      const writes = [
        () => store.append('servicenow', MONDAY, [fact], [], old),
        () => store.saveSourceState(sourceState(), old),
        () => store.saveMeasurements([measurement()], old),
        () => keep(store, [snapshot()], old),
      ];
      for (const write of writes) await expect(write()).rejects.toMatchObject({ name: 'StoreError', code: 'stale-lease' });
      expect(await store.watermark()).toBe(0);
      expect(await store.sourceStates()).toEqual([]);
      expect(await store.measurements({})).toEqual([]);
      expect(await store.latestSnapshots({})).toEqual([]);
      expect(await other.append('servicenow', MONDAY, [fact], [], young)).toMatchObject({ batch: 1 });
    });

    test('a stale lease is refused even where there is nothing new to write', async () => {
      const old = await store.claim('pull', 'a', MONDAY, 1_000);
      await other.claim('pull', 'b', MONDAY + 2_000, 1_000);
      const fact = event({ item: 'INC1', key: 'a' });
      await other.append('servicenow', MONDAY, [fact], []);
      if (old === null) throw new Error('should have been claimed');
      await expect(store.append('servicenow', MONDAY, [fact], [], old)).rejects.toMatchObject({ code: 'stale-lease' });
    });

    test('a released job can be claimed at once, and its old lease no longer writes', async () => {
      const lease = await store.claim('pull', 'a', MONDAY, 1_000);
      if (lease === null) throw new Error('should have been claimed');
      await store.release(lease);
      await expect(store.saveSourceState(sourceState(), lease)).rejects.toMatchObject({ code: 'stale-lease' });
      const next = await other.claim('pull', 'b', MONDAY + 1, 1_000);
      expect(next?.token).toBeGreaterThan(lease.token);
      // Releasing late does not take the job from its new holder.
      await store.release(lease);
      expect(await store.claim('pull', 'c', MONDAY + 2, 1_000)).toBeNull();
    });

    test('the last tick of a job is kept and never goes back', async () => {
      expect(await store.lastTick('pull')).toBeNull();
      await store.saveTick('pull', MONDAY);
      await store.saveTick('measure', 5);
      await store.saveTick('pull', MONDAY + 60_000);
      await other.saveTick('pull', MONDAY);
      expect(await store.lastTick('pull')).toBe(MONDAY + 60_000);
    });

    test('the state of a source is replaced and comes back as it was', async () => {
      await store.saveSourceState(sourceState({ source: 'b' }));
      await store.saveSourceState(sourceState({ source: 'a' }));
      const full = sourceState({
        source: 'b',
        cursor: null,
        lastCompletedAt: MONDAY + 1,
        completeUntil: MONDAY,
        historyFrom: 0,
        lastErrorAt: MONDAY + 2,
        lastError: 'cannot read “x”',
        rejectedCount: 2,
        rejected: ['a.csv:3: no date', 'a.csv:9: no id'],
        kinds: ['alert', 'page'],
        series: ['s'],
      });
      await store.saveSourceState(full);
      expect(await store.sourceStates()).toEqual([sourceState({ source: 'a' }), full]);
    });

    test('what a source cost and what it lacks come back as they were, and are nothing where nothing was said', async () => {
      const cost = { calls: 114, leastMetrics: 2004, mostMetrics: 9000, bytes: 3, leastDollars: 0.02, mostDollars: 0.09 };
      const lacking = [
        { series: 's', until: MONDAY, why: 'Forbidden “x”' },
        { series: 't', until: null, why: '' },
      ];
      const spent = { first: cost, days: [[20_700, cost]] as const };
      const state = sourceState({ source: 'a', lacking, spent });
      const pull: PullRecord = {
        source: 'a',
        startedAt: 1,
        endedAt: 2,
        outcome: 'complete',
        newEvents: 0,
        newSamples: 0,
        rejected: 0,
        error: null,
        completeUntil: 2,
        historyFrom: null,
        lacking,
        cost,
      };
      await store.recordPull(pull, state);
      expect(await store.sourceStates()).toEqual([state]);
      expect(await store.pulls('a', 1)).toEqual([pull]);
      expect(await store.reaches(['a'])).toEqual([
        { source: 'a', lastCompletedAt: 2, completeUntil: 2, historyFrom: null, lacking },
      ]);
      await store.saveSourceState(sourceState({ source: 'a', lacking: [{ series: 's', until: null, why: 'got \0' }] }));
      expect((await store.sourceStates())[0]).toMatchObject({ lacking: [{ why: 'got \u{FFFD}' }] });
      await store.saveSourceState(sourceState({ source: 'a', lacking: [] }));
      expect(await store.sourceStates()).toEqual([sourceState({ source: 'a' })]);
    });

    test('an error message is kept as well as it can be, never in the way of the state', async () => {
      await store.saveSourceState(sourceState({ lastError: `got \0 and \ud800 ${'x'.repeat(10_000)}` }));
      const [state] = await store.sourceStates();
      expect(state?.lastError?.slice(0, 13)).toBe('got \u{FFFD} and \u{FFFD} x');
      expect(state?.lastError).toHaveLength(4_000);
    });

    test('pulls come back latest first', async () => {
      const pull = (startedAt: number, changes: Partial<PullRecord> = {}): PullRecord => ({
        source: 'a',
        startedAt,
        endedAt: startedAt + 5,
        outcome: 'complete',
        newEvents: 3,
        newSamples: 0,
        rejected: 1,
        error: null,
        completeUntil: null,
        historyFrom: null,
        ...changes,
      });
      const records = [pull(1), pull(2, { outcome: 'failed', error: 'no' }), pull(2), pull(1)];
      for (const record of records) await store.recordPull(record);
      await store.recordPull(pull(9, { source: 'b' }));
      expect(await store.pulls('a', 3)).toEqual(records.toReversed().slice(0, 3));
      expect(await store.pulls('c', 3)).toEqual([]);
    });

    test('how far a source came is told by its latest complete pull, now or as of an earlier one', async () => {
      const pull = (source: string, endedAt: number, changes: Partial<PullRecord>): PullRecord => ({
        source,
        startedAt: endedAt - 1,
        endedAt,
        outcome: 'complete',
        newEvents: 0,
        newSamples: 0,
        rejected: 0,
        error: null,
        completeUntil: null,
        historyFrom: null,
        ...changes,
      });
      const state = sourceState({ source: 'a', cursor: 'next' });
      await store.recordPull(pull('a', 10, { completeUntil: 9, historyFrom: 1 }), state);
      expect(await store.sourceStates()).toEqual([state]);
      await store.recordPull(pull('b', 11, { completeUntil: 11 }));
      await store.recordPull(pull('a', 20, { completeUntil: 19, historyFrom: 1 }));
      await store.recordPull(pull('a', 30, { outcome: 'failed', error: 'no' }));
      expect(await store.lastPull()).toBe(4);
      const first = { source: 'a', lastCompletedAt: 10, completeUntil: 9, historyFrom: 1 };
      const b = { source: 'b', lastCompletedAt: 11, completeUntil: 11, historyFrom: null };
      expect(await store.reaches(['a', 'b', 'c'])).toEqual([{ ...first, lastCompletedAt: 20, completeUntil: 19 }, b]);
      expect(await store.reaches(['b', 'a'], 2)).toEqual([b, first]);
      expect(await store.reaches(['b'], 1)).toEqual([]);
    });

    test('what is written with relaxed durability is there, and durability is back even if the task fails', async () => {
      expect(await store.relaxDurability(() => store.saveSetting('a', '1').then(() => 7))).toBe(7);
      const writing = store.saveSetting('b', '2');
      await expect(store.relaxDurability(() => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
      await writing;
      expect([await other.setting('a'), await other.setting('b')]).toEqual(['1', '2']);
    });

    test('a setting is replaced', async () => {
      expect(await store.setting('demo-until')).toBeNull();
      await store.saveSetting('demo-until', '1');
      await store.saveSetting('demo-until', '2');
      expect(await other.setting('demo-until')).toBe('2');
      await expect(store.saveSetting('x', '\0')).rejects.toMatchObject({ code: 'invalid' });
    });
  });
}
