import { resolve } from 'node:path';

/** Settings, read from the environment once. Every one has a default. */
export interface Config {
  /** Address to bind; only loopback until sign-in exists. */
  readonly host: string;
  readonly port: number;
  /** Folder of the embedded database and the key file. */
  readonly dataFolder: string;
  /** A `postgres:` URL, or null for the embedded SQLite file. */
  readonly databaseUrl: string | null;
  /** Folder with organisation.yaml, sources.yaml and KPI files. */
  readonly kpiFolder: string;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Thrown when a setting cannot be used; the message names the variable and the fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * @param environment e.g. `process.env`
 * @param flags from the command line; they win over the environment
 * @throws ConfigError naming every unusable setting at once
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  flags: { readonly kpis?: string | undefined } = {},
): Config {
  const faults: string[] = [];
  const text = (name: string, fallback: string) => environment[name]?.trim() || fallback;

  const host = text('QUARTERDECK_HOST', '127.0.0.1');
  if (!LOOPBACK.has(host)) {
    faults.push(
      `QUARTERDECK_HOST is ${host}, which other machines can reach. There is no sign-in yet, so Quarterdeck only binds to this machine: use 127.0.0.1, ::1 or localhost, and put a reverse proxy with sign-in in front if others must read it`,
    );
  }
  const portText = text('QUARTERDECK_PORT', '4680');
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65535)
    faults.push(`QUARTERDECK_PORT is "${portText}"; use a number from 0 to 65535 (0 picks a free port)`);

  const databaseUrl = environment['DATABASE_URL']?.trim() || null;
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    faults.push('DATABASE_URL must begin with postgres:// or postgresql://; leave it unset for the embedded SQLite file');
  }
  const logText = text('LOG_LEVEL', 'info');
  const logLevel = LOG_LEVELS.find((level) => level === logText);
  if (logLevel === undefined) faults.push(`LOG_LEVEL is "${logText}"; use one of ${LOG_LEVELS.join(', ')}`);

  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return {
    host,
    port,
    dataFolder: resolve(text('QUARTERDECK_DATA', '.quarterdeck')),
    databaseUrl,
    kpiFolder: resolve(flags.kpis ?? text('QUARTERDECK_KPIS', 'kpis')),
    logLevel: logLevel ?? 'info',
  };
}
