import type { Adapter } from '../config.ts';
import { dryRunReviews, pullReviews } from './pull.ts';

/** `type: reviews`: actions that were agreed in reviews held here, counted beside those of other sources. */
export const reviewsAdapter: Adapter = {
  type: 'reviews',
  keys: [],
  parse: ({ id, name, schedule, staleAfterMs }) => ({
    id,
    name,
    type: 'reviews',
    kinds: ['action'],
    series: [],
    schedule,
    staleAfterMs,
    pull: (context) => pullReviews(id, context),
    dryRun: (context, rows) => dryRunReviews(id, context, rows),
  }),
};
