import type { Acknowledged } from './workload.ts';

/** Files of the database, in the numbers of record.c. */
export const NAMES = ['', 'quarterdeck.db', 'quarterdeck.db-wal', 'quarterdeck.db-journal'] as const;

/** One thing that the recorded process did. */
export type Op =
  | { readonly is: 'write'; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly is: 'truncate'; readonly file: number; readonly size: number }
  | { readonly is: 'sync'; readonly file: number }
  | { readonly is: 'create'; readonly file: number }
  | { readonly is: 'unlink'; readonly file: number }
  | { readonly is: 'sync folder' }
  | { readonly is: 'acknowledge'; readonly done: Acknowledged };

const HEAD_BYTES = 14;

/** What record.c wrote. */
export function readOplog(log: Buffer): Op[] {
  const ops: Op[] = [];
  for (let from = 0; from < log.length;) {
    const what = String.fromCharCode(log.readUInt8(from));
    const file = log.readUInt8(from + 1);
    const at = Number(log.readBigUInt64LE(from + 2));
    const length = log.readUInt32LE(from + 10);
    const bytes = log.subarray(from + HEAD_BYTES, from + HEAD_BYTES + length);
    from += HEAD_BYTES + length;
    ops.push(opOf(what, file, at, bytes));
  }
  return ops;
}

function opOf(what: string, file: number, at: number, bytes: Buffer): Op {
  switch (what) {
    case 'W':
      return { is: 'write', file, at, bytes };
    case 'T':
      return { is: 'truncate', file, size: at };
    case 'S':
      return { is: 'sync', file };
    case 'C':
      return { is: 'create', file };
    case 'U':
      return { is: 'unlink', file };
    case 'D':
      return { is: 'sync folder' };
    case 'A':
      return { is: 'acknowledge', done: JSON.parse(bytes.toString()) as Acknowledged };
    default:
      throw new Error(`the log has a record ${what}`);
  }
}
