import { createHash } from 'node:crypto';
import { AwsError } from './errors.ts';
import type { Input } from './input.ts';

/** A NextToken: where the next page begins, good for the same request alone. */
export function writeToken(input: Input, place: unknown): string {
  return Buffer.from(JSON.stringify([digestOf(input), place])).toString('base64');
}

/** What `writeToken` was given; null without a token, undefined for one that is not of this request. */
export function readToken(input: Input): unknown {
  const token = input.text('NextToken');
  if (token === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
  return Array.isArray(value) && value.length === 2 && value[0] === digestOf(input) ? (value[1] as unknown) : undefined;
}

const digestOf = (input: Input): string => {
  const { NextToken: _, ...rest } = input.members;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16);
};

/** Where a page of a list begins, as an offset. */
export function readOffset(input: Input): number {
  const place = readToken(input);
  if (place === null) return 0;
  if (typeof place !== 'number') throw new AwsError('InvalidNextToken', 'The next token that was specified is invalid.');
  return place;
}
