import { attributionAt, stretchAt } from '../event/as-of.ts';
import type { Item } from '../event/item.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { emptyOutcome, type Outcome } from '../kpi/evidence.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { EvidenceItem } from '../kpi/measurement.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { formatOutcome, formatValue, shownUnit } from '../review/format.ts';
import type { MeasurementRow, SnapshotRow, Store } from '../store/store.ts';
import { dayTitle, parsePeriod, periodTitle } from '../time/calendar.ts';
import type { Instant, Period } from '../time/period.ts';
import { EngineError, type Evidence } from './engine.ts';
import { itemUid, type ItemsAt } from './items-at.ts';
import type { KnownThen, Past } from './known-then.ts';
import { tellsTheSame } from './past-of-people.ts';
import { isShownOver } from './shown.ts';

export interface EvidenceRequest {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly world: World;
  readonly items: ItemsAt;
  readonly kpis: readonly Kpi[];
  readonly past: Past;
  /** The past that is asked about; null for the present. */
  readonly known: { readonly at: Instant; readonly then: KnownThen } | null;
  readonly kpi: string;
  readonly scope: Scope;
  readonly period: string;
  readonly page: { readonly offset: number; readonly limit: number };
  readonly log: (level: 'warn', message: string) => void;
}

/**
 * The list behind a number. It is not stored: it is evaluated again, as known at the watermark of the
 * number shown, and its digest is held against the one stored with that number.
 */
