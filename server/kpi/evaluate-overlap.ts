import type { ItemMeasure } from './item-pass.ts';
import { none } from './item-pass.ts';
import type { Measure } from './kpi.ts';

type Overlap = Extract<Measure, { type: 'overlap' }>;

/** Until it is worked out, there is no data. */
export const overlapMeasure = (_measure: Overlap): ItemMeasure => ({
  collect: () => undefined,
  finish: () => none('no data'),
});
