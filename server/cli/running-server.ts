import type { Config } from '../config.ts';
import { CannotRun } from './terminal.ts';

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
