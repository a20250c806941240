import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../../server/cli.ts';

const CLI = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of definitions and data, and the real command line in it. */
export interface Desk {
  readonly folder: string;
  write(file: string, content: string | Uint8Array): void;
  /** What the command line answers, in this process: quicker, for what needs no process of its own. */
  say(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Said>;
  /** Runs the command to its end. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Said>;
  /** Starts a server on a free port; resolves with its address once it is ready. */
  serve(
    environment?: Readonly<Record<string, string>>,
  ): Promise<{ readonly port: string; stop(signal?: NodeJS.Signals): Promise<Said> }>;
  close(): Promise<void>;
}

export const ORGANISATION = `version: organisation/v1
name: Desk
zone: UTC
teams:
  first: { name: First, zone: UTC }
`;

/** One source of tickets over a file. */
export const ticketSource = (id: string, file: string): string => `  - id: ${id}
    type: files
    files:
      - path: ${file}
        gives: ticket
        item: id
        dates: YYYY-MM-DD HH:mm
        zone: UTC
        instants: { opened: created, resolved: resolved }
        fields: { team: team }
`;

export const sources = (...entries: readonly string[]): string => `version: sources/v1\nsources:\n${entries.join('')}`;

export const ARRIVALS = `version: kpi/v1
id: arrivals
name: Arrivals
question: How much comes in?
section: Queues
role: input
owner: Desk
better: neither
measure: { count: { of: tickets } }
settles_after: 1 day
`;

export function desk(files: Readonly<Record<string, string | Uint8Array>> = {}): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-cli-'));
  const own = { QUARTERDECK_DATA: join(folder, 'data'), QUARTERDECK_KPIS: join(folder, 'kpis') };
  const running = new Set<ChildProcess>();
  const write = (file: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  for (const [file, content] of Object.entries(files)) write(file, content);
  const start = (args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...own, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const said = async (child: ChildProcess): Promise<Said> => {
    const text = { out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
    await once(child, 'close');
    return { code: child.exitCode, ...text };
  };
  return {
    folder,
    write,
    async say(args, environment = {}) {
      const text = { out: '', err: '' };
      const code = await main(args, {
        out: (line) => (text.out += `${line}\n`),
        err: (line) => (text.err += `${line}\n`),
        progress: () => undefined,
        clock: Date.now,
        environment: { ...own, ...environment },
      });
      return { code, ...text };
    },
    run: (args, environment = {}) => said(start(args, environment)),
    async serve(environment = {}) {
      const child = start(['serve'], { QUARTERDECK_PORT: '0', ...environment });
      const end = said(child);
      let out = '';
      const port = await new Promise<string>((resolve, reject) => {
        child.stdout?.on('data', (chunk: Buffer) => {
          out += chunk.toString();
          const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1];
          if (found !== undefined) resolve(found);
        });
        child.once('exit', () => reject(new Error(`the server ended: ${out}`)));
      });
      return {
        port,
        stop(signal = 'SIGINT') {
          child.kill(signal);
          return end;
        },
      };
    },
    async close() {
      for (const child of running) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
