import { METRIC_DATA } from './read.ts';

/** What the role must be allowed: reading, and listing metrics for `discover`. Neither can be scoped to a resource. */
export const ACTIONS: readonly string[] = [METRIC_DATA, 'cloudwatch:ListMetrics'];
