import { NEVER, type Codes, type ItemColumns } from './columns.ts';
import { deploymentFields } from './failed-changes.ts';
import { incidentFields } from './incident-fields.ts';
import type { Kind } from './kinds.ts';
import { LINKS, blamedRows, linkedRows, textAt } from './links.ts';
import { overBudget } from './shift-budget.ts';

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
 * Columns with DERIVED_FIELDS and linked fields added. `columnsFor` gives other kinds' columns; whether
 * those have derived fields does not matter. Linked columns are computed when first read.
 */
export function withDerivedFields(kind: Kind, columns: ItemColumns, columnsFor: (kind: Kind) => ItemColumns): ItemColumns {
  const derived = ownDerived(kind, columns, columnsFor);
  const links = LINKS[kind];
  if (derived === null && links === undefined) return columns;
  const instants: Record<string, Int32Array> = { ...columns.instants, ...derived?.instants };
  const codes: Record<string, Codes> = { ...columns.codes };
  const numbers: Record<string, Float64Array> = { ...columns.numbers, ...derived?.numbers };
  for (const [field, targetKind] of Object.entries(links ?? {})) {
    const target = columnsFor(targetKind);
    const rows = once(() =>
      field === 'caused_by' ? blamedRows(columns, target, columnsFor('link')) : linkedRows(columns, field, target),
    );
    lendColumns(instants, field, target.instants, (of) => follow(rows(), of, new Int32Array(columns.length).fill(NEVER)));
    lendColumns(numbers, field, target.numbers, (of) => follow(rows(), of, new Float64Array(columns.length).fill(NaN)));
    lendColumns(codes, field, target.codes, ({ dictionary, codes: of }) => ({
      dictionary,
      codes: follow(rows(), of, new Int32Array(columns.length).fill(-1)),
    }));
  }
  return { ...columns, instants, codes, numbers };
}

interface Added {
  readonly instants?: Record<string, Int32Array>;
  readonly numbers: Record<string, Float64Array>;
}

function ownDerived(kind: Kind, columns: ItemColumns, columnsFor: (kind: Kind) => ItemColumns): Added | null {
  switch (kind) {
    case 'deployment':
      return deploymentFields(columns, columnsFor('incident'), columnsFor('ticket'), columnsFor('link'));
    case 'ticket':
      return { numbers: { within_due: withinDue(columns, ['resolved', 'closed']) } };
    case 'action':
      return { numbers: { within_due: withinDue(columns, ['done', 'resolved', 'closed']) } };
    case 'incident':
      return incidentFields(columns, columnsFor('incident'), columnsFor('session'), columnsFor('link'));
    case 'shift':
      return { numbers: { over_budget: overBudget(columns, columnsFor('page'), columnsFor('incident')) } };
    case 'closing':
      return { numbers: { reopened_within: secondsBetween(columns, 'closed', 'reopened') } };
    case 'page':
      return { numbers: repeats(columns) };
    default:
      return null;
  }
}

/** Nobody promised anything for items that were cancelled or became part of others. An unfinished one did not keep it. */
function withinDue(columns: ItemColumns, ends: readonly string[]): Float64Array {
  const { due, cancelled } = columns.instants;
  const merged = columns.codes['merged_into'];
  return Float64Array.from({ length: columns.length }, (_, row) => {
    const dueAt = due?.[row] ?? NEVER;
    const isVoid = (cancelled?.[row] ?? NEVER) !== NEVER || (merged?.codes[row] ?? -1) >= 0;
    if (dueAt === NEVER || isVoid) return NaN;
    const endedAt = ends.map((name) => columns.instants[name]?.[row] ?? NEVER).find((at) => at !== NEVER);
    return endedAt !== undefined && endedAt <= dueAt ? 1 : 0;
  });
}

function secondsBetween(columns: ItemColumns, from: string, to: string): Float64Array {
  const [begins, ends] = [columns.instants[from], columns.instants[to]];
  return Float64Array.from({ length: columns.length }, (_, row) => {
    const [began, ended] = [begins?.[row] ?? NEVER, ends?.[row] ?? NEVER];
    return began === NEVER || ended === NEVER ? NaN : ended - began;
  });
}

const REPEAT_SECONDS = 24 * 3600;

/** Pages of one instant, to several people, do not repeat each other. */
function repeats(pages: ItemColumns): Record<string, Float64Array> {
  const since = new Float64Array(pages.length).fill(NaN);
  const isRepeat = new Float64Array(pages.length).fill(NaN);
  const { sent, cancelled } = pages.instants;
  const sentAt = (row: number): number => sent?.[row] ?? NEVER;
  const rows = Array.from({ length: pages.length }, (_, row) => row).filter(
    (row) => sentAt(row) !== NEVER && textAt(pages.codes['key'], row) !== null && (cancelled?.[row] ?? NEVER) === NEVER,
  );
  rows.sort((one, other) => sentAt(one) - sentAt(other));
  const byKey = new Map<string, { at: number; before: number }>();
  for (const row of rows) {
    const key = textAt(pages.codes['key'], row) ?? '';
    const at = sentAt(row);
    const known = byKey.get(key);
    const before = known === undefined ? NEVER : known.at < at ? known.at : known.before;
    byKey.set(key, { at, before });
    if (before !== NEVER) since[row] = at - before;
    isRepeat[row] = before !== NEVER && at - before <= REPEAT_SECONDS ? 1 : 0;
  }
  return { repeats_within: since, is_repeat: isRepeat };
}

/** Puts `field.name` beside each column of the target, computed when first read and then kept. */
function lendColumns<C>(into: Record<string, C>, field: string, target: Readonly<Record<string, C>>, make: (of: C) => C): void {
  for (const name of Object.keys(target)) {
    // A linked field of a linked field is not offered: KPI files follow one link.
    if (name.includes('.')) continue;
    const column = once(() => {
      const of = target[name];
      if (of === undefined) throw new RangeError(`no column ${name}`);
      return make(of);
    });
    Object.defineProperty(into, `${field}.${name}`, { enumerable: true, get: column });
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function follow<A extends Int32Array | Float64Array>(rows: Int32Array, of: ArrayLike<number>, column: A): A {
  for (let row = 0; row < rows.length; row += 1) {
    const value = of[rows[row] ?? -1];
    if (value !== undefined) column[row] = value;
  }
  return column;
}
