import { setTimeout as delay } from 'node:timers/promises';
import { PLACE_KEYS, parsePlaces, type AwsPlace } from '../aws/place.ts';
import type { Checking } from '../aws/checking.ts';
import { placeSource } from '../aws/place-source.ts';
import { partitionOf } from '../aws/policy.ts';
import type { Adapter } from '../config.ts';
import type { Source } from '../source.ts';
import { ACTIONS, START } from './actions.ts';
import { probeQueries } from './probes.ts';
import { pullLogs, type LogsSettings } from './pull.ts';
import type { Wait } from './query.ts';
import type { LogSeries } from './series.ts';
import { parseLogSeries } from './settings.ts';
import { DAY_MS, REREAD_MS } from './windows.ts';

const HISTORY_MS = 14 * DAY_MS;

/** `type: cloudwatch-logs`: series that queries of Logs Insights count. @param wait between polls of a query that runs */
export const makeCloudWatchLogsAdapter = (wait: Wait): Adapter => ({
  type: 'cloudwatch-logs',
  keys: [...PLACE_KEYS, 'series', 'history', 'bytes_per_day'],
  parse: (entry) => {
    const { id, settings } = entry;
    const places = parsePlaces(settings);
    const series = parseLogSeries(settings);
    const historyMs = settings.has('history') ? settings.duration('history') : HISTORY_MS;
    if (places === null || series === null || historyMs === null) return null;
    const shape = {
      type: 'cloudwatch-logs',
      kinds: [],
      series: [...new Set(series.flatMap(({ columns }) => columns.map(([, name]) => name)))],
      actions: ACTIONS,
      confine: (action: string, place: AwsPlace) => (action === START ? { resources: arnsOf(place, series) } : null),
      check: (checking: Checking) => probeQueries(checking, series),
    } as const;
    const sourceOf = (own: LogsSettings): Source =>
      placeSource(entry, shape, places, (place, context) => pullLogs(own, place, context));
    const own: LogsSettings = { source: id, series, historyMs, wait };
    return {
      ...sourceOf(own),
      // Queries are paid by what they scan: a look at what comes reads no more than a pass would anyway.
      dryRun: (context, rows) => sourceOf({ ...own, historyMs: REREAD_MS.pass }).dryRun({ ...context, cursor: null }, rows),
    };
  },
});

export const cloudWatchLogsAdapter = makeCloudWatchLogsAdapter((ms, signal) => delay(ms, undefined, { signal }));

/** Log groups as policies name them; of any account where it is not told which. */
function arnsOf({ account, region }: AwsPlace, series: readonly LogSeries[]): string[] {
  const prefix = `arn:${partitionOf(region)}:logs:${region}:${account ?? '*'}:log-group:`;
  const groups = new Set(series.flatMap(({ logGroups }) => logGroups));
  return [...groups].map((group) => `${group.startsWith('arn:') ? group : `${prefix}${group}`}:*`);
}
