import type { Event } from '../../server/event/event.ts';
import { ItemTables } from '../../server/jobs/item-tables.ts';
import { MEASURED_GRAINS, scopesFor } from '../../server/jobs/measure-plan.ts';
import { rowOf } from '../../server/jobs/measured-row.ts';
import { isSame, isSettled } from '../../server/jobs/shown.ts';
import { loadColumns } from '../../server/jobs/stored-columns.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { randomFrom } from '../../server/sources/demo/random.ts';
import type { World } from '../../server/kpi/world.ts';
import type { MeasurementRow } from '../../server/store/store.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import { makeData, type Data } from './data.ts';
import { openDuck, type Duck } from './duckdb.ts';
import { lateEvent, lateRows } from './late-events.ts';
import { printed, timed, wanted, type Row } from './measured.ts';
import { organisationFor } from './organisation.ts';
import { DERIVED, fillDuck } from './queries.ts';
import { questionsOf, type Question } from './questions.ts';
import { FULL, NOW, type Size } from './size.ts';
import { MAKER, storedHouse, type StoredHouse } from './stored-house.ts';
import { kpiFrom, worldOver } from './world.ts';

const KPIS = [
  'scripts/bench/kpis/ticket-time-to-restore.yaml',
  'kpis/delivery/change-failure-rate.yaml',
  'kpis/queues/queue-depth.yaml',
  'scripts/bench/kpis/mean-queue-age.yaml',
  'kpis/on-call/off-hours-interruptions.yaml',
];
const LATE_EVENTS = 1000;
const PULL_EVERY_MS = 60_000;
/** Shares of what DuckDB takes for the four questions. */
const RECENT_SHARE = 0.4;
const SCATTERED_SHARE = 1.5;

/**
 * A thousand events that come late, from handing them over until the numbers that they touch are stored: events, values
 * and revisions committed. Held against DuckDB answering the four questions over the whole history.
 */
export async function benchLate(size: Size, say: (text: string) => void): Promise<Row[]> {
  const data = makeData(size);
  const organisation = organisationFor(size.teams);
  const tickets = data.columns('ticket');
  const each = Math.max(20, Math.round((LATE_EVENTS * size.tickets) / FULL.tickets));
  const rounds = size.rounds + size.warmUp;
  const random = randomFrom('late', 1);
  const rows = lateRows(tickets, each * rounds, () => random.next());
  const questions = questionsOf(size, organisation);
  const duck = await filledDuck(size, data);
  const house = await storedHouse(size, data, KPIS, [...rows.recent, ...rows.scattered]);
  try {
    const whole = await timed(() => measured(house));
    await timed(() => kept(house));
    const times = { recent: [] as number[], scattered: [] as number[], keeping: [] as number[] };
    const asked: number[] = [];
    let moved = 0;
    // In turn, so that whatever else the machine does falls on both; the first rounds warm both up.
    for (let round = 0; round < rounds; round += 1) {
      const answers = await askAll(duck, questions);
      if (round >= size.warmUp) asked.push(answers);
      for (const where of ['recent', 'scattered'] as const) {
        house.desk.next = rows[where]
          .slice(round * each, (round + 1) * each)
          .map((row, nth): Event => lateEvent(tickets, row, nth, size.deployments));
        house.now += PULL_EVERY_MS;
        const late = await timed(() => measured(house));
        moved += late.given;
        const keeping = await timed(() => kept(house));
        if (round < size.warmUp) continue;
        times[where].push(late.ms);
        times.keeping.push(keeping.ms);
      }
    }
    const compared = await checkAll(house, size);
    say(`${each} events each time, ${moved} numbers restated; ${compared} stored numbers equal a full measure`);
    const share = (ms: readonly number[]): number[] => ms.map((own, round) => own / (asked[round] ?? Number.NaN));
    const held = (what: string, ms: readonly number[], atMost: number): Row =>
      wanted(what, share(ms), '×', { atMost, isOfFullSize: true });
    return [
      printed('measuring everything once, and settling it', [whole.ms], 'ms'),
      printed('the four questions by DuckDB', asked, 'ms'),
      printed(`${each} late events of the last two weeks`, times.recent, 'ms'),
      held('  as a share of what DuckDB took', times.recent, RECENT_SHARE),
      printed(`${each} late events of three years`, times.scattered, 'ms'),
      held('  as a share of what DuckDB took', times.scattered, SCATTERED_SHARE),
      printed('  saving the columns after that', times.keeping, 'ms'),
    ];
  } finally {
    duck.close();
    await house.close();
  }
}

