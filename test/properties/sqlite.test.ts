import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKnownThen, checkMeasuredAnew, checkRebuilt, revisionsOf } from './checks.ts';
import { arrival, history } from './history.ts';
import { propertyHouse, type PropertyHouse } from './house.ts';
import { runs } from './runs.ts';
import { someDefinitions } from './some-definitions.ts';

/** Each has a database of its own. */
async function within<T>(definitions: Readonly<Record<string, string>>, work: (house: PropertyHouse) => Promise<T>): Promise<T> {
  const house = await propertyHouse(undefined, definitions);
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

const arrivals = fc.array(arrival, { minLength: 8, maxLength: 8 });

describe('on SQLite, any history', () => {
  it('gives one set of revisions, however it comes, and they are right, rebuilt to the byte, and known as they were then', async () => {
    let restated = 0;
    await fc.assert(
      fc.asyncProperty(history, arrivals, someDefinitions, async (told, drawn, definitions) => {
        const plain = await within(definitions, async (house) => {
          await house.live(told, []);
          return revisionsOf(house);
        });
        restated += plain.filter((row) => row.revision > 1).length;
        await within(definitions, async (house) => {
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
