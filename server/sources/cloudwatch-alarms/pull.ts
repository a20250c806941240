import type { AlarmType, CloudWatchClient, HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { Event } from '../../event/event.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { accountOf } from '../aws/account.ts';
import { attributed, type Told } from '../aws/attribution.ts';
import { pagesOf } from '../aws/pages.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Rule } from '../aws/rules.ts';
import { cloudWatchClient } from '../aws/protocol.ts';
import type { PullBatch, PullContext, PullEnd, Reject } from '../source.ts';
import { attributesOf, type Where } from './attributes.ts';
import type { AlarmChange } from './change.ts';
import { readAlarmsCursor, writeAlarmsCursor } from './cursor.ts';
import { AlarmMemory, type News } from './episodes.ts';
import { alarmFacts, isPaging, leftOutFacts, type PagingRule } from './facts.ts';
import { readHistory } from './history.ts';

export interface AlarmsSettings {
  readonly source: string;
  readonly rules: readonly Rule[];
  readonly where: Where;
  readonly paging: PagingRule | null;
  /** Names what was written; another tells again what history there is. */
  readonly digest: string;
}

const HOUR_MS = 3_600_000;
/** AWS keeps an alarm's history so long, also after the alarm was deleted. */
const KEPT_MS = 30 * 24 * HOUR_MS;
/** What comes late into the history is read again so long. */
const OVERLAP_MS = HOUR_MS;
/** Without any only metric alarms answer. */
const ALARM_TYPES: readonly AlarmType[] = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'];
const OLD_TYPES: readonly AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];
/** As many entries as a page holds. */
const PAGE = 100;

/** The state history of all alarms of one Region of an account, oldest first. */
export async function* pullAlarms(
  settings: AlarmsSettings,
  place: AwsPlace,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now, signal } = context;
  const { digest } = settings;
  const before = readAlarmsCursor(context.cursor, digest, now);
  const { retoldAt } = before;
  const hasPaged = before.hasPaged || settings.paging !== null;
  const kept = now - KEPT_MS;
  // Under other rules all that is kept is told again, also what raised those that go on for longer.
  const isRetold = retoldAt === now;
  const start = isRetold ? kept : Math.max(kept, (before.until ?? kept) - OVERLAP_MS);
  const isGap = before.until !== null && before.until < kept;
  const historyFrom = isGap ? kept : (before.historyFrom ?? kept);
  const memory = new AlarmMemory(isRetold ? [] : before.changes);
  const account = await accountOf(place, signal);
  const client = await cloudWatchClient(place);
  const cursor = (until: Instant | null): string => {
    memory.forget((until ?? start) - OVERLAP_MS);
    return writeAlarmsCursor({ until, historyFrom, changes: memory.all(), retoldAt, hasPaged }, digest);
  };
  const told = async (changes: readonly AlarmChange[]): Promise<Event[]> => {
    const news = memory.learn(changes);
    const begun = [...new Set(news.flatMap(({ alarm, is }) => (is === 'begun' ? [alarm] : [])))];
    const attributes = await attributesOf(client, { place, signal }, settings.where, begun);
    return news.flatMap((each) =>
      factsOf(settings, { place, account, retoldAt, hasPaged }, each, attributes.get(each.alarm) ?? {}),
    );
  };
  try {
    if (isGap) yield { ...NOTHING, rejects: [gapReject(place, before.until ?? 0, kept)], progress: 'history' };
    if (isRetold) {
      const events = await told(before.changes.filter(({ at }) => at < start));
      if (events.length > 0) yield { ...NOTHING, events, progress: 'alarms that go on' };
    }
    // Deletions first: few, and an alarm that was deleted while it was one has no other end.
    const deleted: AlarmChange[] = [];
    const rejects: Reject[] = [];
    for await (const page of historyOf(client, place, context, 'ConfigurationUpdate', start)) {
      deleted.push(...page.changes);
      rejects.push(...page.rejects);
    }
    if (deleted.length > 0 || rejects.length > 0)
      yield { events: await told(deleted), samples: [], rejects, progress: `${deleted.length} deleted alarms` };
    let read = 0;
    // Not every server gives the oldest first. Only when the next page begins no earlier, all before it has been told.
    let [reached, isAscending]: [Instant, boolean] = [-Infinity, true];
    for await (const page of historyOf(client, place, context, 'StateUpdate', start)) {
      read += page.changes.length;
      const last = reached;
      for (const { at } of page.changes) {
        isAscending &&= at >= reached;
        reached = Math.max(reached, at);
      }
      const events = await told(page.changes);
      // A pass that is cut off begins again with the deletions, so what is remembered may be forgotten up to here.
      yield {
        events,
        samples: [],
        rejects: page.rejects,
        progress: `${read.toLocaleString('en')} changes of alarms`,
        ...(isAscending && last > -Infinity ? { cursor: cursor(last) } : {}),
      };
    }
  } finally {
    client.destroy();
  }
  return { cursor: cursor(now), completeUntil: now, historyFrom };
}

