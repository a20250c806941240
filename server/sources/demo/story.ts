/**
 * The stories, and only they, say what differs from a calm organisation. Weeks are counted from the
 * start of the history: 0 to 129, and `LAST_WEEK` is the one that a first review looks at. The table
 * in README.md tells them in words. Weeks after the last go on from where the stories ended.
 */
/** The history everybody sees. With it what is no story stays within its limits in the last week; any other works, too. */
export const DEFAULT_SEED = 'northwind-0';

export const WEEKS = 130;
export const LAST_WEEK = WEEKS - 1;

/** Weeks before the last one; negative afterwards. */
const back = (week: number): number => LAST_WEEK - week;

/** 1. Payments slides into overload: pages beyond its usual load, nearly all at night and on weekends. */
const PAYMENTS_RAMP = [42, 12, 9, 11, 8, 9, 5, 6, 3, 4, 2];
const PAYMENTS_PLATEAU = 30;
export const paymentsExtraPages = (week: number): number =>
  back(week) < 0 ? PAYMENTS_PLATEAU : (PAYMENTS_RAMP[back(week)] ?? 0);

/** 2. In the last week a stale failover runbook makes severity 1 and 2 slow to restore. */
export const restoreFactor = (week: number): number => (back(week) === 0 ? 1.6 : 1);

/** 3a. Progressive delivery, 20 weeks ago: fewer deployments that hurt. Share of production deployments. */
export const PROGRESSIVE_DELIVERY_WEEK = LAST_WEEK - 20;
export const harmfulShare = (week: number): number => (week < PROGRESSIVE_DELIVERY_WEEK ? 0.155 : 0.08);

/**
 * 3b. Alert tuning, finished 8 weeks ago: less noise. Share of answered pages that needed no action,
 * as distance from its usual share; the eighth week in a row below the mean is the last one. The
 * ninth was an ordinary one above it.
 */
export const USUAL_NOISE = 0.29;
const NOISE_STEPS = [-0.038, -0.026, -0.034, -0.022, -0.037, -0.025, -0.034, -0.028, 0.024, -0.012, 0.015];
const NOISE_AFTERWARDS = -0.06;
export const noiseStep = (week: number): number | null => (back(week) < 0 ? NOISE_AFTERWARDS : (NOISE_STEPS[back(week)] ?? null));

/** 4. The satisfaction feed: its token expired; what it said until this week is all there is. */
export const LAST_SATISFACTION_WEEK = LAST_WEEK - 3;

/** 5a. The partner desk's tickets of one month came two weeks after that month: the last month that had ended by this week. */
export const PARTNER_MONTH_BEFORE_WEEK = LAST_WEEK - 6;
export const PARTNER_DELAY_WEEKS = 2;

/** 5b. A few small incidents of one settled week became known only in the last week. */
export const LATE_INCIDENTS_WEEK = LAST_WEEK - 3;
export const LATE_INCIDENTS_KNOWN_WEEK = WEEKS - 1;
export const LATE_INCIDENTS = 6;

/** One monitoring host had its clock wrong: an incident that was restored before it was opened. */
export const CLOCK_ERROR_WEEK = LAST_WEEK - 17;
