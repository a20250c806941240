import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { serve, type Serving } from '../../server/main.ts';
import { buildWeb } from '../../scripts/build.ts';

/** A Wednesday: the week before it is closed and not settled yet. */
export const NOW = Date.parse('2026-11-18T09:00:00Z');
export const LAST_WEEK = '2026-W46';

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

/** The whole product with its demo organisation, in a folder of its own. */
export async function demoServer({ clock = () => NOW, kpiFolder }: DemoOptions = {}): Promise<DemoServer> {
  await buildWeb();
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-e2e-'));
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
