import type { Where } from './kpi.ts';

/** What came into a queue and what left it, in the order in which it is told beside its growth. */
export const MOVEMENTS = ['arrived', 'reopened', 'moved in', 'closed', 'cancelled', 'moved out'] as const;
export type Movement = (typeof MOVEMENTS)[number];

/** Beside a count by the day: the share of local days with at least one. */
export const SHARE_OF_DAYS = 'share of days';

/** Failed deployments have an upper end: those that may have failed, too. */
export const isOfFailures = ({ field, condition }: Where): boolean =>
  field === 'change_failed' && condition.test === 'in' && !condition.negated && condition.values.every((value) => value === true);
