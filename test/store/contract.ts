import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Engine } from '../../server/store/engine.ts';
import type { Store } from '../../server/store/store.ts';
import { inboxContract } from './contract-inbox.ts';
import { jobsContract } from './contract-jobs.ts';
import { journalContract } from './contract-journal.ts';
import { logContract } from './contract-log.ts';
import { migrationContract } from './contract-migration.ts';
import { propertyContract } from './contract-properties.ts';
import { revisionsContract } from './contract-revisions.ts';
import { samplesContract } from './contract-samples.ts';
import { segmentsContract } from './contract-segments.ts';
import { valuesContract } from './contract-values.ts';

/** What the contract needs of a database. */
export interface Harness {
  /** Opens an empty database of its own. */
  fresh(): Promise<Opened>;
  /** Opens an empty database without a schema. */
  bare(): Promise<Engine>;
  /** Runs of each property. */
  readonly runs: number;
  stop(): Promise<void>;
}

export interface Opened {
  readonly store: Store;
  /** Another process's store over the same database, where the engine has several writers; else the same. */
  readonly other: Store;
  close(): Promise<void>;
}

/** One suite, every engine: what it says here, everything above the store relies on. */
export function storeContract(name: string, start: () => Promise<Harness>): void {
  describe(`the store on ${name}`, () => {
    let harness: Harness;
    const opened: Opened[] = [];
    beforeAll(async () => {
      harness = await start();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });
    afterAll(() => harness.stop());
    const fresh = async (): Promise<Opened> => {
      const one = await harness.fresh();
      opened.push(one);
      return one;
    };
    logContract(fresh);
    samplesContract(fresh);
    valuesContract(fresh);
    revisionsContract(fresh, () => Math.ceil(harness.runs / 10));
    segmentsContract(fresh, () => harness.bare());
    jobsContract(fresh);
    inboxContract(fresh);
    journalContract(fresh);
    propertyContract(fresh, () => harness.runs);
    migrationContract(() => harness.bare());
  });
}
