import type { Distribution } from '../review/kpi-page-schema.ts';
import type { SnapshotQuery, SnapshotRow } from '../store/store.ts';
import { parsePeriod } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import { distributionOf } from './distribution-of.ts';
import { EngineError, type Evidence, type QueueQuery, type StoredSeries } from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import { evidenceOf } from './evidence.ts';
import type { InForce } from './in-force.ts';
import { itemsAt } from './items-at.ts';
import { kpiNamed } from './kpi-page-of.ts';
import { Past } from './known-then.ts';
import type { Knowledge } from './knowledge.ts';
import { withoutEarlier, withoutMoved } from './past-of-people.ts';
import { madeOf, Previews, previewOf, type PreviewAsked, type PreviewMade } from './preview.ts';
import { queueOf, type Queue } from './queue.ts';
import { scopeOf } from './scope.ts';
import { seriesKnownThen } from './series-known-then.ts';
import { shownSeries } from './shown.ts';
import { slicesOf, type Slices, type SlicesAsked } from './slices.ts';

/** What is looked up when somebody asks, and not kept: what stands behind a number, now or as it was known then. Writes nothing. */
export class Lookups {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #knowledge: Knowledge;
  readonly #signal: AbortSignal;
  readonly #previews = new Previews();
  readonly #past: Past;

  /** Once the signal says so, what takes long ends. */
  constructor(tools: EngineTools, inForce: InForce, knowledge: Knowledge, signal: AbortSignal) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#knowledge = knowledge;
    this.#signal = signal;
    this.#past = new Past(tools.store, tools.digest);
  }

  async distribution(kpi: string, scope: string): Promise<Distribution> {
    const wanted = { kpi: kpiNamed(this.#inForce.kpis, kpi), scope: scopeOf(scope, this.#inForce.organisation) };
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      distributionOf({ world, ...wanted, signal: this.#signal }),
    );
  }

  async evidence(
    kpi: string,
    scope: string,
    period: string,
    page: { readonly offset: number; readonly limit: number },
    knownAt?: Instant,
  ): Promise<Evidence> {
    const then = knownAt === undefined ? null : await this.#past.at(this.#notAhead(knownAt), this.#inForce.present);
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      evidenceOf({
        store: this.#tools.store,
        organisation: this.#inForce.organisation,
        world,
        items: itemsAt(this.#tools.store, this.#knowledge.watermark),
        kpis: this.#inForce.kpis,
        past: this.#past,
        known: knownAt === undefined || then === null ? null : { at: knownAt, then },
        log: this.#tools.log,
        kpi,
        scope: scopeOf(scope, this.#inForce.organisation),
        period,
        page,
      }),
    );
  }

  async snapshots(query: SnapshotQuery): Promise<StoredSeries> {
    if (query.kpi !== undefined && !this.#inForce.kpis.some((kpi) => kpi.id === query.kpi))
      throw new EngineError('not-found', `There is no KPI "${query.kpi}".`);
    if (query.scope !== undefined) scopeOf(query.scope, this.#inForce.organisation);
    const { kpi, knownAt } = query;
    if (knownAt === undefined || kpi === undefined)
      return shownSeries(this.#tools.store, query, this.#inForce.organisation.calendar);
    const then = await this.#past.at(this.#notAhead(knownAt), this.#inForce.present);
    const { knownAt: _, ...asOfNow } = query;
    return withoutMoved(
      this.#inForce.kpis.find(({ id }) => id === kpi),
      await seriesKnownThen(this.#tools.store, then, { ...query, kpi, knownAt }),
      await shownSeries(this.#tools.store, asOfNow, this.#inForce.organisation.calendar),
    );
  }

  async revisions(kpi: string, scope: string, period: string): Promise<readonly SnapshotRow[]> {
    if (!this.#inForce.kpis.some(({ id }) => id === kpi))
      throw new EngineError('not-found', `There is no KPI "${kpi.slice(0, 80)}".`);
    const wanted = scopeOf(scope, this.#inForce.organisation);
    const parsed = parsePeriod(this.#inForce.organisation.calendar, period);
    if (parsed === null)
      throw new EngineError('invalid', `"${period.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
    return withoutEarlier(
      this.#inForce.kpis.find(({ id }) => id === kpi),
      await this.#tools.store.revisions(kpi, wanted, parsed.id),
    );
  }

  async queue(query: QueueQuery): Promise<Queue> {
    const now = this.#tools.clock();
    const at = query.at ?? query.knownAt ?? now;
    if (at > (query.knownAt ?? now)) throw new EngineError('invalid', 'A queue is known up to the present, not beyond.');
    const then = query.knownAt === null ? null : await this.#past.at(this.#notAhead(query.knownAt), this.#inForce.present);
    const asked = { ...query, scope: scopeOf(query.scope, this.#inForce.organisation), at };
    if (then !== null) return queueOf(asked, then.world, then.items);
    return this.#knowledge.reading(this.#inForce.outlook(now), (world) =>
      queueOf(asked, world, itemsAt(this.#tools.store, this.#knowledge.watermark)),
    );
  }

  preview(asked: PreviewAsked): Promise<PreviewMade> {
    const outlook = this.#inForce.outlook(this.#tools.clock());
    return this.#knowledge.reading(outlook, (world) =>
      this.#previews.make(this.#signal, async (signal) => {
        const { digest, evaluations } = this.#tools;
        const { entries } = this.#inForce.definitions;
        if (evaluations !== undefined)
          return evaluations.preview(
            { world: this.#knowledge.shared(outlook, this.#inForce.organisationText), entries, asked },
            signal,
          );
        const definitions = this.#inForce.definitions;
        return madeOf(await previewOf({ world, organisation: this.#inForce.organisation, definitions, digest, signal, asked }));
      }),
    );
  }

  async slices(asked: SlicesAsked): Promise<Slices> {
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      slicesOf({ world, kpis: this.#inForce.kpis, signal: this.#signal, asked }),
    );
  }

  #notAhead(knownAt: Instant): Instant {
    if (knownAt <= this.#tools.clock()) return knownAt;
    throw new EngineError('invalid', 'known_at lies in the future; leave it out to see what is known now.');
  }
}