const NOTHING = { events: [], samples: [], rejects: [] };

interface Telling {
  readonly place: AwsPlace;
  readonly account: string;
  readonly retoldAt: Instant;
  readonly hasPaged: boolean;
}

function factsOf(
  { source, rules, paging }: AlarmsSettings,
  { place: { region }, account, retoldAt, hasPaged }: Telling,
  news: News,
  told: Told,
): Event[] {
  const home = { source, account, region };
  const fields = attributed(rules, { alarm: news.alarm, account, region }, told);
  if (fields === null) return retoldAt === 0 ? [] : leftOutFacts(home, news, hasPaged ? ['alert', 'page'] : ['alert'], retoldAt);
  const facts = alarmFacts(home, news, fields, paging, 'native', retoldAt);
  const isPageNoMore = retoldAt > 0 && hasPaged && !isPaging(paging, news.alarm);
  return isPageNoMore ? [...facts, ...leftOutFacts(home, news, ['page'], retoldAt)] : facts;
}

interface HistoryPage {
  readonly changes: AlarmChange[];
  readonly rejects: Reject[];
}

async function* historyOf(
  client: CloudWatchClient,
  place: AwsPlace,
  { now, signal }: PullContext,
  type: HistoryItemType,
  start: Instant,
): AsyncGenerator<HistoryPage, void, void> {
  const { DescribeAlarmHistoryCommand } = await import('@aws-sdk/client-cloudwatch');
  const ask = (AlarmTypes: AlarmType[], NextToken: string | undefined) =>
    client.send(
      new DescribeAlarmHistoryCommand({
        AlarmTypes,
        HistoryItemType: type,
        StartDate: new Date(start),
        EndDate: new Date(now),
        ScanBy: 'TimestampAscending',
        MaxRecords: PAGE,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
      { abortSignal: signal },
    );
  let types = ALARM_TYPES;
  const read = async (token: string | undefined): ReturnType<typeof ask> => {
    try {
      return await ask([...types], token);
    } catch (error) {
      // Servers that know CloudWatch as it was refuse types that came later.
      if (types === OLD_TYPES || !(error instanceof Error) || !/^Validation|^InvalidParameter/.test(error.name)) throw error;
      if (!/alarm ?types?/i.test(error.message)) throw error;
      types = OLD_TYPES;
      return ask([...types], token);
    }
  };
  for await (const { AlarmHistoryItems = [] } of pagesOf(
    place,
    'cloudwatch:DescribeAlarmHistory',
    read,
    ({ NextToken }) => NextToken,
  )) {
    const page: HistoryPage = { changes: [], rejects: [] };
    for (const entry of AlarmHistoryItems) {
      const { HistoryItemType = type, Timestamp } = entry;
      // What was not asked for: of another type, or from before.
      if (HistoryItemType !== type || (Timestamp?.getTime() ?? start) < start) continue;
      const told = readHistory(place.name, { ...entry, HistoryItemType });
      if (told === null) continue;
      if ('change' in told) page.changes.push(told.change);
      else page.rejects.push(told.reject);
    }
    yield page;
  }
}

const gapReject = (place: AwsPlace, until: Instant, kept: Instant): Reject => ({
  place: place.name,
  reason: `alarms were last read on ${formatInstant(until)}, and AWS keeps their history for 30 days: what happened from then to ${formatInstant(kept)} is lost`,
  fix: 'Let the source run at least once a week; what came before is not counted any more',
  isKept: true,
});
