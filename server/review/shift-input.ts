import type { ShiftAnswers } from '../event/shift-survey.ts';
import type { ShiftTold } from '../event/shifts.ts';
import type { Emptiness } from '../kpi/measurement.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';

/** What one shift brought whoever had it. */
export interface ShiftLoad {
  /** When each interruption began, ascending. */
  readonly interruptions: readonly { readonly at: Instant; readonly isNight: boolean }[];
  /** The most incidents that paged within any 12 hours. */
  readonly mostIncidents: number;
  readonly disruptedHours: number;
  /** Nights with an interruption, those lost among them. */
  readonly brokenNights: number;
  readonly lostNights: number;
  readonly pages: readonly ShiftPageSent[];
}

export interface ShiftPageSent {
  readonly key: string | null;
  readonly service: string | null;
  readonly runbook: string | null;
  readonly isRepeat: boolean;
  /** Whether action was needed; null where no answer says. */
  readonly neededAction: boolean | null;
}

/** The latest number of a KPI of the team as a group, over a span whose value its own privacy lets be told. */
export interface GroupNumber {
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly period: Period;
}

export interface OpenIncident {
  readonly title: string;
  readonly service: string | null;
  readonly severity: number | null;
  readonly state: string | null;
  /** Seconds since it was opened. */
  readonly age: number | null;
}

/** The oldest first. */
export interface OpenIncidents {
  /** As of when they are known to be open. */
  readonly at: Instant;
  readonly rows: readonly OpenIncident[];
  readonly total: number;
}

/** An hour of a day of the shift, by its own clock. */
export interface ShiftHour {
  readonly at: Instant;
  readonly isNight: boolean;
}

export interface ShiftInput {
  readonly organisation: string;
  readonly teamLabel: string;
  readonly shift: ShiftTold;
  /** Of whoever had it. */
  readonly zone: Zone;
  readonly calendar: Calendar;
  readonly now: Instant;
  /** Up to when pages are known; null where nobody vouches for any. */
  readonly pagesUntil: Instant | null;
  readonly load: ShiftLoad;
  /** For each local day of the shift its 24 hours. */
  readonly days: readonly { readonly day: number; readonly hours: readonly ShiftHour[] }[];
  /** By the id of the KPI; missing where the folder has none, or nothing was measured yet. */
  readonly group: ReadonlyMap<string, readonly GroupNumber[]>;
  /** Null where nobody knows. */
  readonly open: OpenIncidents | null;
  readonly survey: {
    readonly closesAt: Instant;
    readonly asks: boolean;
    readonly given: ShiftAnswers | null;
    readonly answeredAt: Instant | null;
  };
}
