import type { Scope } from '../event/organisation.ts';
import { EMPTINESS, type Exclusion, type Measurement } from '../kpi/measurement.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';
import type { Grid } from './grid.ts';

/**
 * Measurements of one KPI as another thread can be handed them: few arrays instead of many objects, which would take
 * longer to hand over than to measure. For each scope, for each period of those that are wanted.
 */
export interface PackedValues {
  /** NaN where there is none. */
  readonly values: Float64Array;
  /** Index into EMPTINESS, or -1. */
  readonly emptiness: Int8Array;
  readonly counts: Float64Array;
  /** What stands beside values, by name; `states`: ABSENT, EMPTY or THERE. */
  readonly also: readonly { readonly name: string; readonly states: Uint8Array; readonly values: Float64Array }[];
  /** How many were left out, by reason; 0 where it is not named. */
  readonly exclusions: readonly { readonly reason: string; readonly counts: Float64Array }[];
  /** Those whose names stand in another order than above, or whose reasons do not ascend, by index. */
  readonly odd: readonly (readonly [number, Pick<Measurement, 'also' | 'exclusions'>])[];
  /** Null where nobody asked. */
  readonly digests: readonly string[] | null;
}

const [ABSENT, EMPTY, THERE] = [0, 1, 2] as const;

export function packed(measured: readonly Measurement[], hasDigests: boolean): PackedValues {
  const { length } = measured;
  const values = new Float64Array(length).fill(Number.NaN);
  const emptiness = new Int8Array(length).fill(-1);
  const counts = new Float64Array(length);
  const also: { name: string; states: Uint8Array; values: Float64Array }[] = [];
  const exclusions = new Map<string, { reason: string; counts: Float64Array }>();
  const odd: (readonly [number, Pick<Measurement, 'also' | 'exclusions'>])[] = [];
  for (let index = 0; index < length; index += 1) {
    const one = measured[index];
    if (one === undefined) continue;
    if (one.value !== null) values[index] = one.value;
    if (one.emptiness !== null) emptiness[index] = EMPTINESS.indexOf(one.emptiness);
    counts[index] = one.count;
    let isAsListed = true;
    let place = -1;
    for (const name in one.also) {
      const known = also.findIndex((column) => column.name === name);
      isAsListed &&= known < 0 || known > place;
      place = known < 0 ? also.length : known;
      const column = also[place] ?? { name, states: new Uint8Array(length), values: new Float64Array(length) };
      also[place] = column;
      const value = one.also[name] ?? null;
      column.states[index] = value === null ? EMPTY : THERE;
      column.values[index] = value ?? 0;
    }
    let before = '';
    for (const { reason, count } of one.exclusions) {
      isAsListed &&= reason > before && count !== 0;
      before = reason;
      let column = exclusions.get(reason);
      if (column === undefined) exclusions.set(reason, (column = { reason, counts: new Float64Array(length) }));
      column.counts[index] = count;
    }
    if (!isAsListed) odd.push([index, { also: one.also, exclusions: one.exclusions }]);
  }
  const reasons = [...exclusions.values()].sort((one, other) => (one.reason < other.reason ? -1 : 1));
  const digests = hasDigests ? measured.map((one) => one.digest) : null;
  return { values, emptiness, counts, also, exclusions: reasons, odd, digests };
}

/** The memory that may be handed over instead of being copied. */
export const buffersOf = ({ values, emptiness, counts, also, exclusions }: PackedValues): ArrayBuffer[] =>
  [
    values,
    emptiness,
    counts,
    ...also.flatMap((column) => [column.states, column.values]),
    ...exclusions.map((column) => column.counts),
  ].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));

/** Evaluates one value again, for the list behind it or for a digest that nobody asked for. */
export type Again = (scope: Scope, period: Period) => Evaluated | undefined;

/** The measurements again, of those of a grid that are wanted; what is not in them is evaluated when it is asked for. */
export function unpacked(
  { kpi, scopes, periods, wanted }: Omit<Grid, 'kpi'> & { readonly kpi: Pick<Kpi, 'id'> },
  from: PackedValues,
  again: Again,
): Evaluated[] {
  const odd = new Map(from.odd);
  const all: Evaluated[] = [];
  for (const [row, scope] of scopes.entries())
    for (const [column, period] of periods.entries())
      if (wanted === undefined || wanted[row * periods.length + column] === 1)
        all.push(new Unpacked(kpi.id, scope, period, from, all.length, odd.get(all.length), again));
  return all;
}

const NO_EXCLUSIONS: readonly Exclusion[] = [];

class Unpacked implements Evaluated {
  readonly kpi: string;
  readonly scope: Scope;
  readonly period: string;
  readonly value: number | null;
  readonly emptiness: Measurement['emptiness'];
  readonly count: number;
  readonly #during: Period;
  readonly #from: PackedValues;
  readonly #index: number;
  readonly #odd: Pick<Measurement, 'also' | 'exclusions'> | undefined;
  readonly #again: Again;

  constructor(
    kpi: string,
    scope: Scope,
    during: Period,
    from: PackedValues,
    index: number,
    odd: Pick<Measurement, 'also' | 'exclusions'> | undefined,
    again: Again,
  ) {
    this.kpi = kpi;
    this.scope = scope;
    this.period = during.id;
    const value = from.values[index] ?? Number.NaN;
    this.value = Number.isNaN(value) ? null : value;
    this.emptiness = EMPTINESS[from.emptiness[index] ?? -1] ?? null;
    this.count = from.counts[index] ?? 0;
    this.#during = during;
    this.#from = from;
    this.#index = index;
    this.#odd = odd;
    this.#again = again;
  }

  get also(): Readonly<Record<string, number | null>> {
    if (this.#odd !== undefined) return this.#odd.also;
    const also: Record<string, number | null> = {};
    for (const { name, states, values } of this.#from.also) {
      const state = states[this.#index] ?? ABSENT;
      if (state !== ABSENT) also[name] = state === EMPTY ? null : (values[this.#index] ?? null);
    }
    return also;
  }

  get exclusions(): readonly Exclusion[] {
    if (this.#odd !== undefined) return this.#odd.exclusions;
    let exclusions = NO_EXCLUSIONS;
    for (const { reason, counts } of this.#from.exclusions) {
      const count = counts[this.#index] ?? 0;
      if (count !== 0) exclusions = [...exclusions, { reason, count }];
    }
    return exclusions;
  }

  get digest(): string {
    return this.#from.digests?.[this.#index] ?? this.#again(this.scope, this.#during)?.digest ?? '';
  }

  evidence(): ReturnType<Evaluated['evidence']> {
    return this.#again(this.scope, this.#during)?.evidence() ?? [];
  }
}
