import { StoreError, type StoreErrorCode } from './store.ts';

interface Meaning {
  readonly code: StoreErrorCode;
  readonly says: string;
  readonly fix: string;
}

const UNREACHABLE: Meaning = {
  code: 'unreachable',
  says: 'cannot be reached',
  fix: 'Start PostgreSQL or correct DATABASE_URL; connections come back by themselves.',
};
const DENIED: Meaning = {
  code: 'unreachable',
  says: 'refuses this user',
  fix: 'Correct user, password and database name in DATABASE_URL.',
};
const MEANINGS: Readonly<Record<string, Meaning>> = {
  // Node's, from the connection
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EPIPE: UNREACHABLE,
  ENOENT: UNREACHABLE,
  // PostgreSQL's: https://www.postgresql.org/docs/current/errcodes-appendix.html
  '57P01': UNREACHABLE, // admin shutdown
  '57P02': UNREACHABLE, // crash shutdown
  '57P03': UNREACHABLE, // cannot connect now
  '53300': UNREACHABLE, // too many connections
  '25P03': UNREACHABLE, // idle in transaction: this process was paused
  '28000': DENIED,
  '28P01': DENIED,
  '3D000': { ...DENIED, says: 'does not exist' },
  '42501': { code: 'read-only', says: 'does not let this user write', fix: 'Grant the user all rights on the schema.' },
  '25006': { code: 'read-only', says: 'is read-only, e.g. a standby', fix: 'Point DATABASE_URL at the primary.' },
  '53100': {
    code: 'full',
    says: 'has no disk space left; nothing of this was stored',
    fix: 'Free some space; writing then goes on by itself.',
  },
  '55P03': {
    code: 'locked',
    says: 'is held by another writer for too long',
    fix: 'Look for a stuck process or a migration, then repeat.',
  },
  '40001': { code: 'conflict', says: 'took another write first', fix: 'Read again and repeat.' },
  '40P01': { code: 'conflict', says: 'took another write first', fix: 'Read again and repeat.' },
  '23505': { code: 'conflict', says: 'took another write first', fix: 'Read again and repeat.' },
  XX001: {
    code: 'corrupt',
    says: 'is damaged',
    fix: 'Run `quarterdeck restore FILE --replace` with the last good backup; sources deliver again what is newer.',
  },
  XX002: {
    code: 'corrupt',
    says: 'is damaged',
    fix: 'Run `quarterdeck restore FILE --replace` with the last good backup; sources deliver again what is newer.',
  },
};

/** What pg throws, in the store's closed codes; anything else unchanged. */
export function postgresqlError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  // Several addresses of one name fail together.
  if (error instanceof AggregateError && error.errors.length > 0) return postgresqlError(error.errors[0], place);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const meaning = MEANINGS[code] ?? (isConnectionLoss(code, error.message) ? UNREACHABLE : null);
  if (meaning === null) return error;
  return new StoreError(meaning.code, `${capitalised(place)} ${meaning.says} (${error.message || code}).`, meaning.fix);
}

/** pg has no code for these. */
const isConnectionLoss = (code: string, message: string): boolean =>
  code.startsWith('08') ||
  /connection terminated|timeout exceeded when trying to connect|connection timeout|not queryable/i.test(message);

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
