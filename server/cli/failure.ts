import { ConfigError } from '../config.ts';
import { withFix } from '../kpi/problem.ts';

/** What a failed call to the operating system means to whoever runs the command. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'this user may not. Give the user the right, or name another place',
  EPERM: 'this user may not. Give the user the right, or name another place',
  EROFS: 'the file system is read-only. Name another place',
  EEXIST: 'a file is in the way where a folder is needed. Name another place',
  ENOTDIR: 'a file is in the way where a folder is needed. Name another place',
  EISDIR: 'it is a folder where a file is needed',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full. Free some space and run this again',
  EMFILE: 'too many files are open. Raise the limit (ulimit -n)',
};

/**
 * A failure as a sentence with what to do; null for a fault of our own, which nobody foresaw.
 * @param listening where the server would have answered, for a port that is taken
 */
export function failureText(error: unknown, listening: string): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof ConfigError || error.name === 'CannotRun' || error.name === 'EngineError') return error.message;
  if ('fix' in error && (typeof error.fix === 'string' || error.fix === null)) return withFix(error.message, error.fix);
  if (!('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) return null;
  if (error.code === 'EADDRINUSE')
    return `${listening} is taken by another process. Stop it, or set QUARTERDECK_PORT to another number (0 picks a free one).`;
  if (error.syscall === 'listen')
    return `${listening} cannot be used (${error.code}). Set QUARTERDECK_PORT to a number from 1024 to 65535.`;
  const meaning = SYSTEM[error.code];
  if (meaning === undefined || !('path' in error) || typeof error.path !== 'string') return null;
  return `${error.path} cannot be used: ${meaning} (${error.code}).`;
}
