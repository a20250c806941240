import type { Instant } from '../../time/period.ts';

/** What is remembered of a file that was read whole. */
export interface ReadFile {
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly digest: string;
}

/** First and last instant that any row of an entry ever spoke of. */
export interface Span {
  readonly first: Instant;
  readonly last: Instant;
}

/** What a complete pass leaves for the next: files that need not be read again while they stay as they are. */
export interface Cursor {
  /** Digest of the mapping; with another mapping everything is read again. */
  readonly mapping: string;
  readonly files: ReadonlyMap<string, ReadFile>;
  /** By position of the entry in sources.yaml. Kept when files are moved away: their rows are known. */
  readonly spans: ReadonlyMap<number, Span>;
}

const emptyCursor = (mapping: string): Cursor => ({ mapping, files: new Map(), spans: new Map() });

export const writeCursor = ({ mapping, files, spans }: Cursor): string =>
  JSON.stringify({
    version: 1,
    mapping,
    files: [...files].map(([label, { sizeBytes, modifiedAt, digest }]) => [label, sizeBytes, modifiedAt, digest]),
    spans: [...spans].map(([entry, { first, last }]) => [entry, first, last]),
  });

/** Any text that is not our cursor, or one of another mapping, reads as "nothing read yet": reading twice is harmless. */
export const readCursor = (text: string | null, mapping: string): Cursor => {
  if (text === null) return emptyCursor(mapping);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return emptyCursor(mapping);
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return emptyCursor(mapping);
  if (!('mapping' in value) || value.mapping !== mapping) return emptyCursor(mapping);
  const files = new Map<string, ReadFile>();
  for (const part of listIn(value, 'files')) {
    if (!Array.isArray(part)) continue;
    const [label, sizeBytes, modifiedAt, digest] = part as readonly unknown[];
    if (
      typeof label === 'string' &&
      typeof sizeBytes === 'number' &&
      typeof modifiedAt === 'number' &&
      typeof digest === 'string'
    ) {
      files.set(label, { sizeBytes, modifiedAt, digest });
    }
  }
  const spans = new Map<number, Span>();
  for (const part of listIn(value, 'spans')) {
    if (!Array.isArray(part)) continue;
    const [entry, first, last] = part as readonly unknown[];
    if (typeof entry === 'number' && typeof first === 'number' && typeof last === 'number') spans.set(entry, { first, last });
  }
  return { mapping, files, spans };
};

const listIn = (value: object, key: 'files' | 'spans'): readonly unknown[] => {
  const part: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return Array.isArray(part) ? part : [];
};
