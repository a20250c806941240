import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReusedDatabase } from '../store/reused-database.ts';
import { checkKnownThen, checkMeasuredAnew, checkRebuilt, revisionsOf } from './checks.ts';
import { sqliteDatabase } from './databases.ts';
import { arrival, history } from './history.ts';
import { propertyHouse, type PropertyHouse } from './house.ts';
import { runs } from './runs.ts';
import { someDefinitions } from './some-definitions.ts';

async function within<T>(
  database: ReusedDatabase,
  definitions: Readonly<Record<string, string>>,
  work: (house: PropertyHouse) => Promise<T>,
): Promise<T> {
  const house = await propertyHouse(database, definitions);
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

const arrivals = fc.array(arrival, { minLength: 8, maxLength: 8 });

describe('on SQLite, any history', () => {
  let database: ReusedDatabase;
  beforeAll(async () => {
    database = await sqliteDatabase();
  });
  afterAll(() => database.close());

  it('gives one set of revisions, however it comes, and they are right, rebuilt to the byte, and known as they were then', async () => {
    let restated = 0;
    await fc.assert(
      fc.asyncProperty(history, arrivals, someDefinitions, async (told, drawn, definitions) => {
        const plain = await within(database, definitions, async (house) => {
          await house.live(told, []);
          return revisionsOf(house);
        });
        restated += plain.filter((row) => row.revision > 1).length;
        await within(database, definitions, async (house) => {
          await house.live(told, drawn);
          // Any order, duplication and splitting of the facts, and any number of restarts.
          expect(await revisionsOf(house)).toEqual(plain);
          // Measured little by little as at once.
          checkMeasuredAnew(house, told);
          await checkRebuilt(house);
          await checkKnownThen(house, told);
        });
      }),
      { ...runs(1000), endOnFailure: true },
    );
    // Histories that never restate would prove little.
    expect(restated).toBeGreaterThan(20);
  }, 3_600_000);
});
