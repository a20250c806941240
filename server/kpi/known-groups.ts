import type { ScopeTable } from './attribution.ts';
import type { Borne } from './bearers.ts';
import { hiddenScopes, presentIn } from './privacy-groups.ts';

/** What the same people in the same places mean for every team and service: 1 by scope. */
export interface Scopes {
  /** Those that must not be shown (privacy-groups.ts). */
  readonly hidden: Uint8Array;
  /** Those in which somebody is. */
  readonly present: Uint8Array;
}

interface Known extends Scopes {
  readonly bits: Int32Array;
}

/** In many a month the same people are on call, and at most hours of it: what holds of them is decided once. */
export class KnownGroups {
  readonly #table: ScopeTable;
  readonly #known = new Map<number, Known[]>();

  constructor(table: ScopeTable) {
    this.#table = table;
  }

  of(bearers: Borne, period: number): Scopes {
    const bits = bearers.bitsOf([period]);
    const key = bits.reduce((sum, word) => Math.imul(sum ^ word, 0x9e3779b1), bits.length);
    const alike = this.#known.get(key) ?? [];
    const same = alike.find((other) => bits.every((word, at) => word === other.bits[at]));
    if (same !== undefined) return same;
    const group = bearers.among([period]);
    const made: Known = { bits, hidden: hiddenScopes(this.#table, group), present: presentIn(this.#table, group) };
    this.#known.set(key, [...alike, made]);
    return made;
  }
}
