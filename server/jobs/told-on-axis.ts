import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { parseKpi } from '../kpi/parse.ts';
import type { World } from '../kpi/world.ts';
import type { Told } from '../review/input.ts';
import { trailing } from '../time/calendar.ts';
import { parseDay } from '../time/day.ts';
import type { Day, Instant, Period } from '../time/period.ts';

/** As everybody's definitions are written, so that teams, moves between them and merges count as they do there. */
const SEVERE = counted('incidents', 'opened', '{ severity: 1, planned: { not: true }, merged_into: not set }');
const DEPLOYED = counted('deployments', 'finished', '{ environment: production, outcome: succeeded }');

/** What happened in a scope in the six weeks up to the reviewed one, for all time axes at once. */
export function toldOnAxis(world: World, scope: Scope, week: Period): Told {
  const { calendar, holidays } = world.organisation;
  const { weeks } = trailing(calendar, week);
  const first = weeks[0] ?? week;
  const range: Period = {
    ...week,
    grain: 'to-date',
    id: 'six weeks',
    firstDay: first.firstDay,
    start: first.start,
    end: Math.min(week.end, world.now),
  };
  const daysOf = (kpi: Kpi): Day[] => instantsOf(kpi, world, scope, range).map((at) => calendar.zone.dayOf(at));
  return {
    incidents: daysOf(SEVERE),
    deployments: daysOf(DEPLOYED),
    holidays: Object.entries(holidays).flatMap(([where, days]) =>
      days.flatMap((text) => {
        const day = parseDay(text);
        return day === null ? [] : [{ day, where: where.split('/').at(-1)?.replaceAll('_', ' ') ?? where }];
      }),
    ),
  };
}

function instantsOf(kpi: Kpi, world: World, scope: Scope, range: Period): Instant[] {
  if (range.start >= range.end) return [];
  const [evaluated] = evaluate(kpi, world, [scope], [range]);
  const entries = evaluated?.evidence() ?? [];
  return entries.flatMap(({ at, excluded }) => (at === null || excluded !== null ? [] : [at])).sort((one, other) => one - other);
}

function counted(of: string, instant: string, where: string): Kpi {
  const text = `version: kpi/v1
id: told-${of}
name: Told
question: What happened?
section: Told
role: outcome
owner: Everybody
better: neither
measure:
  count: { of: ${of} }
  where: ${where}
  counted_in: ${instant}
when_empty: zero
settles_after: 0 seconds
`;
  const { kpi, problems } = parseKpi(text, `told-${of}.yaml`, { digest: (whole) => whole.slice(0, 8) });
  if (kpi === null) throw new Error(problems.map(({ message }) => message).join('; '));
  return kpi;
}
