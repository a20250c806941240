import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { Call } from '../../../../scripts/aws-server/answer.ts';
import { startAwsServer, type AwsServer } from '../../../../scripts/aws-server/server.ts';
import { readPosition } from '../../../../server/sources/cloudwatch/cursor.ts';
import { randomFrom, type Random } from '../../../../server/sources/demo/random.ts';
import { openStore } from '../../../../server/store/open.ts';

/**
 * The first read of a source by the command line, in a process that is killed (SIGKILL) at random and started again, until one
 * run ends by itself: what AWS was asked, and what the database knows then.
 */
interface Asked {
  readonly seed: number;
  /** Over two accounts and three Regions, each of which has a sixth of them. */
  readonly series: number;
  readonly kills: number;
}

export interface Found {
  /** Runs that ended by SIGKILL. */
  readonly killed: number;
  /** Exit code of the last run, and what it said. */
  readonly code: number | null;
  readonly said: string;
  /** The fewest calls that series of so many points take. */
  readonly planned: number;
  /** Calls that came, each of which counts, answered or not. */
  readonly calls: number;
  /** Calls that came while their process was killed, and were made again. */
  readonly interrupted: number;
  /** Calls that were made again although their process was not killed over them. */
  readonly needless: number;
  /** Points that there are. */
  readonly points: number;
  /** Points in the database, however often each is there. */
  readonly stored: number;
  /** Points that are not there, or have another value, or are there and should not be. */
  readonly wrong: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What the services and who pulls think it is: no series has anything new between two runs. */
const NOW = Date.parse('2026-11-21T22:47:31Z');
const LAST_HOUR = NOW - (NOW % HOUR);

const OWN = '999900001111';
const ACCOUNTS = ['111122223333', '444455556666'];
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-south-1'];
const PLACES = ACCOUNTS.flatMap((account) => REGIONS.map((region) => ({ account, region })));
/** From when a first read can know something: 455 days, less the hours that it may take. */
const SINCE = Date.parse('2025-08-24T02:00Z');
const HOURS = (LAST_HOUR - SINCE) / HOUR;
const POINTS_A_CALL = 100_800;

const callsFor = (series: number): number => Math.ceil(series / Math.floor(POINTS_A_CALL / HOURS));

const COMMAND = fileURLToPath(new URL('command.ts', import.meta.url));
const nameOf = (nth: number): string => `m${nth}`;
/** Another one for each point of each series. */
const valueOf = (nth: number, place: number, at: number): number => ((at / HOUR) % 100_000) * 6000 + nth * 6 + place;

/** Of the series with this number, as many as are left for the last ones: the places where it is. */
const placesOf = (nth: number, series: number): typeof PLACES => PLACES.slice(0, Math.min(PLACES.length, series - nth * 6));

function publish({ state }: AwsServer, series: number): string[] {
  for (const account of ACCOUNTS)
    state.sts.role(`arn:aws:iam::${account}:role/quarterdeck`, { externalId: 'review', accounts: [OWN] });
  const entries: string[] = [];
  for (let nth = 0; nth * 6 < series; nth += 1) {
    const metric = nameOf(nth);
    const places = placesOf(nth, series);
    for (const [place, { account, region }] of places.entries())
      state.cloudwatch.metrics.generate(
        { account, region, namespace: 'Shop', metric, dimensions: {} },
        { everyMs: HOUR, since: NOW - 500 * DAY, value: (at) => valueOf(nth, place, at) },
      );
    entries.push(...entriesOf(metric, places));
  }
  return entries;
}

/** One where a series is in all places, one for each account where it is not: a Region of an account cannot be left out. */
function entriesOf(metric: string, places: typeof PLACES): string[] {
  if (places.length === PLACES.length) return [`{ name: ${metric}, namespace: Shop, metric: ${metric}, statistics: [Sum] }`];
  return ACCOUNTS.flatMap((account) => {
    const regions = places.filter((place) => place.account === account).map(({ region }) => region);
    return regions.length === 0
      ? []
      : [
          `{ name: ${metric}, namespace: Shop, metric: ${metric}, statistics: [Sum], accounts: ['${account}'], regions: [${regions.join(', ')}] }`,
        ];
  });
}

function write(folder: string, endpoint: string, entries: readonly string[]): void {
  mkdirSync(join(folder, 'kpis'));
  mkdirSync(join(folder, 'data'));
  const accounts = ACCOUNTS.map(
    (id) =>
      `      - { id: '${id}', role: 'arn:aws:iam::${id}:role/quarterdeck', external_id: review, regions: [${REGIONS.join(', ')}] }\n`,
  );
  writeFileSync(
    join(folder, 'kpis/organisation.yaml'),
    'version: organisation/v1\nname: Killed\nzone: UTC\nteams:\n  first: { name: First, zone: UTC }\n',
  );
  writeFileSync(
    join(folder, 'kpis/sources.yaml'),
    `version: sources/v1
sources:
  - id: metrics
    type: cloudwatch
    endpoint: ${endpoint}
    accounts:
${accounts.join('')}    series:
${entries.map((entry) => `      - ${entry}\n`).join('')}`,
  );
}

/** @param say hears of each run */
export async function killedHistory(
  { seed, series, kills }: Asked,
  say: (text: string) => void = () => undefined,
): Promise<Found> {
  const random = randomFrom('killed history', seed);
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-killed-'));
  let onCall = (): void => undefined;
  const server = await startAwsServer({
    now: () => {
      onCall();
      return NOW;
    },
  });
  try {
    write(folder, server.url, publish(server, series));
    const planned = PLACES.reduce((sum, _, place) => {
      const own = Math.floor(series / 6) + (place < series % 6 ? 1 : 0);
      return sum + callsFor(own);
    }, 0);
    // Whoever is killed keeps nothing of what was compiled: this one does, for all of them.
    const first = command(folder, server, ['aws', 'check']);
    for (const stream of [first.stdout, first.stderr]) stream.resume();
    await once(first, 'close');
    const runs: (readonly Call[])[] = [];
    let killed = 0;
    for (;;) {
      const before = server.calls.length;
      const left = planned - callsTold(folder);
      const { code, said } = await run(folder, server, killed < kills ? moment(random, left, kills - killed) : null, (heard) => {
        onCall = heard;
      });
      // What came with the last breath is still being answered.
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      runs.push(server.calls.slice(before).filter(({ action }) => action === 'GetMetricData'));
      say(
        `run ${runs.length}: ${code === null ? 'killed' : `ended with ${code}`} after ${runs.at(-1)?.length ?? 0} calls, ${callsTold(folder)} of ${planned} told`,
      );
      if (code === null) {
        killed += 1;
        continue;
      }
      return { killed, code, said, planned, ...counted(runs), ...(await known(folder, series)) };
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** When a run is killed: at this call to AWS, or at this write to its database after it. */
interface Moment {
  readonly atCall: number;
  readonly atWrite: number;
}

/**
 * Spread so that all kills come before the end does. A run asks at least for what has not been told yet, and takes a role for
 * it: killed as it asks for the last of that, it leaves something to the next.
 */
function moment(random: Random, callsLeft: number, killsLeft: number): Moment {
  // Four places begin at once, each by taking its role: by eight calls nothing new is told.
  const least = random.chance(0.5) ? Math.min(8, callsLeft) : 0;
  const atCall = 1 + Math.floor(random.between(least, Math.min(10 + (2 * callsLeft) / killsLeft, callsLeft + 1)));
  const isFarFromTheEnd = callsLeft > atCall + 12;
  return { atCall, atWrite: isFarFromTheEnd && random.chance(0.5) ? Math.floor(random.between(0, 12)) : 0 };
}

function command(folder: string, server: AwsServer, args: readonly string[]) {
  const { AWS_ENDPOINT_URL: _, ...identity } = server.environment(OWN);
  return spawn(process.execPath, [COMMAND, String(NOW), ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      QUARTERDECK_DATA: join(folder, 'data'),
      QUARTERDECK_KPIS: join(folder, 'kpis'),
      ...identity,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(
  folder: string,
  server: AwsServer,
  kill: Moment | null,
  hear: (heard: () => void) => void,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = command(folder, server, ['pull', 'metrics']);
  let [said, calls, writes] = ['', 0, 0];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const consider = (): void => {
    if (kill !== null && calls >= kill.atCall && writes >= kill.atWrite) child.kill('SIGKILL');
  };
  hear(() => {
    calls += 1;
    consider();
  });
  const watcher = watch(join(folder, 'data'), () => {
    if (kill === null || calls < kill.atCall) return;
    writes += 1;
    consider();
  });
  await once(child, 'close');
  watcher.close();
  return { code: child.exitCode, said };
}

const keyOf = ({ account, region, input }: Call): string => JSON.stringify([account, region, input?.members]);

/** Calls that the database knows to be told: how far the cursors of the places came. */
function callsTold(folder: string): number {
  const file = join(folder, 'data/quarterdeck.db');
  if (!existsSync(file)) return 0;
  const database = new Database(file, { readonly: true });
  try {
    const cursor: unknown = database.prepare('select cursor from source_state').pluck().get();
    if (typeof cursor !== 'string') return 0;
    const { parts }: { readonly parts: readonly (readonly [string, string | null])[] } = JSON.parse(cursor);
    return parts.reduce((sum, [, position]) => {
      const { plan, reached } = readPosition(position);
      return sum + (plan?.done ?? callsFor(reached.size));
    }, 0);
  } catch {
    // Killed before there was a table.
    return 0;
  } finally {
    database.close();
  }
}

/**
 * A place asks one thing after another: only the last that it asked before its process was killed may be asked again, and is
 * the first that the place asks then.
 */
function counted(runs: readonly (readonly Call[])[]): Pick<Found, 'calls' | 'interrupted' | 'needless'> {
  const last = new Map<string, string>();
  const seen = new Set<string>();
  let [calls, interrupted, needless] = [0, 0, 0];
  for (const run of runs) {
    const underWay = new Map(last);
    for (const call of run) {
      const [place, key] = [`${call.account} ${call.region}`, keyOf(call)];
      calls += 1;
      if (seen.has(key)) {
        if (underWay.get(place) === key) interrupted += 1;
        else needless += 1;
      }
      underWay.delete(place);
      seen.add(key);
      last.set(place, key);
    }
  }
  return { calls, interrupted, needless };
}

/** Every point is compared with what was published; points are counted in the file itself, where a double would show. */
async function known(folder: string, series: number): Promise<Pick<Found, 'points' | 'stored' | 'wrong'>> {
  const database = new Database(join(folder, 'data/quarterdeck.db'), { readonly: true });
  const stored = Number(database.prepare('select sum(length(points)) / 16 from sample_chunk').pluck().get());
  database.close();
  const store = await openStore({ engine: 'sqlite', folder: join(folder, 'data') }, { mode: 'write', now: () => NOW });
  let wrong = 0;
  try {
    for (let nth = 0; nth * 6 < series; nth += 1) {
      const due = new Map<string, number>();
      for (const [place, { account, region }] of placesOf(nth, series).entries())
        for (let at = SINCE; at < LAST_HOUR; at += HOUR)
          due.set(`account=${account},region=${region} ${at}`, valueOf(nth, place, at));
      for (const { dimensions, at, value } of await store.samples(nameOf(nth), -Infinity, Infinity)) {
        const key = `${dimensions} ${at}`;
        if (due.get(key) !== value) wrong += 1;
        due.delete(key);
      }
      wrong += due.size;
    }
  } finally {
    await store.close();
  }
  return { points: series * HOURS, stored, wrong };
}
