import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import { digest, readSources } from '../../server/main.ts';
import { openStore } from '../../server/store/open.ts';
import type { MeasurementRow, SnapshotRow } from '../../server/store/store.ts';
import { VIEWER } from './house.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** Only what a row said when it was written: the log carries the final dates of resolution in every row. */
const SOURCES = `version: sources/v1
sources:
  - id: servicenow
    name: ServiceNow incidents
    type: files
    stale_after: 8 days
    files:
      - path: week-*.csv
        gives: ticket
        complete: when read
        rows: history
        item: number
        at: sys_updated_at
        sequence: sys_mod_count
        dates: D/M/YYYY HH:mm
        zone: UTC
        nulls: ['?']
        state:
          column: ident_state
          map:
            New: opened
            Active: in_progress
            Awaiting User Info: on_hold
            Awaiting Vendor: on_hold
            Awaiting Problem: on_hold
            Awaiting Evidence: on_hold
            Resolved: resolved
            Closed: closed
            '-100': ignore
        severity: priority
        fields: { team: assignment_group, service: cmdb_ci }
        instants: { opened: opened_at }
`;

const kpi = (id: string, measure: string): string => `version: kpi/v1
id: ${id}
name: ${id}
question: How does it go?
section: Incidents
role: outcome
owner: Service Operations
better: lower
measure:
${measure}
settles_after: 1 day
`;

const KPIS: Readonly<Record<string, string>> = {
  arrivals: kpi('arrivals', '  count: { of: tickets }\n  counted_in: opened'),
  'time-to-resolve': kpi('time-to-resolve', '  duration: { of: tickets, from: opened, to: resolved }\n  summarise: median'),
  depth: kpi('depth', '  depth: { of: tickets }'),
  age: kpi('age', '  age: { of: tickets }\n  summarise: median'),
  severe: kpi('severe', '  ratio:\n    of: tickets\n    where: { severity: [1, 2] }\n  counted_in: opened'),
};

export interface WeekByWeek {
  readonly weeks: number;
  readonly rows: number;
  readonly events: number;
  /** Values compared: published weeks, by KPI and scope. */
  readonly values: number;
  /** Of them, how many are known otherwise now than when they were published. */
  readonly different: number;
  /** Of those, how many the revisions lead to, step by step, each with a cause. */
  readonly explained: number;
  /** Not as they were shown when asked for as known then; must be empty. */
  readonly misremembered: readonly string[];
  readonly causes: Readonly<Record<string, number>>;
  readonly rebuiltDifferences: number;
}

/**
 * Feeds the log of changes week by week, each row in the week in which it was recorded, publishes every
 * week's review on its Monday, and compares in the end what each published week showed, what it is known
 * to have shown, and what is known now.
 */
