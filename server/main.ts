import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { endianness, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { digest } from './digest.ts';
import { Evaluator } from './evaluator.ts';
import { readInThread } from './file-reader.ts';
import type { Organisation } from './event/organisation.ts';
import { QuarterdeckEngine } from './jobs/engine-of.ts';
import { InboxDrain } from './jobs/inbox-drain.ts';
import { JournalDesk } from './jobs/journal.ts';
import { readerOf, type Reader } from './jobs/reader.ts';
import { replayHistory } from './jobs/replay.ts';
import { Schedule, type ScheduledJob } from './jobs/schedule.ts';
import { openShifts, type OpenShift } from './jobs/shift-list.ts';
import { PageDrawer } from './page-drawer.ts';
import { ChromiumPrinter } from './printer.ts';
import { pseudonymsOf } from './pseudonym.ts';
import { shiftLinksOf } from './shift-links.ts';
import type { Source } from './sources/source.ts';
import { parseSources, type Adapter } from './sources/config.ts';
import { cloudwatchAdapter } from './sources/cloudwatch/adapter.ts';
import { cloudWatchAlarmsAdapter } from './sources/cloudwatch-alarms/adapter.ts';
import { cloudWatchLogsAdapter } from './sources/cloudwatch-logs/adapter.ts';
import { demoAdapter } from './sources/demo/adapter.ts';
import { demoStart } from './sources/demo/cursor.ts';
import { SAID } from './sources/demo/said.ts';
import { WEEKS as DEMO_WEEKS } from './sources/demo/story.ts';
import { awsHealthAdapter } from './sources/aws-health/adapter.ts';
import { eventBridgeAdapter } from './sources/eventbridge/adapter.ts';
import { opsCenterAdapter } from './sources/opscenter/adapter.ts';
import { codeDeployAdapter } from './sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from './sources/codepipeline/adapter.ts';
import { fisAdapter } from './sources/fis/adapter.ts';
import { reviewsAdapter } from './sources/reviews/adapter.ts';
import { surveyAdapter } from './sources/survey/adapter.ts';
import { surveyStart } from './sources/survey/cursor.ts';
import { wellArchitectedAdapter } from './sources/well-architected/adapter.ts';
import { incidentManagerAdapter } from './sources/incident-manager/adapter.ts';
import { makeFilesAdapter } from './sources/files/adapter.ts';
export { digest } from './digest.ts';
export { discoverMapping } from './sources/files/guess.ts';
import { openStore, type StoreConfig } from './store/open.ts';
import type { Lease, PullRecord, Store } from './store/store.ts';
import { lastCompleteWeek } from './time/calendar.ts';
import type { Instant } from './time/period.ts';

/** Every way of getting data: a new one costs a folder and a line here. */
const ADAPTERS: readonly Adapter[] = [
  makeFilesAdapter(readInThread),
  demoAdapter,
  cloudwatchAdapter,
  cloudWatchAlarmsAdapter,
  cloudWatchLogsAdapter,
  opsCenterAdapter,
  eventBridgeAdapter,
  awsHealthAdapter,
  codeDeployAdapter,
  codePipelineAdapter,
  incidentManagerAdapter,
  wellArchitectedAdapter,
  fisAdapter,
  surveyAdapter,
  reviewsAdapter,
];

/** How often what is due to settle is looked at, beside the measuring after each pull. */
const MEASURE_CRON = '7 * * * *';

const root = fileURLToPath(new URL('..', import.meta.url));
export const version = readVersion();

export const readSources = (text: string, file: string): ReturnType<typeof parseSources> => parseSources(text, file, ADAPTERS);

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface Running {
  readonly store: Store;
  readonly engine: QuarterdeckEngine;
  readonly close: () => Promise<void>;
}

/** What makes columns of events: the code of that room, whatever changes in it, and the order of bytes of this machine. */
const columnsMaker = digest(
  [
    endianness(),
    ...readdirSync(`${root}server/event`)
      .sort()
      .map((file) => readFileSync(`${root}server/event/${file}`, 'utf8')),
  ].join('\n'),
);

/** Opens the store for writing and everything that moves data, without serving. */
export async function openEngine(config: Config, clock: () => Instant, log: Log, url?: string): Promise<Running> {
  const store = await openConfiguredStore(config, 'write', clock, url);
  const evaluator = new Evaluator();
  try {
    const engine = await QuarterdeckEngine.open({
      store,
      kpiFolder: config.kpiFolder,
      clock,
      pseudonym: pseudonymsOf(config.dataFolder),
      links: shiftLinksOf(config.dataFolder),
      digest,
      readSources,
      log,
      zoneData: process.versions.tz ?? 'unknown',
      columnsMaker,
      evaluations: evaluator,
      demoType: demoAdapter.type,
    });
    return {
      store,
      engine,
      close: async () => {
        await engine.close();
        await evaluator.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What is known and what was measured with last; writes nothing, so it may be asked for beside a running server. */
export async function openReader(
  config: Config,
  clock: () => Instant,
  folder: { readonly organisation: Organisation; readonly sources: readonly Source[] },
): Promise<Reader> {
  const store = await openConfiguredStore(config, 'read', clock);
  try {
    return await readerOf({ ...folder, store, clock, digest });
  } finally {
    await store.close();
  }
}

/** Shifts whose links open now, with these links; reads the log and the key alone, beside a running server. */
export async function openShiftLinks(
  config: Config,
  clock: () => Instant,
  sources: readonly Source[],
): Promise<(OpenShift & { readonly url: string })[]> {
  const store = await openConfiguredStore(config, 'read', clock);
  try {
    const links = shiftLinksOf(config.dataFolder);
    const shifts = await openShifts(store, sources, clock());
    return shifts.map((shift) => ({
      ...shift,
      url: `${urlOf(config.host, config.port)}/shift/${links.tokenOf(shift)}`,
    }));
  } finally {
    await store.close();
  }
}

/** `url`: where this process will answer; told to whoever is refused as a second writer. */
export const openConfiguredStore = (config: Config, mode: 'read' | 'write', clock: () => Instant, url?: string): Promise<Store> =>
  openStore(storeConfigOf(config), { mode, now: clock, ...(url === undefined ? {} : { url }) });

export const storeConfigOf = ({ databaseUrl, dataFolder }: Config): StoreConfig =>
  databaseUrl === null ? { engine: 'sqlite', folder: dataFolder } : { engine: 'postgresql', url: databaseUrl };

export interface Serving {
  readonly app: FastifyInstance;
  readonly url: string;
  /** Resolves when a first history, if one had to be made, is there. */
  readonly isReady: Promise<void>;
  readonly close: () => Promise<void>;
}

/** The whole product: store, movers, schedule and HTTP. Answers at once; a demo's history follows. */
export async function serve(config: Config, clock: () => Instant, log: Log): Promise<Serving> {
  const { store, engine, close } = await openEngine(
    config,
    clock,
    log,
    config.port === 0 ? undefined : urlOf(config.host, config.port),
  );
  const webFolder = `${root}.dist/web`;
  const pages = pageDrawerOf(webFolder, `${root}.dist/web-server/first-page.js`);
  // Loaded by those who serve alone: it is 30 MB.
  const { buildServer } = await import('./api/server.ts');
  // On SQLite there is one process, so what an earlier one held when it was killed is this one's.
  const holder = store.engine === 'sqlite' ? 'the one process' : `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;
  const wait = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  };
  const onError = (job: string, error: unknown): void =>
    log('error', `${job}: ${error instanceof Error ? error.message : String(error)}`);
  const posts = new InboxDrain({
    store,
    clock,
    sources: () => engine.configuredSources,
    pull: (source, lease) => engine.exclusively(() => pullAndMeasure(engine, source, lease)),
    wait,
    onError,
    holder: `${holder} posts`,
  });
  let url = '';
  const printer = new ChromiumPrinter(() => url);
  const app = await buildServer({
    engine,
    posts,
    webFolder: existsSync(webFolder) ? webFolder : null,
    pages,
    printer,
    logLevel: config.logLevel,
    version,
  });
  const schedule = new Schedule(scheduledJobs(engine), {
    store,
    clock,
    holder,
    wait,
    onError,
  });

  const needsHistory =
    engine.configuredSources.some((source) => source.type === demoAdapter.type) &&
    (await store.setting('demo-history')) !== 'made';
  if (needsHistory) engine.progress = 'Making the history of the demo organisation: starting.';
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    await pages?.close();
    await close();
    throw error;
  }
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  url = urlOf(config.host, port);

  const prepare = async (): Promise<void> => {
    if (needsHistory) {
      await replayHistory({
        engine,
        now: clock(),
        weeks: DEMO_WEEKS,
        startCursor: (source) => {
          const { calendar } = engine.organisationNow;
          if (source.type === demoAdapter.type) return demoStart(calendar, clock());
          // Its own surveys asked about everything before.
          return source.type === surveyAdapter.type ? surveyStart(lastCompleteWeek(calendar, clock()).end) : null;
        },
        talk: {
          said: SAID,
          calendar: () => engine.organisationNow.calendar,
          deskAt: (at) =>
            new JournalDesk({
              store,
              clock: () => at,
              organisation: () => engine.organisationNow,
              kpis: () => engine.definedKpis,
            }),
          knows: (kpi) => engine.definedKpis.some(({ id }) => id === kpi),
        },
        onProgress: (done, of, week) => {
          engine.progress = `Making the history of the demo organisation: week ${done} of ${of} (${week}).`;
          if (done % 26 === 0 || done === of) log('info', `demo history: ${done} of ${of} weeks`);
        },
      });
      if (engine.isClosing) return;
      await store.saveSetting('demo-history', 'made');
    }
    engine.progress = null;
    await posts.start();
    await schedule.start();
  };
  return {
    app,
    url,
    isReady: prepare(),
    close: async () => {
      await schedule.stop();
      await app.close();
      await posts.stop();
      await printer.close();
      await pages?.close();
      await close();
    },
  };
}

/** API and pages of an engine for this process alone, to make files from; nothing is pulled or measured meanwhile. */
export async function answerOnly(
  engine: QuarterdeckEngine,
  port: number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const webFolder = `${root}.dist/web`;
  const { buildServer } = await import('./api/server.ts');
  let url = '';
  const printer = new ChromiumPrinter(() => url);
  const app = await buildServer({
    engine,
    webFolder: existsSync(webFolder) ? webFolder : null,
    printer,
    logLevel: 'silent',
    version,
  });
  // What is printed names the address at which it will be found again, once the server runs.
  const listen = (at: number): Promise<string> => app.listen({ host: '127.0.0.1', port: at });
  url = await listen(port).catch(() => listen(0));
  return {
    url,
    close: async () => {
      await app.close();
      await printer.close();
    },
  };
}

/** Null where the web application was not built for the server too. */
function pageDrawerOf(webFolder: string, program: string): PageDrawer | null {
  const template = `${webFolder}/index.html`;
  return existsSync(template) && existsSync(program) ? new PageDrawer({ template, program }) : null;
}

function scheduledJobs(engine: QuarterdeckEngine): ScheduledJob[] {
  const zone = engine.organisationNow.calendar.zone.name;
  const pulls = engine.configuredSources.flatMap((source): ScheduledJob[] =>
    source.schedule === null
      ? []
      : [
          {
            name: `pull ${source.id}`,
            cron: source.schedule,
            zone,
            run: () => engine.exclusively(async () => void (await pullAndMeasure(engine, source))),
          },
        ],
  );
  return [
    ...pulls,
    {
      name: 'measure',
      cron: MEASURE_CRON,
      zone,
      run: () => engine.exclusively(async () => void (await engine.measureNow('changed'))),
    },
  ];
}

/** Measures at once when a pull brought something; what settles by time alone has a job of its own. */
async function pullAndMeasure(engine: QuarterdeckEngine, source: Source, lease?: Lease): Promise<PullRecord> {
  const record = await engine.pullOnly(source, undefined, lease);
  if (record.newEvents + record.newSamples > 0) await engine.measureNow('changed');
  return record;
}

const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

function readVersion(): string {
  const text: unknown = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  return typeof text === 'object' && text !== null && 'version' in text && typeof text.version === 'string'
    ? text.version
    : 'unknown';
}
