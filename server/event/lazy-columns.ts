/** Columns that are worked out when they are first read, by name. */
export interface LazyFields {
  readonly instants?: Readonly<Record<string, () => Int32Array>>;
  readonly numbers?: Readonly<Record<string, () => Float64Array>>;
}

/** Puts a column among others that is made when first read, and then kept. */
export function lend<C>(into: Record<string, C>, name: string, make: () => C): void {
  Object.defineProperty(into, name, { enumerable: true, get: once(make) });
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
