import type { Config } from '../config.ts';
import { CannotRun } from './terminal.ts';

/** A file that a server makes: the one at `base`, or (null) the one that holds the database. */
export async function fetchFile(config: Config, path: string, base: string | null): Promise<Uint8Array> {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `${base ?? `http://${host}:${config.port}`}/api/v1${path}`;
  let response: Response;
  try {
    response = await fetch(url, { redirect: 'error' });
  } catch {
    throw new CannotRun(`No server answers at ${url}. If one runs with another QUARTERDECK_PORT, set the same here.`);
  }
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const body: unknown = await response.json().catch(() => null);
  const message =
    typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
      ? body.message
      : `The server answers with status ${response.status}.`;
  throw new CannotRun(message);
}

/** Asks the server that holds the database, over loopback. */
export async function askServer(config: Config, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host}:${config.port}/api/v1${path}`;
  let response: Response;
  try {
    response = await fetch(url, { method, redirect: 'error' });
  } catch {
    throw new CannotRun(
      `Another process writes to the database, and no server answers at ${url}. If a server runs with another QUARTERDECK_PORT, set the same here; else stop that process and run this again.`,
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const message =
      typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
        ? body.message
        : `status ${response.status}`;
    throw new CannotRun(`The running server answers: ${message}`);
  }
  return body;
}
