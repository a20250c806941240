import type { Event, SampleLine } from '../event/event.ts';
import { pickedBlock, rowsAfter, type EventBlock } from '../event/event-block.ts';
import type { FoldedItems } from '../event/fold-block.ts';
import type { Kind } from '../event/kinds.ts';
import { spentMore, sumOfCosts, type PullCost } from '../event/passes.ts';
import { withFix } from '../kpi/problem.ts';
import type { AgreedActions, PullBatch, PullContext, Reject, ShiftBook, Source } from '../sources/source.ts';
import type { Lease, PullRecord, SourceState, Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { inboxOf } from './inbox.ts';

/** Rejected rows kept as text per pass; their number is always kept whole. */
const REJECTS_KEPT = 20;

export const emptySourceState = (source: string): SourceState => ({
  source,
  cursor: null,
  lastStartedAt: null,
  lastCompletedAt: null,
  completeUntil: null,
  historyFrom: null,
  lastErrorAt: null,
  lastError: null,
  rejectedCount: 0,
  rejected: [],
  kinds: [],
  series: [],
});

export const rejectText = (reject: Reject): string => `${reject.place}: ${withFix(reject.reason, reject.fix)}`;

export interface PullTools {
  readonly store: Store;
  /** Read at the start and at the end of the pass; injected. */
  readonly clock: () => Instant;
  readonly pseudonym: (person: string) => string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: string) => void;
  /** Hears what became of each batch, from the first on, while all of its items are new to the log. */
  readonly onItems?: (batch: number, items: FoldedItems) => void;
  /** The shifts that are known, for sources that ask about them. */
  readonly shifts?: ShiftBook;
  /** What was agreed in reviews, for the source that counts it. */
  readonly agreed?: AgreedActions;
  readonly lease?: Lease;
}

/**
 * One pass over one source: every batch it hands over is committed as one numbered batch, and the
 * cursor moves only after the whole pass succeeded, or as far as a batch says that all before it was told. Never throws for
 * a source's failure: it is recorded, what was committed stays, and the next pass starts from that cursor.
 */
