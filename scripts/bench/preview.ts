import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildServer } from '../../server/api/server.ts';
import { digest } from '../../server/digest.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { diffOf } from '../../server/jobs/diff.ts';
import { ItemTables } from '../../server/jobs/item-tables.ts';
import { loadColumns } from '../../server/jobs/stored-columns.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { lastCompleteWeek, periodOf, shiftPeriod } from '../../server/time/calendar.ts';
import type { Calendar, Period } from '../../server/time/period.ts';
import { makeData } from './data.ts';
import { printed, timed, wanted, type Row } from './measured.ts';
import { organisationFor, teamName } from './organisation.ts';
import { redrawTimes } from './redraw.ts';
import { NOW, type Size } from './size.ts';
import { MAKER, storedHouse } from './stored-house.ts';
import { kpiFrom, worldOver } from './world.ts';

const FILE = 'scripts/bench/kpis/ticket-time-to-restore.yaml';
const TIMES_THE_EVALUATION = 2;
const LONGEST_BLOCKED_MS = 20;
const REDRAWN_MS = 500;
/** What may be asked for at once, and what a preview looks at. */
const TEAMS_ASKED = 9;
const WEEKS_SHOWN = 12;
const MONTHS_SHOWN = 12;

/**
 * A changed definition over HTTP, held against evaluating both versions over the same scopes and periods, and how long
 * the thread that serves requests is held up meanwhile.
 */
export async function benchPreview(size: Size, say: (text: string) => void): Promise<Row[]> {
  const data = makeData(size);
  const house = await storedHouse(size, data, [FILE]);
  const organisation = organisationFor(size.teams);
  const app = await buildServer({ engine: house.engine, webFolder: null, logLevel: 'silent', version: 'bench' });
  try {
    const items = new ItemTables(organisation);
    const unusable = await loadColumns(house.store, items, MAKER, Infinity);
    if (unusable !== null) throw new Error(unusable);
    const world = worldOver(organisation, (kind) => items.table(kind).columns());
    const before = kpiFrom(FILE);
    const text = readFileSync(FILE, 'utf8').replace(
      'counted_in: restored',
      'where: { severity: [1, 2] }\n  counted_in: restored',
    );
    const after = parseKpi(text, FILE, { digest }).kpi;
    if (after === null) throw new Error('the changed definition is wrong');
    const teams = Array.from({ length: Math.min(TEAMS_ASKED, size.teams) }, (_, team): Scope => `team:${teamName(team)}`);
    const scopes: Scope[] = ['organisation', ...teams];
    const url = new URL('/api/v1/kpis/preview', await app.listen({ host: '127.0.0.1', port: 0 }));
    const body = JSON.stringify({ text, scopes });
    const periods = shownPeriods(organisation.calendar);
    const own = (kpi: Kpi): void => void evaluate(kpi, world, scopes, periods);

    const [asked, evaluated, differing]: [number[], number[], number[]] = [[], [], []];
    const [blocked, idle]: [number[], number[]] = [[], []];
    // The first rounds warm both up.
    for (let round = -size.warmUp; round < size.rounds; round += 1) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      const answer = await timed(async () => {
        delay.enable();
        const bytes = await post(url, body);
        delay.disable();
        return bytes;
      });
      const alone = await timed(() => [before, after].forEach(own));
      if (round < 0) continue;
      evaluated.push(alone.ms);
      // Ended, because it took too long.
      asked.push(answer.given === null ? Infinity : answer.ms);
      blocked.push(delay.max / 1e6);
      const bytes = answer.given === null ? 'no answer' : `an answer of ${Math.round(answer.given / 1024)} kB`;
      if (round === 0) say(`${scopes.length} scopes, ${periods.length} periods, ${bytes}`);
      const quiet = monitorEventLoopDelay({ resolution: 1 });
      quiet.enable();
      await new Promise((resolve) => setTimeout(resolve, Math.min(answer.ms, 2000)));
      quiet.disable();
      idle.push(quiet.max / 1e6);
    }
    // By itself: what it leaves behind would hold up the thread that serves requests.
    const versions = { before: { kpi: before, kpis: [before] }, after: { kpi: after, kpis: [after] } };
    for (let round = -size.warmUp; round < size.rounds; round += 1) {
      const { ms } = await timed(() => diffOf({ ...versions, world, scopes, signal: new AbortController().signal }));
      if (round >= 0) differing.push(ms);
    }
    const narrower = text.replace('severity: [1, 2]', 'severity: [1]');
    const { atOnce, byItself } = await redrawTimes(house.engine, before.id, [text, narrower], size);
    return [
      printed('evaluating both versions, in this thread', evaluated, 'ms'),
      printed('  with the items that move between them', differing, 'ms'),
      printed('POST /api/v1/kpis/preview', asked, 'ms'),
      wanted(
        '  times the evaluation',
        asked.map((ms, round) => ms / (evaluated[round] ?? Number.NaN)),
        '×',
        { atMost: TIMES_THE_EVALUATION, isOfFullSize: true },
      ),
      wanted('longest that the HTTP thread was held up', blocked, 'ms', { atMost: LONGEST_BLOCKED_MS }),
      printed('  as long a time in which it does nothing', idle, 'ms'),
      wanted(
        'a dry run in a browser, from the key that asks at once to the picture',
        atOnce.map(({ painted }) => painted),
        'ms',
        { atMost: REDRAWN_MS },
      ),
      printed(
        '  until the server is asked',
        atOnce.map(({ asked }) => asked),
        'ms',
      ),
      printed(
        '  from there until its answer is there',
        atOnce.map(({ asked, answered }) => answered - asked),
        'ms',
      ),
      printed(
        '  from there until it is painted',
        atOnce.map(({ answered, painted }) => painted - answered),
        'ms',
      ),
      printed(
        'from the last key typed, with the rest that it waits for',
        byItself.map(({ painted }) => painted),
        'ms',
      ),
    ];
  } finally {
    await app.close();
    await house.close();
  }
}

/** As jobs/diff.ts looks at them: complete weeks and months before now. */
function shownPeriods(calendar: Calendar): Period[] {
  const week = lastCompleteWeek(calendar, NOW);
  const month = periodOf(calendar, 'month', calendar.zone.dayOf(NOW));
  return [
    ...Array.from({ length: WEEKS_SHOWN }, (_, back) => shiftPeriod(calendar, week, -back)),
    ...Array.from({ length: MONTHS_SHOWN }, (_, back) => shiftPeriod(calendar, month, -1 - back)),
  ];
}

/** Bytes of the answer; null where there is none, because it took too long. */
const post = (url: URL, body: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      let bytes = 0;
      let start = '';
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (start === '') start = chunk.toString().slice(0, 300);
      });
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(bytes)
          : response.statusCode === 503
            ? resolve(null)
            : reject(new Error(`${response.statusCode ?? ''} ${start}`)),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
