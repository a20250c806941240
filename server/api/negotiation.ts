import { createHash } from 'node:crypto';

/** Forms in which an answer may travel, the smallest first. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The smallest form that the client takes; null where it takes none. Any (`*`) is taken for gzip, as @fastify/compress does. */
export function encodingFor(header: string | string[] | undefined): Encoding | null {
  if (header === undefined) return null;
  const taken = new Map(
    String(header)
      .toLowerCase()
      .split(',')
      .map((one) => {
        const [name = '', ...parameters] = one.split(';').map((part) => part.trim());
        return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))] as const;
      }),
  );
  if (taken.get('br') === true) return 'br';
  return (taken.get('gzip') ?? taken.get('x-gzip') ?? taken.get('*') === true) ? 'gzip' : null;
}

/**
 * Whether `If-None-Match` names a tag, in whatever form it travelled (`"tag"`, `"tag.br"`); compared weakly, because a
 * proxy that packs an answer again makes its tag a weak one (RFC 9110, 13.1.2).
 */
export const namesTag = (header: string | undefined, tag: string): boolean =>
  header !== undefined &&
  header.split(',').some((one) => {
    const named = one.trim().replace(/^W\//, '');
    return named === '*' || named === `"${tag}"` || ENCODINGS.some((encoding) => named === etagOf(tag, encoding));
  });

/** A strong tag stands for the very bytes, so each form has one of its own (RFC 9110, 8.8.3). */
export const etagOf = (tag: string, encoding: Encoding | null): string =>
  encoding === null ? `"${tag}"` : `"${tag}.${encoding}"`;

/** A tag of what a text says. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
