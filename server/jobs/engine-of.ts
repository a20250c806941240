import type { Organisation } from '../event/organisation.ts';
import { ownerOf } from '../event/ownership.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { DryRun, Source } from '../sources/source.ts';
import type { Distribution, KpiPage } from '../review/kpi-page-schema.ts';
import type { ShiftAnswers } from '../event/shift-survey.ts';
import type { HandOver } from '../review/hand-over-schema.ts';
import type { OnCallHealth } from '../review/on-call-schema.ts';
import type { ShiftPage } from '../review/shift-schema.ts';
import type { Report } from '../review/report-schema.ts';
import type { Written } from '../review/talk.ts';
import type { Lease, PullRecord, SnapshotQuery, SnapshotRow } from '../store/store.ts';
import { lastCompleteWeek } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import { Answers } from './answers.ts';
import type {
  CatalogueEntry,
  Engine,
  Evidence,
  MeasureSummary,
  OrganisationView,
  QueueQuery,
  RebuiltWhole,
  ShiftAnswer,
  SourceStatus,
  StoredSeries,
  Viewer,
} from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import type { ShownReview } from './finished-reviews.ts';
import { InForce } from './in-force.ts';
import { JournalDesk } from './journal.ts';
import type { BodyOf, ToWrite, WrittenKind, WrittenQuery } from '../review/bodies.ts';
import { Knowledge } from './knowledge.ts';
import type { LiveWanted } from './live-values.ts';
import { Lookups } from './lookups.ts';
import { Measuring } from './measuring.ts';
import type { PreviewAsked, PreviewMade } from './preview.ts';
import { publishReview } from './publish.ts';
import { Pulling } from './pulling.ts';
import type { Queue } from './queue.ts';
import { Serial } from './serial.ts';
import { ShiftDesk, shiftBook } from './shift-desk.ts';
import type { Slices, SlicesAsked } from './slices.ts';

/**
 * The movers in one process, behind their port: definitions, items and series in memory, one thing at a time that
 * writes, and finished answers. Everything it holds can be dropped and read again from the store.
 */
export class QuarterdeckEngine implements Engine {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #knowledge: Knowledge;
  readonly #pulling: Pulling;
  readonly #answers: Answers;
  readonly #journal: JournalDesk;
  readonly #shifts: ShiftDesk;
  readonly #writing = new Serial();
  readonly #abort = new AbortController();
  readonly #measuring: Measuring;
  readonly #lookups: Lookups;
  #progress: string | null = null;

