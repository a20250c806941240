import { evaluate } from '../kpi/evaluate.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { onlyWanted, valuesIn, wantedIn, type Grid } from './grid.ts';

/** Periods from which on a grid is long: about a year of them. */
const LONG = 52;
/** Values that are evaluated at once, and held until they are judged. */
const HELD_AT_ONCE = 200_000;

export type EvaluateLong = (grids: readonly Grid[]) => Promise<readonly (readonly Evaluated[])[]>;

/**
 * The values of several grids, asked for one grid after the other. Long ones are evaluated in threads, where there are any, with
 * those that follow, as many as are held at once; others when they are asked for.
 */
export class GridValues {
  readonly #grids: readonly Grid[];
  readonly #world: World;
  readonly #evaluateLong: EvaluateLong | null;
  readonly #begun = new Map<number, Promise<readonly Evaluated[]>>();

  constructor(grids: readonly Grid[], world: World, evaluateLong: EvaluateLong | null) {
    this.#grids = grids;
    this.#world = world;
    this.#evaluateLong = evaluateLong;
  }

  /** Begins with a grid where threads do it, so that the caller can do something else meanwhile. */
  begin(index: number): void {
    const evaluateLong = this.#evaluateLong;
    if (evaluateLong === null || this.#begun.has(index) || !this.#isLong(index)) return;
    const group: number[] = [];
    let values = 0;
    for (let next = index; next < this.#grids.length; next += 1) {
      const grid = this.#grids[next];
      if (grid === undefined || !this.#isLong(next)) continue;
      values += valuesIn(grid);
      if (group.length > 0 && values > HELD_AT_ONCE) break;
      group.push(next);
    }
    const all = evaluateLong(group.flatMap((each) => this.#grids[each] ?? []));
    for (const [at, each] of group.entries()) {
      const own = all.then((made) => made[at] ?? []);
      // Whoever asks for it hears of a failure; where something else failed before, nobody asks.
      own.catch(() => undefined);
      this.#begun.set(each, own);
    }
  }

  /** Those of a grid that are wanted: of each scope, of each period. To be asked for once. */
  async values(index: number): Promise<readonly Evaluated[]> {
    this.begin(index);
    const begun = this.#begun.get(index);
    // A grid that was given away is not begun again, but its values are not held any longer.
    if (begun !== undefined) return begun.finally(() => this.#begun.set(index, NOTHING));
    const grid = this.#grids[index];
    if (grid === undefined) return [];
    const { kpi, scopes, periods, wanted } = grid;
    return onlyWanted(evaluate(kpi, this.#world, scopes, periods, 'at once', wantedIn(grid)), wanted);
  }

  #isLong(index: number): boolean {
    return (this.#grids[index]?.periods.length ?? 0) >= LONG;
  }
}

const NOTHING: Promise<readonly Evaluated[]> = Promise.resolve([]);
