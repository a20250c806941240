import { createHash } from 'node:crypto';
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
