import type { Organisation, Scope } from '../event/organisation.ts';
import type { Instant, Period } from '../time/period.ts';
import type { KpiInput, ReviewRow, ReviewSource } from './input.ts';

/**
 * The KPIs that the room is made of, by their ids in the standard pack. What they measure may be
 * changed in their files; a folder that has one no more says so on the page.
 */
export const ON_CALL_KPIS = [
  'interruptions-per-12h',
  'shifts-over-budget',
  'off-hours-interruptions',
  'disrupted-hours',
  'broken-nights',
  'lost-nights',
  'share-of-time-on-call',
  'shift-feeling',
  'pages',
  'noise',
  'repeat-pages',
  'fairness',
] as const;
/**
 * Interruptions on weekends and holidays by day: part of those outside business hours, by the same items and groups.
 * No file of its own measures them.
 */
export const DAYS_OFF = 'day-off-interruptions';

/** Looked at beside them: what their shares are made of. */
export const ON_CALL_PARTS = ['time-on-call', 'rotation-time'] as const;

/** The further questions about a shift, told where a folder counts them. */
export const ON_CALL_ASKED = ['shift-rest', 'shift-pages'] as const;

/** What tells of load, the plainest first: it says where load goes as soon as a signal does. */
export const ON_CALL_LOAD = [
  'shifts-over-budget',
  'interruptions-per-12h',
  'pages',
  'off-hours-interruptions',
  'disrupted-hours',
] as const;

/** A KPI with its rows, and that of the very days that the page is about. */
export interface OnCallKpiInput extends KpiInput {
  /** Of `OnCallInput.whole`. */
  readonly whole: ReviewRow;
}

/** A page (a notification) as far as alerts go: nobody is named. */
export interface AlertPage {
  readonly key: string | null;
  readonly service: string | null;
  readonly isRepeat: boolean;
  /** Whether action was needed; null where no answer says. */
  readonly neededAction: boolean | null;
}

/** Pages by hour of the week on the clock of whoever was paged, over spans in which that may be told. */
export interface PagedHours {
  readonly spans: readonly Period[];
  /** By weekday (0 is Monday), then hour. */
  readonly counts: readonly (readonly number[])[];
}

/** What tells of load in a team. */
export interface TeamLoad {
  readonly id: string;
  readonly label: string;
  readonly kpis: readonly KpiInput[];
}

/** Everything that the on-call page of a scope is made from. */
export interface OnCallInput {
  readonly organisation: Organisation;
  readonly scope: Scope;
  readonly quarter: Period;
  /** The quarter, or as much of it as whole weeks are over. */
  readonly whole: Period;
  /** The last week within it. */
  readonly week: Period;
  /** First day of anything known. */
  readonly firstDay: number | null;
  readonly now: Instant;
  readonly kpis: readonly OnCallKpiInput[];
  /** Of `whole`; null where pages are no KPI. */
  readonly alerts: readonly AlertPage[] | null;
  readonly hours: PagedHours;
  /** Of the organisation's page: each team by itself; of a team's page none. */
  readonly teams: readonly TeamLoad[];
  readonly sources: readonly ReviewSource[];
  readonly watermark: number;
  readonly measuredAt: Instant | null;
}
