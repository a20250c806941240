import { Check } from 'typebox/value';
import type { Organisation } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { valueInUnit } from '../kpi/parse-targets.ts';
import { BODIES, type BodyOf, type ToWrite, type WrittenKind, type WrittenQuery } from '../review/bodies.ts';
import type { Talk, Written } from '../review/talk.ts';
import { StoreError, type JournalEntry, type Store } from '../store/store.ts';
import { parsePeriod } from '../time/calendar.ts';
import { parseDay } from '../time/day.ts';
import type { Instant } from '../time/period.ts';
import { EngineError } from './engine.ts';
import { scopeOf } from './scope.ts';

interface JournalDeskTools {
  readonly store: Store;
  readonly clock: () => Instant;
  readonly organisation: () => Organisation;
  readonly kpis: () => readonly Kpi[];
}

/** Where what people write is filed and read: everything in it names something that exists. */
export class JournalDesk {
  readonly #tools: JournalDeskTools;

  constructor(tools: JournalDeskTools) {
    this.#tools = tools;
  }

  async write<K extends WrittenKind>(kind: K, asked: ToWrite<K>): Promise<Written<BodyOf<K>>> {
    const scope = scopeOf(asked.scope, this.#tools.organisation());
    if (asked.author.trim() === '') throw new EngineError('invalid', 'Say for whom it is written: a team or a role.');
    const before = asked.entry === null ? null : await this.#latest(kind, asked.entry);
    // What it is filed under stays: moved elsewhere it would be another entry.
    const filed = before ?? { kpi: asked.kpi, period: this.#period(asked.period) };
    if (before === null && asked.kpi !== null && !this.#tools.kpis().some(({ id }) => id === asked.kpi))
      throw new EngineError('not-found', `There is no KPI "${asked.kpi.slice(0, 80)}".`);
    if (asked.body !== null) checkBody(asked.body, this.#tools.organisation());
    if (asked.body !== null && 'slot' in asked.body) await this.#checkSlot(scope, filed.period, asked.body.slot, asked.entry);
    const body = asked.body === null ? (before?.body ?? '{}') : JSON.stringify(this.#inUnits(asked.body, filed.kpi));
    const written = await this.#tools.store.writeJournal({
      entry: asked.entry,
      after: asked.after,
      kind,
      scope,
      kpi: filed.kpi,
      period: filed.period,
      author: asked.author.trim(),
      recordedAt: this.#tools.clock(),
      isWithdrawn: asked.body === null,
      body,
    });
    return writtenOf(kind, written);
  }

  async list<K extends WrittenKind>(kind: K, { scope, kpi, period }: WrittenQuery): Promise<Written<BodyOf<K>>[]> {
    const entries = await this.#tools.store.journal({
      kind,
      scope: scopeOf(scope, this.#tools.organisation()),
      ...(kpi === undefined ? {} : { kpi }),
      ...(period === undefined ? {} : { period }),
    });
    return entries.map((entry) => writtenOf(kind, entry));
  }

  /** Oldest first; EngineError where there is no such entry. */
  async revisions<K extends WrittenKind>(
    kind: K,
    entry: number,
  ): Promise<(Written<BodyOf<K>> & { readonly isWithdrawn: boolean })[]> {
    const found = await this.#tools.store.journalRevisions(entry);
    if (found[0]?.kind !== kind) throw new EngineError('not-found', `There is no ${kind} ${entry}.`);
    return found.map((one) => ({ ...writtenOf(kind, one), isWithdrawn: one.isWithdrawn }));
  }

  /** What an action is expected to do, in the unit of its KPI. */
  #inUnits(body: BodyOf<WrittenKind>, id: string | null): BodyOf<WrittenKind> {
    if (!('expected' in body) || body.expected === null) return body;
    const kpi = this.#tools.kpis().find((each) => each.id === id);
    if (kpi === undefined)
      throw new EngineError('invalid', 'Only an action on a KPI can be expected to move it; leave the expected effect out.');
    let problem = '';
    const { text } = body.expected;
    const written = /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text.trim();
    const report = (_path: unknown, message: string, fix: string | null): void => {
      problem ||= `The expected effect: ${message}.${fix === null ? '' : ` ${fix}.`}`;
    };
    const value = valueInUnit({ report }, written, [], kpi.unit);
    if (value === null) throw new EngineError('invalid', problem);
    return { ...body, expected: { ...body.expected, text: text.trim(), value } };
  }

  /** A report has one text for each place, so that nobody writes past somebody else. */
  async #checkSlot(scope: string, period: string | null, slot: string, own: number | null): Promise<void> {
    const quarter = period === null ? null : parsePeriod(this.#tools.organisation().calendar, period);
    if (quarter?.grain !== 'quarter')
      throw new EngineError('invalid', 'A text of a report belongs to a quarter; give it as period, like 2026-Q3.');
    const standing = await this.list('narrative', { scope, period: quarter.id });
    if (standing.some(({ id, body }) => id !== own && body.slot === slot))
      throw new EngineError(
        'conflict',
        `The text “${slot}” of ${quarter.id} is written already; read it again and edit that one.`,
      );
  }

  async #latest(kind: WrittenKind, entry: number): Promise<JournalEntry> {
    const last = (await this.#tools.store.journalRevisions(entry)).at(-1);
    if (last?.kind !== kind) throw new EngineError('not-found', `There is no ${kind} ${entry}.`);
    return last;
  }

  #period(id: string | null): string | null {
    if (id === null) return null;
    const parsed = parsePeriod(this.#tools.organisation().calendar, id);
    if (parsed !== null) return parsed.id;
    throw new EngineError('invalid', `"${id.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
  }
}

/** Everything that was written for a scope, as a review needs it. */
export async function talkOf(store: Store, scope: string): Promise<Talk> {
  const [comments, actions, annotations] = await Promise.all([
    store.journal({ kind: 'comment', scope }),
    store.journal({ kind: 'action', scope }),
    store.journal({ kind: 'annotation', scope }),
  ]);
  return {
    comments: comments.map((entry) => writtenOf('comment', entry)),
    actions: actions.map((entry) => writtenOf('action', entry)),
    annotations: annotations.map((entry) => writtenOf('annotation', entry)),
  };
}

/** The texts of one report. */
export async function narrativesOf(store: Store, scope: string, quarter: string): Promise<Written<BodyOf<'narrative'>>[]> {
  const entries = await store.journal({ kind: 'narrative', scope, period: quarter });
  return entries.map((entry) => writtenOf('narrative', entry));
}

/** A revision of an action as it was stored, withdrawn or not. */
export const actionOf = (entry: JournalEntry): Written<BodyOf<'action'>> => writtenOf('action', entry);

function writtenOf<K extends WrittenKind>(kind: K, entry: JournalEntry): Written<BodyOf<K>> {
  const body: unknown = JSON.parse(entry.body);
  if (!isBodyOf(kind, body))
    throw new StoreError(
      'corrupt',
      `The database is damaged: revision ${entry.revision} of ${kind} ${entry.entry} is not what was stored.`,
      'Stop what uses it and run `quarterdeck restore FILE --replace` with the last good backup.',
    );
  const { entry: id, revision, scope, kpi, period, author, recordedAt, firstAt } = entry;
  return { id, revision, scope, kpi, period, author, at: recordedAt, firstAt, body };
}

const isBodyOf = <K extends WrittenKind>(kind: K, body: unknown): body is BodyOf<K> => Check(BODIES[kind], body);

/** What a schema cannot say: texts that are not blank, days and periods that exist. */
function checkBody(body: BodyOf<WrittenKind>, { calendar }: Organisation): void {
  const texts = {
    text: 'text' in body ? body.text : 'x',
    title: 'title' in body ? body.title : 'x',
    owner: 'owner' in body ? body.owner : 'x',
  };
  for (const [name, text] of Object.entries(texts))
    if (text.trim() === '') throw new EngineError('invalid', `The ${name} is blank.`);
  for (const [name, text] of Object.entries(body))
    if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed()))
      throw new EngineError('invalid', `The ${name} holds a NUL or half a character, which no reader can show; remove it.`);
  if ('point' in body && body.point !== null && parsePeriod(calendar, body.point) === null)
    throw new EngineError('invalid', `"${body.point}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
  const days = 'due' in body ? [body.due, body.closedOn, body.expected?.by ?? null] : 'day' in body ? [body.day] : [];
  for (const day of days)
    if (day !== null && parseDay(day) === null)
      throw new EngineError('invalid', `${day} is not a day that exists; write it like 2026-11-15.`);
  if ('state' in body && (body.state === 'open') !== (body.closedOn === null))
    throw new EngineError(
      'invalid',
      body.state === 'open' ? 'An open action has no day on which it was closed.' : 'Say on which day it was closed.',
    );
}
