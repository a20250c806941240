import type { Point } from '../../server/api/contract.ts';

export interface Spark {
  /** SVG path data; broken where a value is missing. */
  readonly path: string;
  readonly end: { readonly x: number; readonly y: number; readonly isOpen: boolean } | null;
}

/** A word-sized line: no axis, only the shape, from 0 or the least value up. */
export function sparkOf(points: readonly Point[], width: number, height: number, pad = 3): Spark {
  const values = points.flatMap(({ drawn }) => (drawn === null ? [] : [drawn]));
  if (values.length === 0) return { path: '', end: null };
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low;
  const step = points.length > 1 ? (width - 2 * pad) / (points.length - 1) : 0;
  const at = (value: number, index: number): { x: number; y: number } => ({
    x: round(pad + index * step),
    y: round(span === 0 ? height / 2 : height - pad - ((value - low) / span) * (height - 2 * pad)),
  });
  let path = '';
  let isPen = false;
  points.forEach(({ drawn }, index) => {
    if (drawn === null) {
      isPen = false;
      return;
    }
    const { x, y } = at(drawn, index);
    path += `${isPen ? 'L' : 'M'}${x} ${y}`;
    isPen = true;
  });
  const last = points.at(-1);
  if (last === undefined || last.drawn === null) return { path, end: null };
  return { path, end: { ...at(last.drawn, points.length - 1), isOpen: last.flags.length > 0 } };
}

const round = (value: number): number => Math.round(value * 10) / 10;
