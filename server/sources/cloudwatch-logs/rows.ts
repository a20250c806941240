import type { Sample } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { dimensionsText } from '../aws/dimensions.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Row } from './query.ts';
import { plainField, type LogSeries } from './series.ts';
import type { LogWindow } from './windows.ts';

/** What is wrong with an answer. Where it is whole nevertheless, what is odd about it. */
interface Wrong {
  readonly reason: string;
  readonly fix: string;
}

export interface Read {
  readonly samples: readonly Sample[];
  /** Of an answer that cannot be taken: nothing of it is. */
  readonly fault: Wrong | null;
  /** Of single values, where there is then no data. */
  readonly odd: Wrong | null;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INSTANT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)Z?$/;
const EPOCH = /^(?:\d{9,10}|\d{12,13})$/;
/** As the store takes them. */
const LONGEST_DIMENSIONS = 512;

/** The points that the rows of a complete answer tell. A value that is not there is no data, not 0. */
export function samplesOf(source: string, place: AwsPlace, series: LogSeries, window: LogWindow, rows: readonly Row[]): Read {
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let notNumbers = 0;
  for (const row of rows) {
    const at = instantOf(row, series.binField);
    if (at === null)
      return failed(
        `a row has no instant in '${series.binField}', but ${[...row].map(([field, value]) => `${field} '${value}'`).join(', ')}`,
        "End the query with 'stats … by bin(1h)'",
      );
    if (at < window.start || at >= window.end || at % series.periodMs !== 0)
      return failed(
        `a row of ${new Date(at).toISOString()} lies outside of what was asked for, or between its periods`,
        "Write a period with 'bin' that divides an hour, and check what answers at this address",
      );
    const dimensions = dimensionsText({
      ...Object.fromEntries([...series.as, ...series.by.map((field) => [field, row.get(field)] as const)]),
      account: place.account ?? undefined,
      region: place.region,
    });
    if (dimensions.length > LONGEST_DIMENSIONS || !dimensions.isWellFormed() || dimensions.includes('\0'))
      return failed('the dimensions of a row are too long to keep, or no text', "Group by fewer or shorter fields in 'by'");
    if (seen.has(`${at} ${dimensions}`))
      return failed(
        `${new Date(at).toISOString()} has more than one row for ${dimensions}`,
        "Name every field that the query groups by in 'by'",
      );
    seen.add(`${at} ${dimensions}`);
    for (const [field, name] of series.columns) {
      const text = row.get(field)?.trim() ?? '';
      if (text === '') continue;
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      if (Number.isFinite(value)) samples.push({ source, series: name, dimensions, statistic: 'sum', at, value });
      else notNumbers += 1;
    }
  }
  const odd =
    notNumbers === 0
      ? null
      : {
          reason: `${notNumbers} of its values are no finite numbers`,
          fix: 'There is no data where they stand; let the columns be sums or counts',
        };
  return { samples, fault: null, odd };
}

const failed = (reason: string, fix: string): Read => ({ samples: [], fault: { reason, fix }, odd: null });

/** Logs Insights writes `2026-11-21 10:00:00.000`, in UTC. */
function instantOf(row: Row, binField: string): Instant | null {
  for (const [field, value] of row) {
    if (plainField(field) !== binField) continue;
    // Other servers give seconds or milliseconds since 1970.
    if (EPOCH.test(value)) return Number(value) * (value.length > 11 ? 1 : 1_000);
    const [, date, time] = INSTANT.exec(value) ?? [];
    const at = date === undefined || time === undefined ? Number.NaN : Date.parse(`${date}T${time}Z`);
    return Number.isNaN(at) ? null : at;
  }
  return null;
}
