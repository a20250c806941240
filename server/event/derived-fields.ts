import { NEVER, type Codes, type ItemColumns } from './columns.ts';
import { deploymentFields } from './failed-changes.ts';
import { incidentFields } from './incident-fields.ts';
import { layoutOf } from './item-row.ts';
import type { Kind } from './kinds.ts';
import { lend, once, type LazyFields } from './lazy-columns.ts';
import { LINKS, blamedRows, linkedRows } from './links.ts';
import { sortedBy } from './row-order.ts';
import { overBudget } from './shift-budget.ts';
import { rowsWhere, secondsIn, standingIn } from './standing.ts';

/** A field that is worked out from others and never stored. */
export interface DerivedField {
  readonly type: 'flag' | 'number' | 'instant';
  readonly meaning: string;
}

/** What KPI files may ask for beside the fields of KINDS, by kind. Linked fields (`caused_by.finished`) come on top. */
export const DERIVED_FIELDS: Readonly<Partial<Record<Kind, Readonly<Record<string, DerivedField>>>>> = {
  incident: {
    harm: { type: 'number', meaning: 'seconds in open states (time in harm); not set while it is open' },
    working: { type: 'number', meaning: 'seconds in progress; not set while it is open' },
    repeats_within: {
      type: 'number',
      meaning: 'seconds since the one before it with the same service and cause was opened, or since it was itself opened before',
    },
    is_repeat: {
      type: 'flag',
      meaning:
        'repeats one opened in the 30 days before; not set without service and cause, nor where merged, planned or cancelled',
    },
    reviewed: { type: 'instant', meaning: 'the first incident review that names it was held' },
    review_due: { type: 'instant', meaning: 'five days after it was restored; not set while it is open' },
    reviewed_within: { type: 'number', meaning: 'seconds from restored to its first review, 0 where that came before' },
  },
  ticket: {
    within_due: { type: 'flag', meaning: 'resolved (else closed) by its due time; not set without one' },
    working: { type: 'number', meaning: 'seconds in progress; not set while it is open' },
  },
  action: { within_due: { type: 'flag', meaning: 'done (else resolved or closed) by its due time; not set without one' } },
  deployment: {
    change_failed: { type: 'flag', meaning: 'blamed by an incident or ticket, or rolled back or fixed by a later deployment' },
    may_have_failed: {
      type: 'flag',
      meaning: 'did not fail for certain, but an incident of its service began within 24 h of it and before the next deployment',
    },
    rolled_back: { type: 'flag', meaning: 'undone by a rollback that names it' },
    recovered: {
      type: 'instant',
      meaning: 'last of its incidents restored, or its rollback finished where none blames it; not set while one is open',
    },
  },
  shift: {
    over_budget: { type: 'flag', meaning: 'its person was paged for more than 2 incidents within some 12 h of it' },
  },
  closing: { reopened_within: { type: 'number', meaning: 'seconds until it was reopened; not set where it was not' } },
  page: {
    repeats_within: { type: 'number', meaning: 'seconds since the page before it with the same alert key' },
    is_repeat: { type: 'flag', meaning: 'a page with the same alert key was sent in the 24 h before' },
  },
};

/**
 * Columns with DERIVED_FIELDS and linked fields added, each worked out when first read. `columnsFor` gives other kinds'
 * columns; whether those have derived fields does not matter.
 */
export function withDerivedFields(kind: Kind, columns: ItemColumns, columnsFor: (kind: Kind) => ItemColumns): ItemColumns {
  const derived = ownDerived(kind, columns, columnsFor);
  const links = LINKS[kind];
  if (derived === null && links === undefined) return columns;
  const instants: Record<string, Int32Array> = { ...columns.instants };
  const codes: Record<string, Codes> = { ...columns.codes };
  const numbers: Record<string, Float64Array> = { ...columns.numbers };
  for (const [name, make] of Object.entries(derived?.instants ?? {})) lend(instants, name, make);
  for (const [name, make] of Object.entries(derived?.numbers ?? {})) lend(numbers, name, make);
  for (const [field, targetKind] of Object.entries(links ?? {})) {
    const target = once(() => columnsFor(targetKind));
    const rows = once(() =>
      field === 'caused_by' ? blamedRows(columns, target(), columnsFor('link')) : linkedRows(columns, field, target()),
    );
    const layout = layoutOf(targetKind);
    for (const name of layout.instants)
      lend(instants, `${field}.${name}`, () => follow(rows(), target().instants[name], new Int32Array(columns.length), NEVER));
    for (const name of layout.numbers)
      lend(numbers, `${field}.${name}`, () => follow(rows(), target().numbers[name], new Float64Array(columns.length), NaN));
    for (const name of layout.codes)
      lend(codes, `${field}.${name}`, () => ({
        dictionary: target().codes[name]?.dictionary ?? [],
        codes: follow(rows(), target().codes[name]?.codes, new Int32Array(columns.length), -1),
      }));
  }
  return { ...columns, instants, codes, numbers };
}

