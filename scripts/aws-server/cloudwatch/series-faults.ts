import type { MetricAddress, Series } from './metric-store.ts';

/** What goes wrong with single series while the call itself succeeds. */
export interface SeriesFault {
  /** `PartialData` tells the first half of what was due. */
  readonly as: 'InternalError' | 'Forbidden' | 'PartialData';
  /** Only metrics that are like this, where given. */
  readonly of?: Partial<MetricAddress>;
  /** So many answers; one unless told, `Infinity` for good. */
  readonly times?: number;
  /** Whether a NextToken leads to what is missing, as it does unless told; never for `Forbidden`. */
  readonly hasToken?: boolean;
}

export class SeriesFaults {
  readonly #planned: { readonly fault: SeriesFault; left: number }[] = [];

  add(fault: SeriesFault): void {
    this.#planned.push({ fault, left: fault.times ?? 1 });
  }

  next(series: Series): SeriesFault | null {
    const planned = this.#planned.find(({ fault, left }) => left > 0 && isOf(series.address, fault.of ?? {}));
    if (planned === undefined) return null;
    planned.left -= 1;
    return planned.fault;
  }
}

const isOf = (address: MetricAddress, { dimensions = {}, ...of }: Partial<MetricAddress>): boolean =>
  (of.account ?? address.account) === address.account &&
  (of.region ?? address.region) === address.region &&
  (of.namespace ?? address.namespace) === address.namespace &&
  (of.metric ?? address.metric) === address.metric &&
  Object.entries(dimensions).every(([name, value]) => address.dimensions[name] === value);