export async function weekByWeek(csv: string): Promise<WeekByWeek> {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const updated = header.split(',').indexOf('sys_updated_at');
  const group = header.split(',').indexOf('assignment_group');
  const rows = lines.map((line) => ({ line, at: instantOf(line.split(',')[updated] ?? '') }));
  const first = mondayOf(rows.reduce((least, { at }) => Math.min(least, at), Infinity));
  const byWeek = Map.groupBy(rows, ({ at }) => Math.floor((at - first) / WEEK_MS));
  const weeks = Math.max(...byWeek.keys()) + 1;
  const teams = mostFrequent(
    lines.map((line) => line.split(',')[group] ?? '').filter((name) => /^\d+$/.test(name)),
    3,
  );

  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-weeks-'));
  const kpiFolder = join(folder, 'kpis');
  mkdirSync(kpiFolder);
  const teamLines = teams.map((id) => `  '${id}': { name: Group ${id} }`).join('\n');
  writeFileSync(
    join(kpiFolder, 'organisation.yaml'),
    `version: organisation/v1\nname: Week by week\nzone: UTC\nteams:\n${teamLines}\n`,
  );
  writeFileSync(join(kpiFolder, 'sources.yaml'), SOURCES);
  for (const [id, text] of Object.entries(KPIS)) writeFileSync(join(kpiFolder, `${id}.yaml`), text);
  let now = first;
  const store = await openStore({ engine: 'sqlite', folder: join(folder, 'data') }, { mode: 'write', now: () => now });
  try {
    const engine = await QuarterdeckEngine.open({
      store,
      kpiFolder,
      clock: () => now,
      pseudonym: (person) => person,
      digest,
      readSources,
      log: () => undefined,
      zoneData: 'of the test',
      columnsMaker: 'of the test',
      demoType: 'demo',
    });
    const problems = engine.organisation(VIEWER).problems;
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const scopes = ['organisation', ...teams.map((id) => `team:${id}`)];
    const published: { readonly at: number; readonly rows: readonly MeasurementRow[] }[] = [];
    for (let week = 0; week < weeks + 2; week += 1) {
      const fresh = byWeek.get(week) ?? [];
      const path = join(kpiFolder, `week-${String(week).padStart(3, '0')}.csv`);
      writeFileSync(path, [header, ...fresh.map(({ line }) => line), ''].join('\n'));
      now = first + (week + 1) * WEEK_MS + 6 * 3_600_000;
      // Files written just now are looked at twice; an export of yesterday is not.
      utimesSync(path, new Date(now - DAY_MS), new Date(now - DAY_MS));
      const pulled = await engine.pull(VIEWER, 'servicenow');
      if (pulled.outcome !== 'complete' || pulled.rejected > 0) throw new Error(`pull: ${pulled.error} ${pulled.rejected}`);
      const id = (await engine.review(VIEWER, null, 'organisation')).review.week.id;
      const shown: MeasurementRow[] = [];
      for (const scope of scopes) {
        await engine.publish(VIEWER, id, scope);
        const { live, snapshots } = await engine.snapshots(VIEWER, { scope, grain: 'week' });
        shown.push(...[...live, ...snapshots].filter((row) => row.period === id));
      }
      published.push({ at: now, rows: shown });
    }

    const misremembered: string[] = [];
    const causes: Record<string, number> = {};
    let values = 0;
    let different = 0;
    let explained = 0;
    for (const { at, rows: then } of published) {
      for (const row of then) {
        values += 1;
        const query = { kpi: row.kpi, scope: row.scope, fromDay: row.firstDay, toDay: row.firstDay, grain: 'week' as const };
        const known = await engine.snapshots(VIEWER, { ...query, knownAt: at });
        const [remembered] = [...known.live, ...known.snapshots];
        if (remembered === undefined || !isSame(remembered, row)) misremembered.push(`${row.kpi} ${row.scope} ${row.period}`);
        const [present] = (await engine.snapshots(VIEWER, query)).snapshots;
        if (present === undefined || isSame(present, row)) continue;
        different += 1;
        const steps = (await store.revisions(row.kpi, row.scope, row.period)).filter((step) => step.recordedAt > at);
        if (leadsTo(row, steps, present)) explained += 1;
        for (const cause of steps.flatMap((step) => step.causes)) causes[cause] = (causes[cause] ?? 0) + 1;
      }
    }
    const rebuilt = await engine.rebuild(VIEWER, false, () => undefined);
    const { events } = await store.countEvents();
    await engine.close();
    return {
      weeks: published.length,
      rows: rows.length,
      events,
      values,
      different,
      explained,
      misremembered,
      causes,
      rebuiltDifferences: rebuilt.differences,
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The revisions since publication begin from another value than the one they give, end at the present one, and each names its causes. */
function leadsTo(published: MeasurementRow, steps: readonly SnapshotRow[], present: MeasurementRow): boolean {
  const last = steps.at(-1);
  if (last === undefined || !isSame(last, present)) return false;
  return steps.every((step, index) => {
    const before = steps[index - 1] ?? published;
    const isRestatement = !step.causes.includes('settled');
    return step.causes.length > 0 && (!isRestatement || (!isSame(step, before) && step.movedCount > 0));
  });
}

const isSame = (one: MeasurementRow, other: MeasurementRow): boolean =>
  one.value === other.value && one.emptiness === other.emptiness && one.count === other.count && one.digest === other.digest;

/** `29/2/2016 01:16`, UTC. */
function instantOf(text: string): number {
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = text.split(/\D+/).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute);
}

const mondayOf = (at: number): number => at - ((Math.floor(at / DAY_MS) + 3) % 7) * DAY_MS - (at % DAY_MS);

function mostFrequent(names: readonly string[], count: number): string[] {
  return [...Map.groupBy(names, (name) => name)]
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, count)
    .map(([name]) => name);
}