function ownDerived(kind: Kind, columns: ItemColumns, columnsFor: (kind: Kind) => ItemColumns): LazyFields | null {
  switch (kind) {
    case 'deployment':
      return deploymentFields(columns, columnsFor);
    case 'ticket':
      return { numbers: { within_due: () => withinDue(columns, ['resolved', 'closed']) } };
    case 'action':
      return { numbers: { within_due: () => withinDue(columns, ['done', 'resolved', 'closed']) } };
    case 'incident':
      return incidentFields(columns, columnsFor);
    case 'shift':
      return { numbers: { over_budget: () => overBudget(columns, columnsFor('page'), columnsFor('incident')) } };
    case 'closing':
      return { numbers: { reopened_within: () => secondsBetween(columns, 'closed', 'reopened') } };
    case 'page':
      return pageFields(columns);
    default:
      return null;
  }
}

/** Nobody promised anything for items that were cancelled or became part of others. An unfinished one did not keep it. */
function withinDue(columns: ItemColumns, ends: readonly string[]): Float64Array {
  const within = new Float64Array(columns.length).fill(NaN);
  const due = columns.instants['due'];
  if (due === undefined) return within;
  const merged = columns.codes['merged_into']?.codes;
  const stands = standingIn(columns);
  const ended = ends.flatMap((name) => columns.instants[name] ?? []);
  for (let row = 0; row < columns.length; row += 1) {
    const dueAt = due[row] ?? NEVER;
    if (dueAt === NEVER || (merged?.[row] ?? -1) >= 0 || !stands(row)) continue;
    let endedAt = NEVER;
    for (let end = 0; end < ended.length && endedAt === NEVER; end += 1) endedAt = ended[end]?.[row] ?? NEVER;
    within[row] = endedAt !== NEVER && endedAt <= dueAt ? 1 : 0;
  }
  return within;
}

function secondsBetween(columns: ItemColumns, from: string, to: string): Float64Array {
  const [begins, ends] = [secondsIn(columns, from), secondsIn(columns, to)];
  const between = new Float64Array(columns.length).fill(NaN);
  for (let row = 0; row < columns.length; row += 1)
    if (begins(row) !== NEVER && ends(row) !== NEVER) between[row] = ends(row) - begins(row);
  return between;
}

const REPEAT_SECONDS = 24 * 3600;

function pageFields(pages: ItemColumns): LazyFields {
  const since = once(() => repeats(pages));
  return {
    numbers: {
      repeats_within: () => since().map((seconds) => (seconds === Infinity ? NaN : seconds)),
      is_repeat: () => since().map((seconds) => (Number.isNaN(seconds) ? NaN : Number(seconds <= REPEAT_SECONDS))),
    },
  };
}

/** Seconds since the page before of the same key, Infinity for the first; NaN for those without. Pages of one instant, to several people, do not repeat each other. */
function repeats(pages: ItemColumns): Float64Array {
  const since = new Float64Array(pages.length).fill(NaN);
  const keys = pages.codes['key'];
  if (keys === undefined) return since;
  const sentAt = secondsIn(pages, 'sent');
  const stands = standingIn(pages);
  const keyed = rowsWhere(pages, (row) => (keys.codes[row] ?? -1) >= 0 && sentAt(row) !== NEVER && stands(row));
  const last = new Int32Array(keys.dictionary.length).fill(NEVER);
  const lastBefore = new Int32Array(keys.dictionary.length).fill(NEVER);
  for (const row of sortedBy(keyed, pages.instants['sent'] ?? [])) {
    const key = keys.codes[row] ?? 0;
    const at = sentAt(row);
    if ((last[key] ?? NEVER) < at) {
      lastBefore[key] = last[key] ?? NEVER;
      last[key] = at;
    }
    const before = lastBefore[key] ?? NEVER;
    since[row] = before === NEVER ? Infinity : at - before;
  }
  return since;
}

/** What the rows named hold; unset where none is named. */
function follow<A extends Int32Array | Float64Array>(rows: Int32Array, of: A | undefined, column: A, unset: number): A {
  column.fill(unset);
  if (of === undefined) return column;
  for (let row = 0; row < rows.length; row += 1) {
    const named = rows[row] ?? -1;
    if (named >= 0) column[row] = of[named] ?? unset;
  }
  return column;
}
