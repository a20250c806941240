import { isKind, type Kind } from '../event/kinds.ts';
import { checkInteger, checkSource, checkText, keepable, LONGEST } from './door.ts';
import type { Engine, Write } from './engine.ts';
import { fromJson, isTexts } from './json.ts';
import { refuseStale } from './jobs.ts';
import { nextNumber } from './numbers.ts';
import { costIn, lackingIn, lackingText, spentIn, textOf } from './pass-texts.ts';
import type { Lease, PullRecord, SourceReach, SourceState } from './store.ts';

const ERROR_LENGTH = 4_000;
const REJECT_LENGTH = 1_000;

const isKinds = (value: unknown): value is Kind[] => isTexts(value) && value.every(isKind);

/** How far each source has come, and what its pulls did. */
export class SourceStates {
  readonly #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Ascending by source. */
  all(): Promise<SourceState[]> {
    return this.#engine.read(async (trx) => {
      const rows = await trx.selectFrom('source_state').selectAll().orderBy('source').execute();
      return rows.map((row): SourceState => ({
        source: row.source,
        cursor: row.cursor,
        lastStartedAt: row.last_started_at,
        lastCompletedAt: row.last_completed_at,
        completeUntil: row.complete_until,
        historyFrom: row.history_from,
        lastErrorAt: row.last_error_at,
        lastError: row.last_error,
        rejectedCount: row.rejected_count,
        rejected: fromJson(row.rejected, isTexts, 'source_state.rejected'),
        kinds: fromJson(row.kinds, isKinds, 'source_state.kinds'),
        series: fromJson(row.series, isTexts, 'source_state.series'),
        ...lackingIn(row.lacking, 'source_state.lacking'),
        ...spentIn(row.spent, 'source_state.spent'),
      }));
    });
  }

  async save(state: SourceState, lease: Lease | undefined): Promise<void> {
    const row = stateRow(state);
    await this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      await writeState(trx, state.source, row);
    });
  }

  async recordPull(pull: PullRecord, state: SourceState | undefined, lease: Lease | undefined): Promise<void> {
    checkSource(pull.source);
    for (const name of ['completeUntil', 'historyFrom'] as const)
      if (pull[name] !== null) checkInteger(pull[name], `${pull.source}, ${name}`);
    const row = state === undefined ? null : stateRow(state);
    const numbers = ['startedAt', 'endedAt', 'newEvents', 'newSamples', 'rejected'] as const;
    for (const name of numbers) checkInteger(pull[name], `${pull.source}, ${name}`);
    await this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      if (row !== null) await writeState(trx, pull.source, row);
      await trx
        .insertInto('pull')
        .values({
          number: await nextNumber(trx, 'pull'),
          source: pull.source,
          started_at: pull.startedAt,
          ended_at: pull.endedAt,
          outcome: pull.outcome,
          new_events: pull.newEvents,
          new_samples: pull.newSamples,
          rejected: pull.rejected,
          error: pull.error === null ? null : keepable(pull.error, ERROR_LENGTH),
          complete_until: pull.completeUntil,
          history_from: pull.historyFrom,
          lacking: lackingText(pull.lacking),
          cost: textOf(pull.cost),
        })
        .execute();
    });
  }

  /** Latest first. */
  pulls(source: string, limit: number): Promise<PullRecord[]> {
    return this.#engine.read(async (trx) => {
      const rows = await trx
        .selectFrom('pull')
        .selectAll()
        .where('source', '=', source)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        source: row.source,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        outcome: row.outcome,
        newEvents: row.new_events,
        newSamples: row.new_samples,
        rejected: row.rejected,
        error: row.error,
        completeUntil: row.complete_until,
        historyFrom: row.history_from,
        ...lackingIn(row.lacking, 'pull.lacking'),
        ...costIn(row.cost, 'pull.cost'),
      }));
    });
  }

  lastPull(): Promise<number> {
    return this.#engine.read(async (trx) => {
      const row = await trx.selectFrom('pull').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
      return row?.number ?? 0;
    });
  }

  reaches(sources: readonly string[], untilPull = Number.MAX_SAFE_INTEGER): Promise<SourceReach[]> {
    return this.#engine.read(async (trx) => {
      const found: SourceReach[] = [];
      for (const source of sources) {
        const row = await trx
          .selectFrom('pull')
          .select(['ended_at', 'complete_until', 'history_from', 'lacking'])
          .where('source', '=', source)
          .where('number', '<=', untilPull)
          .where('outcome', '=', 'complete')
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (row === undefined) continue;
        found.push({
          source,
          lastCompletedAt: row.ended_at,
          completeUntil: row.complete_until,
          historyFrom: row.history_from,
          ...lackingIn(row.lacking, 'pull.lacking'),
        });
      }
      return found;
    });
  }
}

/** @throws StoreError `invalid` */
function stateRow(state: SourceState) {
  const { source } = state;
  checkSource(source);
  if (state.cursor !== null) checkText(state.cursor, LONGEST.document, `${source}, cursor`);
  const instants = ['lastStartedAt', 'lastCompletedAt', 'completeUntil', 'historyFrom', 'lastErrorAt'] as const;
  for (const name of instants) if (state[name] !== null) checkInteger(state[name], `${source}, ${name}`);
  checkInteger(state.rejectedCount, `${source}, rejectedCount`);
  for (const name of state.series) checkText(name, LONGEST.series, `${source}, series`);
  return {
    cursor: state.cursor,
    last_started_at: state.lastStartedAt,
    last_completed_at: state.lastCompletedAt,
    complete_until: state.completeUntil,
    history_from: state.historyFrom,
    last_error_at: state.lastErrorAt,
    last_error: state.lastError === null ? null : keepable(state.lastError, ERROR_LENGTH),
    rejected_count: state.rejectedCount,
    rejected: JSON.stringify(state.rejected.map((text) => keepable(text, REJECT_LENGTH))),
    kinds: JSON.stringify(state.kinds),
    series: JSON.stringify(state.series),
    lacking: lackingText(state.lacking),
    spent: textOf(state.spent),
  };
}

async function writeState(trx: Write, source: string, row: ReturnType<typeof stateRow>): Promise<void> {
  await trx
    .insertInto('source_state')
    .values({ source, ...row })
    .onConflict((conflict) => conflict.column('source').doUpdateSet(row))
    .execute();
}
