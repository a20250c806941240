import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Organisation } from '../../server/event/organisation.ts';
import { readDefinitions } from '../../server/jobs/definitions.ts';
import { ItemTables } from '../../server/jobs/item-tables.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { digest, readSources } from '../../server/main.ts';
import { STREAMS } from '../../server/sources/demo/streams.ts';
import { openStore } from '../../server/store/open.ts';
import { contextAt, streamSource } from '../sources/demo-pull.ts';

export const NOW = Date.parse('2026-11-18T09:00:00Z');
/** Those that tell of items. */
const ITEM_STREAMS = STREAMS.filter((stream) => stream !== 'metrics' && stream !== 'satisfaction' && stream !== 'calls');

/** All items of the demo organisation, and the standard pack. */
export interface DemoItems {
  readonly items: ItemTables;
  readonly organisation: Organisation;
  readonly organisationText: string;
  readonly kpis: readonly Kpi[];
  close(): Promise<void>;
}

export async function demoItems(): Promise<DemoItems> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-demo-items-'));
  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => NOW });
  for (const stream of ITEM_STREAMS) {
    const pass = streamSource(stream).pull(contextAt(NOW, null));
    for (let step = await pass.next(); step.done !== true; step = await pass.next())
      await store.append(stream, NOW, step.value.events, []);
  }
  const { organisation, kpis } = readDefinitions('kpis', { digest, readSources });
  if (organisation === null) throw new Error('the demo organisation cannot be read');
  const items = new ItemTables(organisation);
  await items.refresh(store, await store.watermark());
  return {
    items,
    organisation,
    organisationText: readFileSync('kpis/organisation.yaml', 'utf8'),
    kpis,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
