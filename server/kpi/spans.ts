import { NEVER } from '../event/columns.ts';
import type { Kind } from '../event/kinds.ts';
import { fieldsOf } from './fields.ts';
import { instantReader, type ItemPass } from './item-pass.ts';

/** From one moment of an item to another. */
export interface SpanNames {
  readonly of: Kind;
  readonly from: string;
  readonly to: string;
}

/** Instants after which an item is out of everyone's hands, in the order they are passed. */
const ENDS = ['restored', 'resolved', 'closed'];

/** Those that come after `to`: an item that reached one of them never got there. */
export const endsAfter = (to: string): readonly string[] => ENDS.slice(ENDS.indexOf(to) + 1);

export const earlier = (left: number, right: number): number =>
  left === NEVER ? right : right === NEVER ? left : Math.min(left, right);

/** Why an item that is over has no end: `closed without resolution`, `never acknowledged`. */
export const withoutEnd = (span: SpanNames): string => {
  if (span.to === 'restored' || span.to === 'resolved') return 'closed without resolution';
  const words = wordsFor(span, span.to);
  return words.endsWith('ed') ? `never ${words}` : `without ${words}`;
};

/** `restored before opened`. */
export const negative = (span: SpanNames): string => `${wordsFor(span, span.to)} before ${wordsFor(span, span.from)}`;

const wordsFor = ({ of }: SpanNames, name: string): string => fieldsOf(of).get(name)?.words ?? name.replaceAll('_', ' ');

/** The time of an item in seconds; `end` is NEVER while it lasts. With a reason it counts for nothing. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly reason: string | null;
}

/**
 * Reads spans; null for an item that has not begun. `otherwise` gives the start of one whose first
 * moment nobody knows. What was left out lasts as long as the item did, so that it is named wherever
 * it would have counted.
 */
export const spanReader = (
  pass: ItemPass,
  names: SpanNames,
  otherwise: (row: number) => number,
): ((row: number) => Span | null) => {
  const from = instantReader(pass, names.from);
  const to = instantReader(pass, names.to);
  const cancelled = names.to === 'cancelled' ? () => NEVER : instantReader(pass, 'cancelled');
  const ends = endsAfter(names.to).map((name) => instantReader(pass, name));
  const merged = pass.columns.codes['merged_into'];
  const planned = pass.columns.numbers['planned'];
  return (row) => {
    const known = from(row);
    const start = known === NEVER ? otherwise(row) : known;
    if (start === NEVER) return null;
    const end = to(row);
    const cancel = cancelled(row);
    let over = end === NEVER ? cancel : end;
    if (end === NEVER) for (const read of ends) over = earlier(over, read(row));
    const left = (reason: string): Span => ({ start, end: over === NEVER ? NEVER : Math.max(start, over), reason });
    if ((merged?.codes[row] ?? -1) >= 0) return left('merged');
    if (planned?.[row] === 1) return left('planned');
    if (cancel !== NEVER) return left('cancelled');
    if (end === NEVER) return over === NEVER ? { start, end, reason: null } : left(withoutEnd(names));
    return end < start ? left(negative(names)) : { start, end, reason: null };
  };
};
