import type { Kpi } from '../kpi/kpi.ts';
import { formatDuration } from '../time/duration.ts';
import type { KpiPage } from './kpi-page-schema.ts';
import type { KpiCard } from './schema.ts';

const BETTER = { lower: 'lower', higher: 'higher', neither: 'neither: it is told, not judged' } as const;

/** What the file says beside the definition, in a line each. */
export function factsOf(kpi: Kpi, card: KpiCard): KpiPage['facts'] {
  const { atRisk } = kpi;
  return [
    { name: 'Owner', text: kpi.owner },
    { name: 'Section', text: `${kpi.section}, ${kpi.role === 'outcome' ? 'an outcome' : 'an input'}` },
    { name: 'Better', text: BETTER[kpi.better] },
    { name: 'Judged by', text: card.judgedAs },
    {
      name: 'Settles',
      text: kpi.settlesAfterMs === 0 ? 'at once' : `${formatDuration(kpi.settlesAfterMs / 1000)} after its period`,
    },
    ...(kpi.baseline === null ? [] : [{ name: 'Baseline', text: kpi.baseline }]),
    ...(atRisk?.runbook == null ? [] : [{ name: 'Runbook', text: atRisk.runbook }]),
    ...(atRisk?.escalateTo == null ? [] : [{ name: 'Escalate to', text: atRisk.escalateTo }]),
    ...(kpi.isPersonal ? [{ name: 'Privacy', text: 'what people bore: groups of five or more only, never item by item' }] : []),
  ];
}
