/** A Wednesday: the week before it is closed and not settled yet. */
export const NOW = Date.parse('2026-11-18T09:00:00Z');
export const LAST_WEEK = '2026-W46';
