import type { ItemColumns } from '../event/columns.ts';
import { Clocks } from '../event/clocks.ts';
import type { Scope } from '../event/organisation.ts';
import { secondsOf } from '../kpi/buckets.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { AlertPage, PagedHours } from '../review/on-call-input.ts';
import { periodsBetween } from '../time/calendar.ts';
import { weekdayOf } from '../time/day.ts';
import type { Instant, Period } from '../time/period.ts';

const DAYS = 7;
const HOURS = 24;
const MINUTES = 60;

/**
 * The pages that the KPI counts over some days, as far as alerts go: the lists behind the page count, the
 * noise and the repeats, held together by item. Nobody is named, so it is told of any team.
 */
export function alertPages(kpis: readonly Kpi[], pages: Kpi, world: World, scope: Scope, whole: Period): AlertPage[] {
  const listOf = (kpi: Kpi | undefined): Map<string, number> => {
    const [made] = kpi === undefined || kpi.isPersonal ? [] : evaluate(kpi, world, [scope], [whole]);
    return new Map(
      (made?.evidence() ?? []).flatMap(({ uid, value, excluded }) => (excluded === null ? [[uid, value ?? 0] as const] : [])),
    );
  };
  const byId = (id: string): Kpi | undefined => kpis.find((kpi) => kpi.id === id);
  const counted = listOf(pages);
  const noAction = listOf(byId('noise'));
  const repeats = listOf(byId('repeat-pages'));
  const columns = world.columns('page');
  const { codes, stretchService, stretchStart } = columns;
  return rowsOf(columns, counted).map(({ row, uid }) => {
    const answer = noAction.get(uid);
    return {
      key: codes['key']?.dictionary[codes['key'].codes[row] ?? -1] ?? null,
      service: stretchService.dictionary[stretchService.codes[(stretchStart[row + 1] ?? 1) - 1] ?? -1] ?? null,
      isRepeat: repeats.get(uid) === 1,
      neededAction: answer === undefined ? null : answer === 0,
    };
  });
}

/**
 * Pages by weekday and hour on the clock of whoever was paged: when people were called. So it is told
 * like what people bore: of the days asked about where five or more people shared them, else of those months among
 * them of which that may be said. The groups are those of all who were on call or paged, under the
 * rules of any personal number.
 */
export function pagedHours(pages: Kpi, world: World, scope: Scope, whole: Period): PagedHours {
  const { calendar } = world.organisation;
  const months = periodsBetween(calendar, 'month', whole.firstDay, whole.endDay).filter(({ endDay }) => endDay <= whole.endDay);
  const borne: Kpi = {
    ...pages,
    measure: { type: 'count', of: 'page', per: '12 hours on call' },
    whenEmpty: 'zero',
    isPersonal: true,
  };
  const periods = [whole, ...months];
  // It tells nights from days, so it is told where a number by hours is, too (kpi/privacy-hours.ts).
  const atNight: Kpi = {
    ...borne,
    where: [...borne.where, { field: 'during', condition: { test: 'during', during: 'nights' } }],
  };
  const [all, nights] = [borne, atNight].map((kpi) => evaluate(kpi, world, [scope], periods));
  const isTold = periods.map((_, index) => [all, nights].every((made) => made?.[index]?.emptiness === null));
  const told = periods.filter((_, index) => isTold[index]);
  const spans = isTold[0] === true ? [whole] : told;
  const listed = spans.length === 0 ? [] : evaluate(pages, world, [scope], spans).flatMap((each) => each.evidence());
  const sent = new Map(listed.flatMap(({ uid, at, excluded }) => (at === null || excluded !== null ? [] : [[uid, at] as const])));
  return { spans, counts: hoursOf(world, sent) };
}

function hoursOf(world: World, sent: ReadonlyMap<string, Instant>): number[][] {
  const counts = Array.from({ length: DAYS }, () => new Array<number>(HOURS).fill(0));
  const columns = world.columns('page');
  const clocks = new Clocks(columns, world.organisation);
  for (const { row, value: at } of rowsOf(columns, sent)) {
    const { zone } = clocks.clockAt(row, secondsOf(at));
    const day = counts[weekdayOf(zone.dayOf(at)) - 1];
    const hour = Math.floor(zone.minuteOfDay(at) / MINUTES);
    if (day !== undefined) day[hour] = (day[hour] ?? 0) + 1;
  }
  return counts;
}

/** Rows of items that a list names. */
function rowsOf<T>(
  { uids, dead, length }: ItemColumns,
  wanted: ReadonlyMap<string, T>,
): { row: number; uid: string; value: T }[] {
  const found: { row: number; uid: string; value: T }[] = [];
  if (wanted.size === 0) return found;
  for (let row = 0; row < length; row += 1) {
    if (dead?.[row] === 1) continue;
    const uid = uids.at(row) ?? '';
    const value = wanted.get(uid);
    if (value !== undefined) found.push({ row, uid, value });
  }
  return found;
}