async function filledDuck(size: Size, data: Data): Promise<Duck> {
  const duck = await openDuck();
  await fillDuck(duck, data, size);
  await duck.run(DERIVED.failures);
  await duck.run(DERIVED.interruptions);
  return duck;
}

/** What the four answers take together. */
async function askAll(duck: Duck, questions: readonly Question[]): Promise<number> {
  let sum = 0;
  for (const { sql } of questions) sum += (await timed(() => duck.ask(sql))).ms;
  return sum;
}

/** As the product does it: a pass, then what it touched. How many values were restated. */
const measured = ({ engine, desk }: StoredHouse): Promise<number> =>
  engine.exclusively(async () => {
    const { outcome, error } = await engine.pullOnly(desk);
    if (outcome === 'failed') throw new Error(error ?? 'the pull failed');
    return (await engine.measureNow('changed')).restated;
  });

/** Columns are stored before the next thing that writes. */
const kept = ({ engine }: StoredHouse): Promise<void> => engine.exclusively(async () => undefined);

/** Holds every stored number against evaluating all of them over all that is known. */
async function checkAll({ store, now }: StoredHouse, { teams }: Size): Promise<number> {
  const organisation = organisationFor(teams);
  const { calendar } = organisation;
  const items = new ItemTables(organisation);
  const unusable = await loadColumns(store, items, MAKER, Infinity);
  if (unusable !== null) throw new Error(unusable);
  const world = {
    ...worldOver(organisation, (kind) => items.table(kind).columns()),
    now,
    // Late events are of tickets; of everything else nothing was asked since.
    coverage: (of: Parameters<World['coverage']>[0]) => ({ from: null, until: 'kind' in of && of.kind === 'ticket' ? now : NOW }),
  };
  const today = calendar.zone.dayOf(now);
  let compared = 0;
  for (const file of KPIS) {
    const kpi = kpiFrom(file);
    const stored = new Map<string, MeasurementRow>();
    const keyOf = ({ scope, period }: MeasurementRow): string => `${scope}|${period}`;
    for (const row of await store.measurements({ kpi: kpi.id })) stored.set(keyOf(row), row);
    for (const row of await store.latestSnapshots({ kpi: kpi.id })) if (isSettled(row)) stored.set(keyOf(row), row);
    const periods = MEASURED_GRAINS.flatMap((grain) => {
      const days = [...stored.values()].flatMap((row) => (row.grain === grain ? row.firstDay : []));
      return periodsBetween(
        calendar,
        grain,
        days.reduce((first, day) => Math.min(first, day), Infinity),
        today + 1,
      );
    });
    for (const [index, evaluated] of evaluate(kpi, world, scopesFor(kpi, organisation), periods).entries()) {
      const period = periods[index % periods.length];
      const own = stored.get(`${evaluated.scope}|${evaluated.period}`);
      if (period === undefined) continue;
      if (own === undefined) throw new Error(`${kpi.id} of ${evaluated.scope} in ${evaluated.period} is not stored`);
      const row = rowOf(kpi, evaluated, period, own.watermark, own.isStale);
      if (!isSame(own, row) || JSON.stringify(own.also) !== JSON.stringify(row.also))
        throw new Error(
          `${kpi.id} of ${row.scope} in ${row.period} is stored as ${JSON.stringify(own)}, not ${JSON.stringify(row)}`,
        );
      compared += 1;
    }
    if (compared === 0) throw new Error(`nothing of ${kpi.id} is stored`);
  }
  return compared;
}
