import { attributionAt, stretchAt } from '../event/as-of.ts';
import { columnsOf } from '../event/columns-of.ts';
import { deriveItems, withDerivedFields } from '../event/derive.ts';
import { KINDS, isKind, type Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import type { Item } from '../event/item.ts';
import { projectItem } from '../event/projection.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { EvidenceItem } from '../kpi/measurement.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { formatOutcome, formatValue } from '../review/format.ts';
import type { MeasurementRow, SnapshotRow, Store } from '../store/store.ts';
import { dayTitle, parsePeriod, periodTitle } from '../time/calendar.ts';
import type { Period } from '../time/period.ts';
import type { KnownSource } from './coverage.ts';
import { EngineError, type Evidence } from './engine.ts';
import type { ItemCache } from './item-cache.ts';
import { isShownOver } from './shown.ts';
import { seriesColumns } from './series-cache.ts';
import { worldFrom } from './world.ts';

export interface EvidenceRequest {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly world: World;
  readonly items: ItemCache;
  readonly kpis: readonly Kpi[];
  readonly sources: readonly KnownSource[];
  readonly digest: (text: string) => string;
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
  const { store, organisation, world, scope, page } = request;
  const kpi = request.kpis.find(({ id }) => id === request.kpi);
  if (kpi === undefined) throw new EngineError('not-found', `There is no KPI "${request.kpi.slice(0, 80)}".`);
  const period = parsePeriod(organisation.calendar, request.period);
  if (period === null)
    throw new EngineError('invalid', `"${request.period.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
  if (period.start > world.now) throw new EngineError('not-found', `${period.id} has not begun yet.`);
  const stored = await shownRow(store, kpi, scope, period);
  const now = evaluateOne(kpi, world, scope, period);
  const isCurrent = stored === null || stored.digest === now.digest;
  const evaluated = isCurrent ? now : evaluateOne(kpi, await worldKnownAt(request, stored.watermark), scope, period);
  const isConfirmed = stored === null || stored.digest === evaluated.digest;
  if (!isConfirmed) {
    request.log(
      'warn',
      `evidence of ${kpi.id}, ${scope}, ${period.id}: as known at batch ${stored.watermark} the list gives ${evaluated.value ?? evaluated.emptiness} from ${evaluated.count} items, stored is ${stored.value ?? stored.emptiness} from ${stored.count}`,
    );
  }
  const all = kpi.isPersonal ? [] : evaluated.evidence();
  return {
    kpi: kpi.id,
    name: kpi.name,
    scope,
    period: period.id,
    periodTitle: periodTitle(period),
    revision: stored !== null && 'revision' in stored ? stored.revision : null,
    watermark: stored?.watermark ?? request.items.watermark,
    value: evaluated.value,
    text: formatOutcome(kpi.unit, evaluated),
    count: evaluated.count,
    exclusions: evaluated.exclusions,
    isConfirmed,
    withheld: kpi.isPersonal
      ? 'What people bore or answered is shown for groups of five or more only, and never item by item.'
      : null,
    items: all.slice(page.offset, page.offset + page.limit).map((item) => itemView(item, kpi, request, period)),
    total: all.length,
  };
}

async function shownRow(store: Store, kpi: Kpi, scope: Scope, period: Period): Promise<MeasurementRow | SnapshotRow | null> {
  const query = { kpi: kpi.id, scope, fromDay: period.firstDay, toDay: period.firstDay };
  const snapshot = (await store.latestSnapshots(query)).find((row) => row.period === period.id);
  const live = (await store.measurements(query)).find((row) => row.period === period.id);
  if (snapshot === undefined || live === undefined) return snapshot ?? live ?? null;
  return isShownOver(snapshot, live) ? snapshot : live;
}

function evaluateOne(kpi: Kpi, world: World, scope: Scope, period: Period): Evaluated {
  const [evaluated] = evaluate(kpi, world, [scope], [period]);
  if (evaluated === undefined) throw new EngineError('invalid', `${kpi.id} cannot be evaluated for ${scope}.`);
  return evaluated;
}

/** The world as the log knew it at a batch: everything projected again from the events of that time. */
async function worldKnownAt(request: EvidenceRequest, watermark: number): Promise<World> {
  const { store, organisation, world, digest, kpis, sources } = request;
  const items = new Map<Kind, Item[]>();
  for await (const chunk of store.allEvents(undefined, watermark)) {
    for (const [uid, events] of chunk) {
      const item = projectItem(uid, events);
      if (item === null) continue;
      const list = items.get(item.kind);
      if (list === undefined) items.set(item.kind, [item]);
      else list.push(item);
    }
  }
  const itemsOf = (kind: Kind): readonly Item[] =>
    KINDS[kind].isDerived ? deriveItems(kind, itemsOf, organisation, world.now) : (items.get(kind) ?? []);
  const series = new Map<string, ReturnType<typeof seriesColumns>>();
  for (const kpi of kpis) {
    if (kpi.measure.type !== 'level') continue;
    const name = kpi.measure.series;
    series.set(name, seriesColumns(name, await store.samples(name, -Infinity, Infinity, watermark)));
  }
  return worldFrom({
    organisation,
    columns: (kind) => withDerivedFields(kind, columnsOf(kind, itemsOf(kind)), (base) => columnsOf(base, itemsOf(base))),
    series: (name) => series.get(name) ?? [],
    sources,
    kpis,
    now: world.now,
    digest,
  });
}

function itemView(evidence: EvidenceItem, kpi: Kpi, request: EvidenceRequest, period: Period): Evidence['items'][number] {
  const [, kindText = '', ...rest] = evidence.uid.split(':');
  const uid = evidence.uid.replace(/#\d+$/, '');
  const item = isKind(kindText) ? request.items.item(kindText, uid) : undefined;
  const at = evidence.at ?? Math.min(period.end - 1, request.world.now);
  const zone = request.organisation.calendar.zone;
  const stretch = item === undefined ? null : stretchAt(item, at);
  const attribution = item === undefined ? null : attributionAt(item, request.organisation, at);
  return {
    ...evidence,
    title: rest.length === 0 ? evidence.uid : rest.join(':'),
    team: attribution?.team ?? null,
    service: attribution?.service ?? null,
    severity: stretch?.severity ?? null,
    state: stretch?.state ?? null,
    valueText: evidence.value === null ? '' : evidenceValue(evidence.value, kpi),
    atText: evidence.at === null ? '' : localText(evidence.at, zone),
  };
}

/** What one item contributed, in words: a duration for durations, yes or no for shares. */
function evidenceValue(value: number, kpi: Kpi): string {
  if (kpi.unit.type === 'share' && (value === 0 || value === 1)) return value === 1 ? 'yes' : 'no';
  if (kpi.unit.type === 'duration') return formatValue(kpi.unit, value);
  return formatValue({ ...kpi.unit, label: '' }, value);
}

function localText(at: number, zone: Organisation['calendar']['zone']): string {
  const minute = zone.minuteOfDay(at);
  return `${dayTitle(zone.dayOf(at))}, ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
