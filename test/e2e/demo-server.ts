import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { serve, type Serving } from '../../server/main.ts';
import { buildWeb } from '../../scripts/build.ts';
import { NOW } from './demo-week.ts';
import { madeOnce } from './once.ts';

export interface DemoServer {
  readonly serving: Serving;
  readonly url: string;
  close(): Promise<void>;
}

interface DemoOptions {
  /** Read at every moment; stands still where it is not given. */
  readonly clock?: () => number;
  /** Definitions and sources; those of the demo where it is not given. */
  readonly kpiFolder?: string;
}

/** The whole product with its demo organisation, in a folder of its own: for tests that write. */
export async function demoServer({ clock = () => NOW, kpiFolder }: DemoOptions = {}): Promise<DemoServer> {
  await buildWeb();
  const history = await madeOnce('history');
  if (history === null) throw new Error('a history is made by a run of tests alone');
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-e2e-'));
  cpSync(history, folder, { recursive: true });
  const config = readConfig({
    QUARTERDECK_DATA: folder,
    QUARTERDECK_PORT: '0',
    LOG_LEVEL: 'silent',
    ...(kpiFolder === undefined ? {} : { QUARTERDECK_KPIS: kpiFolder }),
  });
  const serving = await serve(config, clock, () => undefined);
  await serving.isReady;
  return {
    serving,
    url: serving.url,
    close: async () => {
      await serving.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the same is read by all tests that write nothing: one server, in a process of its own. */
export async function readServer(): Promise<{ readonly url: string }> {
  const url = await madeOnce('server');
  if (url === null) throw new Error('a server for all is started by a run of tests alone');
  return { url };
}