  private constructor(tools: EngineTools, inForce: InForce) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#knowledge = new Knowledge(inForce.organisation);
    this.#pulling = new Pulling(
      tools,
      inForce,
      this.#abort.signal,
      (batch, items) => this.#knowledge.foresee(batch, items),
      (now) => shiftBook(this.#knowledge, tools.digest, now),
    );
    this.#shifts = new ShiftDesk(tools, inForce, this.#knowledge);
    this.#answers = new Answers(tools, inForce, this.#knowledge, () => this.#pulling.statuses());
    this.#measuring = new Measuring(tools, inForce, this.#knowledge);
    this.#lookups = new Lookups(tools, inForce, this.#knowledge, this.#abort.signal);
    this.#journal = new JournalDesk({
      store: tools.store,
      clock: tools.clock,
      organisation: () => inForce.organisation,
      kpis: () => inForce.kpis,
    });
  }

  /** Reads definitions and the whole log. Throws EngineError where organisation.yaml cannot be used. */
  static async open(tools: EngineTools): Promise<QuarterdeckEngine> {
    const engine = new QuarterdeckEngine(tools, await InForce.read(tools));
    await engine.#measuring.resume();
    return engine;
  }

  get organisationNow(): Organisation {
    return this.#inForce.organisation;
  }

  get definedKpis(): readonly Kpi[] {
    return this.#inForce.kpis;
  }

  get configuredSources(): readonly Source[] {
    return this.#inForce.sources;
  }

  /** One of them; EngineError with what to do where there is none of that name. */
  sourceNamed(id: string): Source {
    return this.#pulling.source(id);
  }

  /** True once it is being closed: long work ends at its next step. */
  get isClosing(): boolean {
    return this.#abort.signal.aborted;
  }

  /** While set, the API answers "not ready" with this text. */
  set progress(text: string | null) {
    this.#progress = text;
  }

  readiness(): { readonly isReady: boolean; readonly progress: string } {
    return { isReady: this.#progress === null, progress: this.#progress ?? 'ready' };
  }

  async reach(): Promise<void> {
    await this.#tools.store.watermark();
  }

  async trouble(): Promise<string | null> {
    const error = await this.#tools.store.trouble();
    return error === null
      ? null
      : `Nothing new can be stored, so these numbers stay as they are: ${error.message.replace(/\.$/, '')}. ${error.fix}`;
  }

  organisation(_viewer: Viewer): OrganisationView {
    const { name, calendar, teams, services } = this.#inForce.organisation;
    const now = this.#tools.clock();
    return {
      name,
      zone: calendar.zone.name,
      isDemo: this.#inForce.sources.some((source) => source.type === this.#tools.demoType),
      teams: teams.map(({ id, name: label }) => ({ id, name: label })),
      services: services.map((service) => ({ id: service.id, name: service.name, team: ownerOf(service, now) ?? '' })),
      latestWeek: lastCompleteWeek(calendar, now).id,
      problems: this.#inForce.definitions.settingsProblems,
    };
  }

  catalogue(_viewer: Viewer): readonly CatalogueEntry[] {
    return this.#inForce.definitions.entries;
  }

  review(_viewer: Viewer, week: string | null, scope: string): Promise<ShownReview> {
    return this.#answers.review(week, scope);
  }

  onCall(_viewer: Viewer, team: string | null, quarter: string | null): Promise<OnCallHealth> {
    return this.#answers.onCall(team, quarter);
  }

  handOver(_viewer: Viewer, team: string): Promise<HandOver> {
    return this.#answers.handOver(team);
  }

  shift(token: string): Promise<ShiftPage> {
    return this.#shifts.page(token);
  }

  answerShift(token: string, answers: ShiftAnswers): Promise<ShiftAnswer> {
    return this.#shifts.answer(token, answers);
  }

  kpiPage(_viewer: Viewer, kpi: string, scope: string): Promise<KpiPage> {
    return this.#answers.kpiPage(kpi, scope);
  }

  distribution(_viewer: Viewer, kpi: string, scope: string): Promise<Distribution> {
    return this.#lookups.distribution(kpi, scope);
  }

  report(_viewer: Viewer, quarter: string | null, scope: string): Promise<Report> {
    return this.#answers.report(quarter, scope);
  }

  evidence(
    _viewer: Viewer,
    kpi: string,
    scope: string,
    period: string,
    page: { readonly offset: number; readonly limit: number },
    knownAt?: Instant,
  ): Promise<Evidence> {
    return this.#lookups.evidence(kpi, scope, period, page, knownAt);
  }

  snapshots(_viewer: Viewer, query: SnapshotQuery): Promise<StoredSeries> {
    return this.#lookups.snapshots(query);
  }

  revision(): Promise<string> {
    return this.#answers.revision();
  }

  revisions(_viewer: Viewer, kpi: string, scope: string, period: string): Promise<readonly SnapshotRow[]> {
    return this.#lookups.revisions(kpi, scope, period);
  }

  queue(_viewer: Viewer, query: QueueQuery): Promise<Queue> {
    return this.#lookups.queue(query);
  }

  preview(_viewer: Viewer, asked: PreviewAsked): Promise<PreviewMade> {
    return this.#lookups.preview(asked);
  }

  slices(_viewer: Viewer, asked: SlicesAsked): Promise<Slices> {
    return this.#lookups.slices(asked);
  }

  async publish(viewer: Viewer, week: string, scope: string): Promise<{ readonly at: Instant; readonly pinned: number }> {
    return this.#writing.run(async () => {
      // What is pinned is measured at that very moment, so that it can be measured again.
      const now = this.#tools.clock();
      await this.measureNow('all', now);
      const { review } = await this.review(viewer, week, scope);
      const { hash } = await this.#inForce.measuredWith(now);
      const published = await publishReview(this.#tools.store, review, now, { with: hash, pull: this.#knowledge.pull });
      this.#answers.forget();
      return published;
    });
  }

  async write<K extends WrittenKind>(_viewer: Viewer, kind: K, asked: ToWrite<K>): Promise<Written<BodyOf<K>>> {
    const written = await this.#journal.write(kind, asked);
    this.#answers.forget();
    return written;
  }

  written<K extends WrittenKind>(_viewer: Viewer, kind: K, query: WrittenQuery): Promise<readonly Written<BodyOf<K>>[]> {
    return this.#journal.list(kind, query);
  }

  writtenRevisions<K extends WrittenKind>(_viewer: Viewer, kind: K, entry: number) {
    return this.#journal.revisions(kind, entry);
  }

  sources(_viewer: Viewer): Promise<readonly SourceStatus[]> {
    return this.#pulling.statuses();
  }

  pull(_viewer: Viewer, id: string): Promise<PullRecord> {
    const source = this.#pulling.source(id);
    return this.#writing.run(async () => {
      const record = await this.pullOnly(source);
      await this.measureNow('changed');
      return record;
    });
  }

  dryRun(_viewer: Viewer, id: string, rows: number): Promise<DryRun> {
    return this.#pulling.dryRun(id, rows);
  }

  measure(_viewer: Viewer): Promise<MeasureSummary> {
    return this.#writing.run(() => this.measureNow('changed'));
  }

  rebuild(_viewer: Viewer, isWritten: boolean, onProgress: (done: number, of: number) => void): Promise<RebuiltWhole> {
    return this.#writing.run(async () => {
      const rebuilt = await this.#measuring.rebuild(isWritten, onProgress);
      if (isWritten) this.#answers.forget();
      return rebuilt;
    });
  }

  async counts(): Promise<{ readonly events: number; readonly items: number; readonly batches: number }> {
    return this.#tools.store.countEvents();
  }

  /** One thing that writes at a time, for jobs that pull several sources before they measure. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#writing.run(task);
  }

  /** As `exclusively`, for work that could be done again from the beginning if the power went. */
  remakeable<T>(task: () => Promise<T>): Promise<T> {
    return this.#writing.run(() => this.#tools.store.relaxDurability(task));
  }

  /** Gives sources that were never pulled the cursor to begin with; call within `exclusively`. */
  beginAt(startCursor: (source: Source) => string | null): Promise<void> {
    return this.#pulling.beginAt(startCursor);
  }

  /** A pass over a source without measuring; call within `exclusively`. `clock` for replays. */
  pullOnly(source: Source, clock: () => Instant = this.#tools.clock, lease?: Lease): Promise<PullRecord> {
    return this.#pulling.pull(source, clock, lease);
  }

  /** Takes in what was recorded, measures and settles; call within `exclusively`. */
  async measureNow(live: LiveWanted, now: Instant = this.#tools.clock()): Promise<MeasureSummary> {
    const result = await this.#measuring.measure(live, now);
    this.#answers.forget(now);
    // After whatever waits for this run, and before the next thing that writes.
    if (live !== 'none') void this.#writing.run(() => this.#measuring.keepColumns());
    return result;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#writing.run(async () => undefined);
  }
}
