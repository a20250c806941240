import type { Kind } from '../event/kinds.ts';

/** Names a segment of columns: a kind, and the home of its items (event/home.ts). */
export interface SegmentKey {
  readonly kind: Kind;
  readonly cluster: string;
  readonly month: number;
}

export interface Segment extends SegmentKey {
  /** How many rows it has. */
  readonly rows: number;
  /** What encodeSegment made of them. */
  readonly data: Uint8Array;
}

/** From segments that hold everything up to one batch to those that do so up to a later one. */
export interface SegmentChanges {
  /** What makes columns of events, in words: a version that makes others of them has another one. */
  readonly maker: string;
  /** The batch that the stored ones are of, 0 where there are none; refused where they are of another. */
  readonly after: number;
  /** 0 while more of the first ones are to come: then they are not read. */
  readonly through: number;
  readonly put: readonly Segment[];
  readonly drop: readonly SegmentKey[];
}