export async function pullSource(source: Source, tools: PullTools): Promise<PullRecord> {
  const { store, clock, signal, lease } = tools;
  const startedAt = clock();
  const states = await store.sourceStates();
  const before = states.find((state) => state.source === source.id) ?? emptySourceState(source.id);

  const kinds = new Set<Kind>(before.kinds);
  const series = new Set<string>(before.series);
  let newEvents = 0;
  let newSamples = 0;
  let rejectedCount = 0;
  const rejected: string[] = [];
  let batches = 0;
  let { cursor: reached } = before;
  /** Facts that were new when a cursor was last kept. */
  let keptWith = 0;
  const costs: PullCost[] = [];
  let { spent } = before;
  const spending = (): Pick<SourceState, 'spent'> => (spent === undefined ? {} : { spent });
  const record = async (
    state: SourceState,
    end: Pick<PullRecord, 'endedAt' | 'outcome' | 'error' | 'completeUntil' | 'historyFrom' | 'lacking'>,
  ): Promise<PullRecord> => {
    const cost = costs.length === 0 ? {} : { cost: sumOfCosts(costs) };
    const pull = { source: source.id, startedAt, newEvents, newSamples, rejected: rejectedCount, ...cost, ...end };
    await store.recordPull(pull, state, lease);
    return pull;
  };

  let wantsItems = tools.onItems !== undefined;
  const context: PullContext = {
    cursor: before.cursor,
    now: startedAt,
    pseudonym: tools.pseudonym,
    signal,
    inbox: inboxOf(store, source.id, clock, lease),
    wantsItems: () => wantsItems,
    ...(tools.shifts === undefined ? {} : { shifts: tools.shifts }),
    ...(tools.agreed === undefined ? {} : { agreed: tools.agreed }),
  };
  const pass = source.pull(context);
  try {
    for (;;) {
      const step = await pass.next();
      if (step.done === true) {
        const { cursor, completeUntil, historyFrom, lacking = [] } = step.value;
        const endedAt = clock();
        return await record(
          {
            ...before,
            cursor,
            lastStartedAt: startedAt,
            lastCompletedAt: endedAt,
            completeUntil,
            historyFrom,
            // A pass that found nothing new says nothing of the rows that were rejected when there was.
            ...(batches === 0 ? {} : { rejectedCount, rejected }),
            kinds: [...kinds].sort(),
            series: [...series].sort(),
            lacking,
            ...spending(),
          },
          {
            endedAt,
            outcome: 'complete',
            error: null,
            completeUntil,
            historyFrom,
            ...(lacking.length === 0 ? {} : { lacking }),
          },
        );
      }
      const batch = withoutFuture(step.value, startedAt);
      batches += 1;
      note(batch, kinds, series);
      const result = await store.append(source.id, clock(), batch.block ?? batch.events, batch.lines ?? batch.samples, lease);
      if (result.isOfNewItems && result.batch !== null && batch.items !== undefined) tools.onItems?.(result.batch, batch.items);
      else if (batch.block?.length !== 0) wantsItems = false;
      newEvents += result.newEvents;
      newSamples += result.newSamples;
      if (batch.cost !== undefined) {
        costs.push(batch.cost);
        spent = spentMore(spent ?? { first: null, days: [] }, batch.cost, startedAt, before.lastCompletedAt === null);
      }
      if (batch.cursor !== undefined && batch.cursor !== reached) {
        reached = batch.cursor;
        if (batch.mayCursorWait !== true || newEvents + newSamples > keptWith) {
          const known = { kinds: [...kinds].sort(), series: [...series].sort() };
          await store.saveSourceState({ ...before, ...known, ...spending(), cursor: reached, lastStartedAt: startedAt }, lease);
          keptWith = newEvents + newSamples;
        }
      }
      rejectedCount += batch.rejects.filter((reject) => !reject.isKept).length;
      for (const reject of batch.rejects) if (rejected.length < REJECTS_KEPT) rejected.push(rejectText(reject));
      tools.onProgress?.(batch.progress);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const text = withFix(message, error instanceof Error && 'fix' in error && typeof error.fix === 'string' ? error.fix : null);
    const endedAt = clock();
    return await record(
      {
        ...before,
        cursor: reached,
        lastStartedAt: startedAt,
        lastErrorAt: endedAt,
        lastError: text,
        rejectedCount,
        rejected,
        kinds: [...kinds].sort(),
        series: [...series].sort(),
        ...spending(),
      },
      { endedAt, outcome: 'failed', error: text, completeUntil: null, historyFrom: null },
    );
  } finally {
    await pass.return?.({ cursor: null, completeUntil: null, historyFrom: null }).catch(() => undefined);
  }
}

/** Clocks may differ, and zones be wrong by a day; what is said to have happened later than that has not. */
const FUTURE_MS = 24 * 3_600_000;

/** These are planned ahead. */
const PLANNED: ReadonlySet<Kind> = new Set(['shift', 'membership', 'session']);

/** Facts from the future are rejected, each with its place, so that a wrong clock elsewhere cannot spoil what is to come. */
function withoutFuture(batch: PullBatch, now: Instant): PullBatch {
  const latest = now + FUTURE_MS;
  const isFuture = ({ kind, effectiveAt }: Event): boolean => effectiveAt > latest && !PLANNED.has(kind);
  const { block } = batch;
  const blockRows = block === undefined ? [] : rowsAfter(block, latest, (kind) => PLANNED.has(kind));
  const lines = batch.lines ?? [];
  const hasFuture = batch.samples.some(({ at }) => at > latest) || lines.some(({ at }) => at.some((instant) => instant > latest));
  if (!batch.events.some(isFuture) && !hasFuture && blockRows.length === 0) return batch;
  const reject = (place: string, at: Instant): Reject => ({
    place,
    reason: `${new Date(at).toISOString()} lies in the future`,
    fix: 'Check the clock and the time zone of the source',
    isKept: false,
  });
  const { items: _, ...rest } = batch;
  return {
    ...rest,
    events: batch.events.filter((event) => !isFuture(event)),
    ...(block === undefined ? {} : { block: withoutRows(block, blockRows) }),
    samples: batch.samples.filter(({ at }) => at <= latest),
    ...(batch.lines === undefined ? {} : { lines: lines.map((line) => lineUntil(line, latest)) }),
    rejects: [
      ...batch.rejects,
      ...batch.events.filter(isFuture).map(({ kind, item, effectiveAt }) => reject(`${kind} ${item}`, effectiveAt)),
      ...blockRows.map((row) => reject(block?.texts[block.item[row] ?? -1] ?? '', block?.effectiveAt[row] ?? 0)),
      ...batch.samples.filter(({ at }) => at > latest).map(({ series, at }) => reject(series, at)),
      ...lines.flatMap(({ series, at }) => at.filter((instant) => instant > latest).map((instant) => reject(series, instant))),
    ],
  };
}

const lineUntil = (line: SampleLine, latest: Instant): SampleLine => ({
  ...line,
  at: line.at.filter((at) => at <= latest),
  values: line.values.filter((_, place) => (line.at[place] ?? Infinity) <= latest),
});

function withoutRows(block: EventBlock, rows: readonly number[]): EventBlock {
  const left = new Set(rows);
  return pickedBlock(
    block,
    Array.from({ length: block.length }, (_, row) => row).filter((row) => !left.has(row)),
  );
}

function note({ events, block, samples, lines = [] }: PullBatch, kinds: Set<Kind>, series: Set<string>): void {
  for (const event of events) kinds.add(event.kind);
  for (const kind of block?.kinds ?? []) kinds.add(kind);
  for (const sample of samples) series.add(sample.series);
  for (const line of lines) if (line.at.length > 0) series.add(line.series);
}
