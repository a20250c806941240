import type { ItemMeasure } from './item-pass.ts';
import { none } from './item-pass.ts';

/** Until it is worked out, there is no data. */
export const growthMeasure = (): ItemMeasure => ({
  collect: () => undefined,
  finish: () => none('no data'),
});
