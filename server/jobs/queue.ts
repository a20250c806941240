import { attributionAt, stretchAt } from '../event/as-of.ts';
import type { Item } from '../event/item.ts';
import { KINDS, isKind, type Kind, type State } from '../event/kinds.ts';
import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Emptiness, EvidenceItem } from '../kpi/measurement.ts';
import { parseKpi } from '../kpi/parse.ts';
import type { World } from '../kpi/world.ts';
import type { Instant, Period } from '../time/period.ts';
import { EngineError } from './engine.ts';
import { itemUid, type ItemsAt } from './items-at.ts';

/** An item that waits. */
export interface QueuedItem {
  readonly uid: string;
  readonly title: string;
  /** When it was first opened. */
  readonly openedAt: Instant | null;
  /** Seconds since then. */
  readonly age: number | null;
  readonly state: State | null;
  readonly team: string | null;
  readonly service: string | null;
  readonly severity: number | null;
}

/** A queue as it stood at an instant. Ages are seconds; depth is null where it is not known, and why. */
export interface Queue {
  readonly kind: Kind;
  readonly scope: Scope;
  readonly at: Instant;
  readonly knownAt: Instant | null;
  readonly depth: number | null;
  readonly emptiness: Emptiness | null;
  readonly onHold: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly oldest: number | null;
  readonly items: readonly QueuedItem[];
  readonly total: number;
}

export interface QueueRequest {
  /** As KPI files write it: `tickets`. */
  readonly of: string;
  readonly scope: Scope;
  readonly at: Instant;
  readonly knownAt: Instant | null;
  readonly page: { readonly offset: number; readonly limit: number };
}

const DAY_MS = 86_400_000;

/**
 * The items open just before an instant, with team and service as of then: one evaluation of their ages,
 * as a KPI makes it for a period that ends there. `world` is what is known now, or what was known at an earlier time.
 * @throws EngineError `invalid` for a kind that is never open
 */
export async function queueOf(request: QueueRequest, world: World, items: ItemsAt): Promise<Queue> {
  const { scope, at, knownAt, page } = request;
  const kind = kindOf(request.of);
  const [ages, depth] = [kpiOf(request.of, 'age', '  summarise: median\n'), kpiOf(request.of, 'depth', '')];
  const { zone } = world.organisation.calendar;
  const day = zone.dayOf(at);
  const period: Period = { grain: 'to-date', id: 'queue', firstDay: day, endDay: day + 1, start: at - DAY_MS, end: at };
  const [measured] = evaluate(ages, world, [scope], [period]);
  const isKnown = measured !== undefined && (measured.emptiness === null || measured.emptiness === 'none to measure');
  const all = isKnown ? measured.evidence().filter(({ excluded }) => excluded === null) : [];
  const inOrder = all.toSorted((one, other) => (other.value ?? 0) - (one.value ?? 0) || (one.uid < other.uid ? -1 : 1));
  const shown = inOrder.slice(page.offset, page.offset + page.limit);
  const known = await items.read(shown.map(({ uid }) => uid));
  return {
    kind,
    scope,
    at,
    knownAt,
    depth: isKnown ? all.length : null,
    emptiness: isKnown ? null : (measured?.emptiness ?? 'no data'),
    onHold: isKnown ? (evaluate(depth, world, [scope], [period])[0]?.also['on hold'] ?? 0) : null,
    p50: measured?.value ?? null,
    p90: measured?.also['p90'] ?? null,
    oldest: measured?.also['oldest'] ?? null,
    items: shown.map((one) => queuedItem(one, known.get(itemUid(one.uid)), world, at)),
    total: all.length,
  };
}

/** Kinds that can be open, as KPI files name them. */
export const QUEUES: readonly string[] = Object.values(KINDS).flatMap((shape) => (shape.hasStates ? [shape.plural] : []));

function kindOf(plural: string): Kind {
  for (const kind of Object.keys(KINDS)) if (isKind(kind) && KINDS[kind].plural === plural && KINDS[kind].hasStates) return kind;
  throw new EngineError('invalid', `There is no queue of "${plural.slice(0, 40)}". Queues: ${QUEUES.join(', ')}.`);
}

function queuedItem(one: EvidenceItem, item: Item | undefined, { organisation }: World, at: Instant): QueuedItem {
  const stretch = item === undefined ? null : stretchAt(item, at - 1);
  const attribution = item === undefined ? null : attributionAt(item, organisation, at - 1);
  return {
    uid: one.uid,
    title: one.uid.split(':').slice(2).join(':'),
    openedAt: one.at,
    age: one.value,
    state: stretch?.state ?? null,
    team: attribution?.team ?? null,
    service: attribution?.service ?? null,
    severity: stretch?.severity ?? null,
  };
}

/** A KPI of a queue, as a file would define it. */
function kpiOf(plural: string, measure: 'age' | 'depth', summary: string): Kpi {
  const text = `version: kpi/v1
id: queue
name: Queue
question: What waits?
section: Queues
role: outcome
owner: nobody
better: lower
measure:
  ${measure}: { of: ${plural} }
${summary}`;
  const { kpi } = parseKpi(text, 'queue', { digest: (of) => of.slice(0, 8) });
  if (kpi === null) throw new EngineError('invalid', `There is no queue of ${plural}.`);
  return kpi;
}
