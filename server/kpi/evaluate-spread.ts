import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { NO_TRAIL, emptyOutcome, evaluated } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { Evaluated, World } from './world.ts';

type Spread = Extract<Measure, { type: 'spread' }>;

/** Until it is worked out, there is no data. */
export const evaluateSpread = (
  kpi: Kpi,
  _measure: Spread,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] =>
  scopes.flatMap((scope) => periods.map((period) => evaluated(kpi, world, scope, period, emptyOutcome('no data'), NO_TRAIL)));
