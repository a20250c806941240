import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

export const keyFileOf = (dataFolder: string): string => join(dataFolder, 'pseudonym.key');

/**
 * People become keyed pseudonyms before anything is stored. The key lives in the data folder (0600)
 * and belongs in every backup: without it the same person would get another pseudonym.
 * @throws Error when the key file is there but not usable
 */
export function pseudonymsOf(dataFolder: string): (person: string) => string {
  const key = pseudonymKey(dataFolder);
  return (person) => `p-${createHmac('sha256', key).update(person.trim().normalize('NFC')).digest('base64url').slice(0, 16)}`;
}

/** The key itself, made where there is none yet; what else is sealed with it is sealed with a key made from it. */
export function pseudonymKey(dataFolder: string): Buffer {
  const file = keyFileOf(dataFolder);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two processes that start at once only one makes the key.
    writeFileSync(file, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  if (key.length !== KEY_BYTES)
    throw new Error(
      `${file} is not a key of ${KEY_BYTES} bytes in hexadecimal. Restore it from a backup; a new one would give everyone a new pseudonym.`,
    );
  return key;
}