export async function evidenceOf(request: EvidenceRequest): Promise<Evidence> {
  const { store, organisation, scope, page, known: past } = request;
  const world = past?.then.world ?? request.world;
  const kpi = (past?.then.with.kpis ?? request.kpis).find(({ id }) => id === request.kpi);
  if (kpi === undefined) throw new EngineError('not-found', `There is no KPI "${request.kpi.slice(0, 80)}".`);
  const period = parsePeriod(organisation.calendar, request.period);
  if (period === null)
    throw new EngineError('invalid', `"${request.period.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
  if (period.start > world.now)
    throw new EngineError('not-found', past === null ? `${period.id} has not begun yet.` : `${period.id} had not begun then.`);
  const stored = await shownRow(store, kpi, scope, period, past?.at);
  const { evaluated, by, items } = await behind(request, kpi, scope, period, stored);
  const isConfirmed = stored === null || stored.digest === evaluated.digest;
  // What was told of people and has moved since would tell of whoever moved it.
  const hasMoved = past !== null && kpi.isPersonal && !tellsTheSame(evaluated, await standing(request, scope, period));
  const { value, emptiness, count, exclusions } = hasMoved ? emptyOutcome('hidden') : evaluated;
  if (!isConfirmed) {
    request.log(
      'warn',
      `evidence of ${kpi.id}, ${scope}, ${period.id}: as known at batch ${stored.watermark} the list gives ${evaluated.value ?? evaluated.emptiness} from ${evaluated.count} items, stored is ${stored.value ?? stored.emptiness} from ${stored.count}`,
    );
  }
  const all = kpi.isPersonal ? [] : evaluated.evidence();
  const shown = all.slice(page.offset, page.offset + page.limit);
  const known = await items.read(shown.map(({ uid }) => uid));
  return {
    kpi: kpi.id,
    name: kpi.name,
    scope,
    period: period.id,
    periodTitle: periodTitle(period),
    revision: stored !== null && 'revision' in stored ? stored.revision : null,
    watermark: stored?.watermark ?? items.watermark,
    value,
    text: formatOutcome(shownUnit(by), { value, emptiness }),
    count,
    exclusions,
    isConfirmed,
    withheld: kpi.isPersonal
      ? 'What people bore or answered is shown for groups of five or more only, and never item by item.'
      : null,
    items: shown.map((item) => itemView(item, by, request.organisation, known.get(itemUid(item.uid)), period, world.now)),
    total: all.length,
  };
}

/**
 * The list as the run that wrote the number saw it; what is known now gives the same in nearly all
 * cases, and is at hand.
 */
async function behind(
  { world, items, past, known }: EvidenceRequest,
  kpi: Kpi,
  scope: Scope,
  period: Period,
  stored: MeasurementRow | SnapshotRow | null,
): Promise<{ readonly evaluated: Evaluated; readonly by: Kpi; readonly items: ItemsAt }> {
  const looked = known?.then ?? { world, items };
  const evaluated = evaluateOne(kpi, looked.world, scope, period);
  if (stored === null || stored.digest === evaluated.digest) return { evaluated, by: kpi, items: looked.items };
  const then = 'run' in stored ? await past.ofRun(stored.run) : null;
  const by = then?.with.kpis.find(({ id }) => id === kpi.id);
  if (then === null || by === undefined) return { evaluated, by: kpi, items: looked.items };
  return { evaluated: evaluateOne(by, then.world, scope, period), by, items: then.items };
}

/** The number of a KPI as it is told now; nothing of one that is measured no more. */
async function standing(request: EvidenceRequest, scope: Scope, period: Period): Promise<Outcome> {
  const kpi = request.kpis.find(({ id }) => id === request.kpi);
  if (kpi === undefined) return emptyOutcome('hidden');
  const stored = await shownRow(request.store, kpi, scope, period, undefined);
  return (await behind({ ...request, known: null }, kpi, scope, period, stored)).evaluated;
}

async function shownRow(
  store: Store,
  kpi: Kpi,
  scope: Scope,
  period: Period,
  knownAt: Instant | undefined,
): Promise<MeasurementRow | SnapshotRow | null> {
  const query = { kpi: kpi.id, scope, fromDay: period.firstDay, toDay: period.firstDay };
  const known = knownAt === undefined ? query : { ...query, knownAt };
  const snapshot = (await store.latestSnapshots(known)).find((row) => row.period === period.id);
  if (knownAt !== undefined) return snapshot ?? null;
  const live = (await store.measurements(query)).find((row) => row.period === period.id);
  if (snapshot === undefined || live === undefined) return snapshot ?? live ?? null;
  return isShownOver(snapshot, live) ? snapshot : live;
}

function evaluateOne(kpi: Kpi, world: World, scope: Scope, period: Period): Evaluated {
  const [evaluated] = evaluate(kpi, world, [scope], [period]);
  if (evaluated === undefined) throw new EngineError('invalid', `${kpi.id} cannot be evaluated for ${scope}.`);
  return evaluated;
}

function itemView(
  evidence: EvidenceItem,
  kpi: Kpi,
  organisation: Organisation,
  item: Item | undefined,
  period: Period,
  now: Instant,
): Evidence['items'][number] {
  const [, , ...rest] = evidence.uid.split(':');
  const at = evidence.at ?? Math.min(period.end - 1, now);
  const zone = organisation.calendar.zone;
  // The hour of a page is the hour at which somebody was called: of one page alone the day is told.
  const isPage = 'of' in kpi.measure && kpi.measure.of === 'page';
  const told = evidence.at === null || !isPage ? evidence.at : zone.startOfDay(zone.dayOf(evidence.at));
  const stretch = item === undefined ? null : stretchAt(item, at);
  const attribution = item === undefined ? null : attributionAt(item, organisation, at);
  return {
    ...evidence,
    at: told,
    title: rest.length === 0 ? evidence.uid : rest.join(':'),
    team: attribution?.team ?? null,
    service: attribution?.service ?? null,
    severity: stretch?.severity ?? null,
    state: stretch?.state ?? null,
    valueText: evidence.value === null ? '' : evidenceValue(evidence.value, kpi),
    atText: told === null ? '' : isPage ? dayTitle(zone.dayOf(told)) : localText(told, zone),
  };
}

/** What one item contributed, in words: a duration for durations, yes or no for shares. */
export function evidenceValue(value: number, kpi: Kpi): string {
  // A metric's points are numbers of their own, whatever is made of them.
  if (kpi.measure.type === 'budget') return formatValue({ type: 'number', label: '', isTotal: false }, value);
  if (kpi.unit.type === 'share' && (value === 0 || value === 1)) return value === 1 ? 'yes' : 'no';
  if (kpi.unit.type === 'duration') return formatValue(kpi.unit, value);
  return formatValue({ ...kpi.unit, label: '' }, value);
}

function localText(at: number, zone: Organisation['calendar']['zone']): string {
  const minute = zone.minuteOfDay(at);
  return `${dayTitle(zone.dayOf(at))}, ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
