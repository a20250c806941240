/** A part of a distribution: the values of a point's period that were above `over` and at most `upTo`. */
export interface Bucket {
  /** Tells buckets of other edges apart that the same series had before; '' where there is one layout. */
  readonly layout: string;
  /** -Infinity for the lowest. */
  readonly over: number;
  /** Infinity for the highest. With both ends open it counts all values. */
  readonly upTo: number;
}

const NUMBER = String.raw`-?\d{1,15}(?:\.\d{1,10})?`;
const BUCKET = new RegExp(`^bucket\\((${NUMBER})?:(${NUMBER})?\\)(?:/([\\w-]{1,16}))?$`);

/** The statistic that points of a bucket carry: `bucket(100:250)`, `bucket(1000:)`, `bucket(:)` for all values. */
export const bucketName = ({ layout, over, upTo }: Bucket): string =>
  `bucket(${edgeText(over)}:${edgeText(upTo)})${layout === '' ? '' : `/${layout}`}`;

/** An edge as it is written everywhere, without exponents; '' for an open end. At most ten decimals. */
export const edgeText = (edge: number): string => (Number.isFinite(edge) ? edge.toFixed(10).replace(/\.?0+$/, '') : '');

/** Null for every other statistic. */
export const bucketOf = (statistic: string): Bucket | null => {
  const match = BUCKET.exec(statistic);
  if (match === null) return null;
  const [, over, upTo, layout = ''] = match;
  const bucket = {
    layout,
    over: over === undefined ? -Infinity : Number(over),
    upTo: upTo === undefined ? Infinity : Number(upTo),
  };
  return bucket.over < bucket.upTo ? bucket : null;
};
