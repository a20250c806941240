import { setImmediate } from 'node:timers/promises';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { onlyWanted, valuesIn, wantedIn, type Grid } from './grid.ts';
import { asksBlame, kindsByOwnFacts } from './own-facts.ts';

/** Periods from which on a grid is long: about a year of them. */
const LONG = 52;
/** Values from which on a short one is handed over, too, where nothing has to be derived for it from all that is known. */
const MANY = 100;
/** Values that are evaluated at once, and held until they are judged. */
const HELD_AT_ONCE = 200_000;

export type EvaluateLong = (grid: Grid) => Promise<readonly Evaluated[]>;

/**
 * The values of several grids, to be asked for one grid after the other. Long ones, and what of others is quickly handed
 * over, are evaluated in threads, where there are any, from when they are added on, as many as are held at once; others when
 * they are asked for.
 */
export class GridValues {
  readonly #grids: Grid[] = [];
  readonly #world: World;
  readonly #evaluateLong: EvaluateLong | null;
  readonly #begun = new Map<number, Promise<readonly Evaluated[]>>();
  /** Grids before this one have begun, or are not long. */
  #next = 0;
  #held = 0;

  constructor(world: World, evaluateLong: EvaluateLong | null) {
    this.#world = world;
    this.#evaluateLong = evaluateLong;
  }

  /** They are numbered in the order in which they are added. Resolves once the threads have been told. */
  async add(grid: Grid): Promise<void> {
    this.#grids.push(grid);
    if (this.#begin()) await setImmediate();
  }

  /** Those of a grid that are wanted: of each scope, of each period. To be asked for once. */
  async values(index: number): Promise<readonly Evaluated[]> {
    const grid = this.#grids[index];
    if (grid === undefined) return [];
    const begun = this.#begun.get(index) ?? (this.#isLong(grid) ? this.#start(index, grid) : undefined);
    if (begun !== undefined) {
      const values = await begun;
      // What was given away is not held any longer.
      this.#begun.set(index, NOTHING);
      this.#held -= valuesIn(grid);
      this.#begin();
      return values;
    }
    const { kpi, scopes, periods, wanted } = grid;
    return onlyWanted(evaluate(kpi, this.#world, scopes, periods, 'at once', wantedIn(grid)), wanted);
  }

  /** Ends when no thread looks at anything any more, whether somebody asked for its values or not. */
  async ended(): Promise<void> {
    this.#next = Infinity;
    await Promise.allSettled(this.#begun.values());
  }

  /** Whether any were begun. */
  #begin(): boolean {
    let isAny = false;
    for (; this.#next < this.#grids.length; this.#next += 1) {
      const grid = this.#grids[this.#next];
      if (grid === undefined || !this.#isLong(grid) || this.#begun.has(this.#next)) continue;
      if (this.#held > 0 && this.#held + valuesIn(grid) > HELD_AT_ONCE) break;
      void this.#start(this.#next, grid);
      isAny = true;
    }
    return isAny;
  }

  #start(index: number, grid: Grid): Promise<readonly Evaluated[]> {
    const evaluateLong = this.#evaluateLong;
    if (evaluateLong === null) throw new Error('there are no threads');
    const values = evaluateLong(grid);
    // Whoever asks for it hears of a failure; where something else failed before, nobody asks.
    values.catch(() => undefined);
    this.#begun.set(index, values);
    this.#held += valuesIn(grid);
    return values;
  }

  #isLong(grid: Grid): boolean {
    if (this.#evaluateLong === null) return false;
    const { kpi, periods } = grid;
    if (periods.length >= LONG) return true;
    const kpiOf = (id: string): Kpi | undefined => this.#world.kpi(id);
    return valuesIn(grid) >= MANY && kindsByOwnFacts(kpi, kpiOf) !== null && !asksBlame(kpi, kpiOf);
  }
}

const NOTHING: Promise<readonly Evaluated[]> = Promise.resolve([]);
