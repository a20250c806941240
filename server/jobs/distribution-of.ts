import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { buildDistribution, refusedSpread, type Measured } from '../review/distribution.ts';
import type { Distribution } from '../review/kpi-page-schema.ts';
import { dayTitle, lastCompleteWeek, periodLabel, periodOf, shiftPeriod } from '../time/calendar.ts';
import type { Period } from '../time/period.ts';
import { nextTurn, withinTime } from './turns.ts';

/** A year, or as much of it as has so few items that all of them can be looked at. */
const MONTHS = 12;
const LOOKED_AT = 100_000;

export interface DistributionRequest {
  readonly world: World;
  readonly kpi: Kpi;
  readonly scope: Scope;
  readonly signal: AbortSignal;
}

/** Every item of the last twelve complete months with what it contributed. */
export async function distributionOf({ world, kpi, scope, signal }: DistributionRequest): Promise<Distribution> {
  const unit = { type: kpi.unit.type, label: kpi.unit.label, axis: kpi.unit.label, isTotal: false };
  const refused = refusedSpread(kpi);
  if (refused !== null) return { ...buildDistribution({ kpi, scope, unit, months: [], items: [] }), text: refused, refused };
  const inTime = withinTime(signal);
  await nextTurn(inTime);
  const { calendar } = world.organisation;
  const latest = lastCompleteWeek(calendar, world.now);
  const holding = periodOf(calendar, 'month', latest.endDay - 1);
  const end = holding.end <= world.now ? holding : shiftPeriod(calendar, holding, -1);
  const periods = Array.from({ length: MONTHS }, (_, index) => shiftPeriod(calendar, end, index + 1 - MONTHS));
  const evaluated = evaluate(kpi, world, [scope], periods);
  await nextTurn(inTime);
  const from = firstLookedAt(evaluated);
  const items = evaluated.slice(from).flatMap((one) => measured(one, kpi, world));
  return buildDistribution({
    kpi,
    scope,
    unit,
    months: periods.slice(from).map((period: Period) => ({ period, label: periodLabel(period) })),
    items,
  });
}

/** The latest month is always looked at. */
function firstLookedAt(evaluated: readonly Evaluated[]): number {
  let seen = 0;
  for (let index = evaluated.length - 1; index >= 0; index -= 1) {
    seen += evaluated[index]?.count ?? 0;
    if (seen > LOOKED_AT) return Math.min(index + 1, evaluated.length - 1);
  }
  return 0;
}

function measured(evaluated: Evaluated, { measure }: Kpi, { organisation }: World): Measured[] {
  const { zone } = organisation.calendar;
  // The hour of a page is the hour at which somebody was called: of one page alone the day is told.
  const isPage = 'of' in measure && measure.of === 'page';
  return evaluated.evidence().flatMap(({ uid, value, at, excluded }) => {
    if (value === null || at === null || excluded !== null) return [];
    const [, , ...rest] = uid.split(':');
    const day = zone.dayOf(at);
    return [
      {
        title: rest.length === 0 ? uid : rest.join(':'),
        at: isPage ? zone.startOfDay(day) : at,
        atText: dayTitle(day),
        value,
      },
    ];
  });
}
