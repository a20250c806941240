import Sqlite from 'better-sqlite3';
import { StoreError } from './store.ts';

export const corruptFix = (file: string): string =>
  `Nothing was written. Stop what uses it and run \`quarterdeck restore FILE --replace\` with the last good backup: it puts ${file} aside, and sources deliver again what is newer.`;

/** What SQLite says, in the store's closed codes; anything else unchanged. */
export function sqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const { code, message } = error;
  // Extended codes continue the plain ones: SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_WRITE.
  const is = (plain: string): boolean => code === plain || code.startsWith(`${plain}_`);
  if (is('SQLITE_FULL')) {
    return new StoreError(
      'full',
      `The disk that holds ${file} is full; nothing of this was stored.`,
      'Free some space; what is stored stays readable, and writing goes on by itself.',
    );
  }
  if (is('SQLITE_CORRUPT') || is('SQLITE_NOTADB')) {
    return new StoreError('corrupt', `${file} is damaged or not a database (${message}).`, corruptFix(file));
  }
  if (code === 'SQLITE_ERROR' && /^no such (table|column|index)|has no column|already exists/.test(message)) {
    return new StoreError('corrupt', `${file} is damaged: its tables are not as they were made (${message}).`, corruptFix(file));
  }
  if (is('SQLITE_BUSY') || is('SQLITE_LOCKED')) {
    return new StoreError(
      'locked',
      `${file} is locked by another program.`,
      'Close whatever else has the file open, e.g. sqlite3 or a backup.',
    );
  }
  if (is('SQLITE_READONLY') || is('SQLITE_CANTOPEN') || is('SQLITE_PERM')) {
    return new StoreError(
      'read-only',
      `${file} cannot be written (${message}).`,
      'Make the folder and the files in it writable for this user, or point QUARTERDECK_DATA elsewhere.',
    );
  }
  if (is('SQLITE_IOERR')) {
    return new StoreError(
      'unreachable',
      `The disk under ${file} failed (${code}); nothing of this was stored.`,
      'Look at the disk and the system log; the same request can be repeated once it works again.',
    );
  }
  if (is('SQLITE_CONSTRAINT')) {
    return new StoreError('conflict', `Another write came first (${message}).`, 'Read again and repeat.');
  }
  return error;
}
