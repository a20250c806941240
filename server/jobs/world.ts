import type { ItemColumns, SeriesColumns } from '../event/columns.ts';
import type { Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Coverage, World } from '../kpi/world.ts';
import type { Instant } from '../time/period.ts';
import { coverageOf, storedKindsOf, type KnownSource } from './coverage.ts';

export interface WorldParts {
  readonly organisation: Organisation;
  readonly columns: (kind: Kind) => ItemColumns;
  readonly series: (name: string) => readonly SeriesColumns[];
  readonly sources: readonly KnownSource[];
  readonly kpis: readonly Kpi[];
  readonly now: Instant;
  readonly digest: (text: string) => string;
}

/** What an evaluation may look at, over items and series held in memory. */
export function worldFrom(parts: WorldParts): World {
  const kpis = new Map(parts.kpis.map((kpi) => [kpi.id, kpi]));
  const coverages = new Map<string, Coverage>();
  return {
    organisation: parts.organisation,
    now: parts.now,
    columns: parts.columns,
    series: parts.series,
    kpi: (id) => kpis.get(id),
    digest: parts.digest,
    coverage: (of) => {
      const name = 'kind' in of ? `kind ${of.kind}` : `series ${of.series}`;
      let coverage = coverages.get(name);
      if (coverage === undefined) {
        const basis = 'kind' in of ? { kinds: storedKindsOf(of.kind), series: [] } : { kinds: [], series: [of.series] };
        coverages.set(name, (coverage = coverageOf(basis, parts.sources)));
      }
      return coverage;
    },
  };
}
