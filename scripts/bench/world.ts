import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ItemColumns } from '../../server/event/columns.ts';
import type { Kind } from '../../server/event/kinds.ts';
import type { Organisation } from '../../server/event/organisation.ts';
import { ItemView } from '../../server/jobs/item-view.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import type { World } from '../../server/kpi/world.ts';
import { digest } from '../../server/digest.ts';
import { NOW } from './size.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A KPI file of the project, read by the real parser. */
export function kpiFrom(file: string): Kpi {
  const { kpi, problems } = parseKpi(readFileSync(`${root}${file}`, 'utf8'), file, { digest });
  if (kpi === null) throw new Error(problems.map(formatProblem).join('\n'));
  return kpi;
}

/** What an evaluation looks at: columns with what is derived from them, made when first read and then kept. */
export function worldOver(organisation: Organisation, stored: (kind: Kind) => ItemColumns): World {
  const view = new ItemView({ organisation, now: NOW, stored, all: stored, since: () => -Infinity });
  return {
    organisation,
    now: NOW,
    columns: (kind) => view.columns(kind),
    series: () => [],
    coverage: () => ({ from: null, until: NOW }),
    kpi: () => undefined,
    digest,
  };
}
