import type { Instant } from '../../../server/time/period.ts';

/** One metric of one Region of one account. */
export interface MetricAddress {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value that was published, as often as `count` says. */
export interface Point {
  readonly at: Instant;
  readonly value: number;
  /** Once unless told. */
  readonly count?: number;
  /** When it becomes visible, for what arrives late; at its own time unless told. */
  readonly from?: Instant;
}

/** Points that are made when they are read: a year of a thousand series needs no room. */
export interface Generator {
  readonly everyMs: number;
  /** Null where nothing was published. `at` is a multiple of `everyMs`. */
  readonly value: (at: Instant) => number | null;
  readonly since?: Instant;
  /** Exclusive. */
  readonly until?: Instant;
  /** How long after its time each becomes visible; at once unless told. */
  readonly delayMs?: number;
}

export interface Series {
  readonly address: MetricAddress;
  /** The unit that all of its points were published with. */
  readonly unit: string;
  /** What is visible at `now` of `from` ≤ time < `to`, oldest first. */
  read(from: Instant, to: Instant, now: Instant): Iterable<Point>;
  /** The latest that is visible at `now` and not older than `since`. */
  hasSince(since: Instant, now: Instant): boolean;
}

/** Every metric of every account. */
export class MetricStore {
  readonly #places = new Map<string, Map<string, Series>>();

  /** Adds points to a metric, which it makes where there is none. */
  put(address: MetricAddress, points: readonly Point[], unit = 'None'): void {
    const place = this.#placeOf(address.account, address.region);
    const key = keyOf(address);
    let series = place.get(key);
    if (!(series instanceof StoredSeries)) {
      series = new StoredSeries(address, unit);
      place.set(key, series);
    }
    if (series instanceof StoredSeries) series.add(points);
  }

  /** Makes a metric whose points are computed; takes the place of what was there. */
  generate(address: MetricAddress, generator: Generator, unit = 'None'): void {
    this.#placeOf(address.account, address.region).set(keyOf(address), new GeneratedSeries(address, unit, generator));
  }

  find(address: MetricAddress): Series | null {
    return this.#places.get(`${address.account} ${address.region}`)?.get(keyOf(address)) ?? null;
  }

  /** All of a place, in the order of their names. */
  all(account: string, region: string): Series[] {
    const place = this.#places.get(`${account} ${region}`);
    return place === undefined
      ? []
      : [...place].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, series]) => series);
  }

  #placeOf(account: string, region: string): Map<string, Series> {
    const name = `${account} ${region}`;
    const place = this.#places.get(name) ?? new Map<string, Series>();
    this.#places.set(name, place);
    return place;
  }
}

const keyOf = ({ namespace, metric, dimensions }: MetricAddress): string =>
  JSON.stringify([namespace, metric, ...Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1))]);

class StoredSeries implements Series {
  readonly address: MetricAddress;
  readonly unit: string;
  readonly #points: Point[] = [];
  #isSorted = true;

  constructor(address: MetricAddress, unit: string) {
    this.address = address;
    this.unit = unit;
  }

  add(points: readonly Point[]): void {
    for (const point of points) {
      const last = this.#points.at(-1);
      if (last !== undefined && last.at > point.at) this.#isSorted = false;
      this.#points.push(point);
    }
  }

  *read(from: Instant, to: Instant, now: Instant): Iterable<Point> {
    const points = this.#sorted();
    for (let index = this.#firstFrom(from); index < points.length; index += 1) {
      const point = points[index];
      if (point === undefined || point.at >= to) return;
      if ((point.from ?? point.at) <= now) yield point;
    }
  }

  hasSince(since: Instant, now: Instant): boolean {
    for (const _ of this.read(since, Infinity, now)) return true;
    return false;
  }

  #sorted(): readonly Point[] {
    if (!this.#isSorted) this.#points.sort((one, other) => one.at - other.at);
    this.#isSorted = true;
    return this.#points;
  }

  #firstFrom(from: Instant): number {
    const points = this.#sorted();
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[middle]?.at ?? Infinity) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class GeneratedSeries implements Series {
  readonly address: MetricAddress;
  readonly unit: string;
  readonly #generator: Generator;

  constructor(address: MetricAddress, unit: string, generator: Generator) {
    this.address = address;
    this.unit = unit;
    this.#generator = generator;
  }

  *read(from: Instant, to: Instant, now: Instant): Iterable<Point> {
    const { everyMs, value, since = -Infinity, until = Infinity, delayMs = 0 } = this.#generator;
    const end = Math.min(to, until, now - delayMs + 1);
    for (let at = Math.ceil(Math.max(from, since) / everyMs) * everyMs; at < end; at += everyMs) {
      const own = value(at);
      if (own !== null) yield { at, value: own };
    }
  }

  hasSince(since: Instant, now: Instant): boolean {
    for (const _ of this.read(since, Infinity, now)) return true;
    return false;
  }
}
