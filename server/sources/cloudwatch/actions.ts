import { LIST_METRICS } from './discover.ts';
import { METRIC_DATA } from './read.ts';

/** What the role must be allowed: reading, and listing metrics where series are looked for. Neither can be scoped to a resource. */
export const ACTIONS: readonly string[] = [METRIC_DATA, LIST_METRICS];
