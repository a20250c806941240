import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { serve, type Serving } from '../../server/main.ts';
import { buildWeb } from '../../scripts/build.ts';
import { NOW } from './demo-week.ts';

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
  cpSync(await madeHistory(inject('demoHistory')), folder, { recursive: true });
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

/** The folder, once the history is made: however long that takes, so not by `fetch`, which gives up. */
function madeHistory(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      const parts: string[] = [];
      response.on('data', (part) => parts.push(String(part)));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(parts.join(''));
        else reject(new Error(parts.join('')));
      });
    }).on('error', reject);
  });
}
