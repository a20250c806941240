import { AwsError } from './errors.ts';

/** A part of a listing, and the token of the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly token: string | undefined;
}

/**
 * A page of a list. Tokens say where to go on, as those of AWS: what came before in the meantime moves everything.
 * @param refusal the code with which a token of nobody is refused
 */
export function pageOf<Item>(list: readonly Item[], token: string | null, size: number, refusal: string): Page<Item> {
  const first = token === null ? 0 : Number(/^page-(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1] ?? Number.NaN);
  if (Number.isNaN(first)) throw new AwsError(refusal, 'The next token was specified in an invalid format.');
  const next = first + size;
  return {
    items: list.slice(first, next),
    token: next < list.length ? Buffer.from(`page-${next}`).toString('base64url') : undefined,
  };
}

/** Things of one Region of one account. */
export class Shelf<Item> {
  readonly #byPlace = new Map<string, Item[]>();

  /** Those of a place, to read and to change. */
  of(account: string, region: string): Item[] {
    const place = `${account} ${region}`;
    const items = this.#byPlace.get(place) ?? [];
    this.#byPlace.set(place, items);
    return items;
  }
}
