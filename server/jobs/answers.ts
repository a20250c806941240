import { lastCompleteWeek } from '../time/calendar.ts';
import type { KpiPage } from '../review/kpi-page-schema.ts';
import type { HandOver } from '../review/hand-over-schema.ts';
import type { OnCallHealth } from '../review/on-call-schema.ts';
import type { Report } from '../review/report-schema.ts';
import type { Instant } from '../time/period.ts';
import type { SourceStatus } from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import { FinishedReviews, type ShownReview } from './finished-reviews.ts';
import type { InForce } from './in-force.ts';
import { handOverOf } from './hand-over-of.ts';
import type { Knowledge } from './knowledge.ts';
import { narrativesOf, talkOf } from './journal.ts';
import { kpiPageOf } from './kpi-page-of.ts';
import { onCallOf } from './on-call-of.ts';
import { quarterAsked, reportOf } from './report-of.ts';
import { reviewOf } from './review-of.ts';
import { scopeOf } from './scope.ts';

/** What is looked up once a minute. */
interface ThisMinute {
  readonly minute: number;
  readonly statuses: readonly SourceStatus[];
  readonly lastRun: number;
  /** Number of the last thing that somebody wrote. */
  readonly lastJournal: number;
}

/** Reviews, made once for whatever they rest on, and the revision that finished answers are kept by. */
export class Answers {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #knowledge: Knowledge;
  readonly #statuses: () => Promise<readonly SourceStatus[]>;
  readonly #reviews: FinishedReviews;
  #minute: ThisMinute | null = null;
  /** Grows with everything that changes what is stored of values. */
  #changes = 0;
  #measuredAt: Instant | null = null;

  constructor(tools: EngineTools, inForce: InForce, knowledge: Knowledge, statuses: () => Promise<readonly SourceStatus[]>) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#knowledge = knowledge;
    this.#statuses = statuses;
    this.#reviews = new FinishedReviews(tools.digest);
  }

  /** Of the last complete week where none is named. */
  async review(week: string | null, scope: string): Promise<ShownReview> {
    const { organisation, definitions } = this.#inForce;
    const { calendar } = organisation;
    const wanted = scopeOf(scope, organisation);
    const now = this.#tools.clock();
    const weekId = week ?? lastCompleteWeek(calendar, now).id;
    const { statuses, lastRun, lastJournal } = await this.#thisMinute(now);
    const key = [
      weekId,
      wanted,
      this.#knowledge.watermark,
      definitions.fingerprint,
      calendar.zone.dayOf(now),
      this.#measuredAt ?? 0,
      lastRun,
      lastJournal,
      ...statuses.map((status) => `${status.id} ${status.freshness}`),
    ].join('\n');
    const kept = this.#reviews.get(key);
    if (kept !== undefined) return this.#reviews.asOfNow(kept, statuses);
    const talk = await talkOf(this.#tools.store, wanted);
    const made = await this.#knowledge.reading(this.#inForce.outlook(now), (world) =>
      reviewOf({
        store: this.#tools.store,
        organisation: this.#inForce.organisation,
        definitions: this.#inForce.definitions,
        world,
        sources: this.#knowledge.sources,
        week: weekId,
        scope: wanted,
        watermark: this.#knowledge.watermark,
        measuredAt: this.#measuredAt,
        statuses,
        talk,
      }),
    );
    this.#reviews.set(key, made);
    return this.#reviews.asOfNow(made, statuses);
  }

  /** Of the organisation where no team is named, over the quarter of the last complete week where none is. */
  async onCall(team: string | null, quarter: string | null): Promise<OnCallHealth> {
    const { organisation } = this.#inForce;
    const scope = scopeOf(team === null ? 'organisation' : `team:${team}`, organisation);
    const now = this.#tools.clock();
    const { statuses } = await this.#thisMinute(now);
    return this.#knowledge.reading(this.#inForce.outlook(now), (world) =>
      onCallOf({
        store: this.#tools.store,
        organisation,
        kpis: this.#inForce.kpis,
        world,
        sources: this.#knowledge.sources,
        quarter,
        scope,
        watermark: this.#knowledge.watermark,
        measuredAt: this.#measuredAt,
        statuses,
      }),
    );
  }

  /** What a team hands over, with what its review of the last complete week says is at risk. */
  async handOver(team: string): Promise<HandOver> {
    const { organisation } = this.#inForce;
    const scope = scopeOf(`team:${team}`, organisation);
    const { review } = await this.review(null, scope);
    const { statuses } = await this.#thisMinute(this.#tools.clock());
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      handOverOf({
        store: this.#tools.store,
        kpis: this.#inForce.kpis,
        world,
        team,
        scope,
        review,
        watermark: this.#knowledge.watermark,
        statuses,
      }),
    );
  }

  /** As of the last complete week, whose review it agrees with. */
  async kpiPage(kpi: string, scope: string): Promise<KpiPage> {
    const { organisation, definitions } = this.#inForce;
    const wanted = scopeOf(scope, organisation);
    const { review } = await this.review(null, scope);
    const now = this.#tools.clock();
    const { statuses } = await this.#thisMinute(now);
    return this.#knowledge.reading(this.#inForce.outlook(now), (world) =>
      kpiPageOf({
        store: this.#tools.store,
        organisation,
        definitions,
        world,
        sources: this.#knowledge.sources,
        kpi,
        scope: wanted,
        review,
        watermark: this.#knowledge.watermark,
        measuredAt: this.#measuredAt,
        statuses,
      }),
    );
  }

  /** Of the last quarter that is over where none is named. */
  async report(quarter: string | null, scope: string): Promise<Report> {
    const { organisation, definitions } = this.#inForce;
    const wanted = scopeOf(scope, organisation);
    const now = this.#tools.clock();
    const asked = quarterAsked(organisation.calendar, quarter, now);
    const { store } = this.#tools;
    const [{ statuses }, talk, narratives] = await Promise.all([
      this.#thisMinute(now),
      talkOf(store, wanted),
      narrativesOf(store, wanted, asked.id),
    ]);
    return this.#knowledge.reading(this.#inForce.outlook(now), (world) =>
      reportOf({
        store,
        organisation,
        definitions,
        world,
        sources: this.#knowledge.sources,
        quarter: asked,
        scope: wanted,
        watermark: this.#knowledge.watermark,
        measuredAt: this.#measuredAt,
        statuses,
        talk,
        narratives,
      }),
    );
  }

  /** Another text once anything that is answered may be another. */
  async revision(): Promise<string> {
    const { lastRun, lastJournal } = await this.#thisMinute(this.#tools.clock());
    return [this.#changes, this.#knowledge.watermark, this.#inForce.definitions.fingerprint, lastRun, lastJournal].join(' ');
  }

  /** What was answered before may not be what is answered now. */
  forget(measuredAt: Instant | null = this.#measuredAt): void {
    this.#measuredAt = measuredAt;
    this.#reviews.clear();
    this.#changes += 1;
    this.#minute = null;
  }

  /**
   * Words like "14 minutes ago" hold for a minute; an answer need not ask the database for them each time, nor whether
   * another process has measured or somebody has written there since.
   */
  async #thisMinute(now: Instant): Promise<ThisMinute> {
    const minute = Math.floor(now / 60_000);
    if (this.#minute?.minute === minute) return this.#minute;
    const { store } = this.#tools;
    const [statuses, run, lastJournal] = await Promise.all([this.#statuses(), store.lastRun(), store.lastJournal()]);
    return (this.#minute = { minute, statuses, lastRun: run?.number ?? 0, lastJournal });
  }
}
