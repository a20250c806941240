import { hash } from 'node:crypto';

/** One entry of `series:`: one query, whose columns are series. */
export interface LogSeries {
  /** What it is called in messages. */
  readonly name: string;
  readonly logGroups: readonly string[];
  readonly query: string;
  /** The field that tells the period of a row, in small letters and without blanks: `bin(1h)`, or its alias. */
  readonly binField: string;
  readonly periodMs: number;
  /** Field of a row to the series that its values make. */
  readonly columns: readonly (readonly [field: string, series: string])[];
  /** Fields whose values are dimensions. */
  readonly by: readonly string[];
  /** Dimensions that all points get. */
  readonly as: readonly (readonly [name: string, value: string])[];
  /** Bytes that its queries may scan on one day. */
  readonly bytesPerDay: number;
  /** Names in the cursor what is asked and what it is called: another one is read from the beginning. */
  readonly key: string;
}

export const keyOf = (series: Omit<LogSeries, 'key' | 'bytesPerDay'>): string => {
  const { name, logGroups, query, periodMs, columns, by, as } = series;
  return hash('sha256', JSON.stringify([name, logGroups, query, periodMs, columns, by, as]), 'base64url').slice(0, 8);
};

/** As field names are compared. */
export const plainField = (field: string): string => field.replaceAll(/[\s`]/g, '').toLowerCase();
