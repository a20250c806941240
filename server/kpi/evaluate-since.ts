import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { NO_TRAIL, emptyOutcome, evaluated } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { Evaluated, World } from './world.ts';

type Since = Extract<Measure, { type: 'since' }>;

/** Until it is worked out, there is no data. */
export const evaluateSince = (
  kpi: Kpi,
  _measure: Since,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] =>
  scopes.flatMap((scope) => periods.map((period) => evaluated(kpi, world, scope, period, emptyOutcome('no data'), NO_TRAIL)));
