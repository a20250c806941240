import type { FieldType, Kind, State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';
import type { DateReader } from './dates.ts';
import type { Encoding, Line } from './lines.ts';
import type { DecimalMark } from './numbers.ts';

/** Index into `FileMapping.columns`, and so into the cells of a row. */
export type ColumnIndex = number;

/** Where a text comes from, and what it is turned into. */
export interface TextRule {
  /** A column, or the same text for every row. */
  readonly from: { readonly column: ColumnIndex } | { readonly value: string };
  /** Words of the source to ours; `null` says "not set". */
  readonly map: ReadonlyMap<string, string | null> | null;
  /** For words that the map does not have; undefined: they stay as they are. */
  readonly otherwise: string | null | undefined;
}

export interface FieldRule {
  readonly name: string;
  readonly type: FieldType;
  readonly rule: TextRule;
}

export interface StateRule {
  readonly column: ColumnIndex;
  /** `ignore`: this row says nothing about the state. */
  readonly map: ReadonlyMap<string, State | 'ignore'>;
  /** Null: an unknown word rejects its row. */
  readonly otherwise: State | 'ignore' | null;
}

export interface SeverityRule {
  readonly rule: TextRule;
}

/** A column that says when the item reached a state (or, for other names, a field of the kind). */
export interface InstantRule {
  readonly name: string;
  readonly state: State | null;
  readonly column: ColumnIndex;
}

/** Up to when a file knows everything: its newest row, when it was written, when we read it, or a stated date. */
export type Completeness = 'newest row' | 'when written' | 'when read' | Instant;

interface CommonMapping {
  /** As written: files, globs or folders, relative to `folder`. */
  readonly paths: readonly string[];
  readonly folder: string;
  /** Null: by the name of the file. */
  readonly format: 'csv' | 'jsonl' | null;
  readonly encoding: Encoding;
  /** Null: guessed from the header. */
  readonly delimiter: string | null;
  /** Lines at the end that are not rows. */
  readonly footer: number;
  readonly skipRowsWhere: readonly { readonly column: ColumnIndex; readonly values: ReadonlySet<string> }[];
  /** Words that mean "nothing here", beside the empty cell. */
  readonly nulls: ReadonlySet<string>;
  /** Every column that the mapping speaks of, in the order of the cells of a row. */
  readonly columns: readonly string[];
  readonly dates: DateReader;
  readonly decimal: DecimalMark;
  readonly complete: Completeness;
}

/** Rows that speak of items of a kind. */
export interface ItemMapping extends CommonMapping {
  readonly gives: Kind;
  readonly rows: 'one an item' | 'history';
  /** Null: the row's content names the item (only for kinds without states). */
  readonly item: ColumnIndex | null;
  /** When the row became true: every row of a history, or the current state of `one an item`. */
  readonly at: ColumnIndex | null;
  readonly sequence: ColumnIndex | null;
  readonly state: StateRule | null;
  readonly severity: SeverityRule | null;
  readonly fields: readonly FieldRule[];
  readonly instants: readonly InstantRule[];
  /** Tells apart two files that speak of the same items; '' where there is one. */
  readonly part: string;
}

/** Rows that are points of metric series. */
export interface SampleMapping extends CommonMapping {
  readonly gives: 'samples';
  readonly timestamp: ColumnIndex;
  readonly values: readonly { readonly series: TextRule; readonly value: ColumnIndex }[];
  readonly dimensions: readonly { readonly name: string; readonly column: ColumnIndex }[];
  readonly statistic: string;
}

export type FileMapping = ItemMapping | SampleMapping;

/** One row of a file: where it stands, and the cells of the mapped columns (null: nothing there). */
export interface Row {
  readonly line: number;
  readonly cells: readonly (string | null)[];
}

/** A line that is not a row. */
export interface BadRow {
  readonly line: number;
  readonly reason: string;
  readonly fix: string;
}

/** Turns lines into rows of mapped cells. `end` gives what was held back, and warnings about the whole file. */
export interface RowReader {
  push(lines: readonly Line[]): (Row | BadRow)[];
  end(): { rows: (Row | BadRow)[]; warnings: BadRow[] };
}
