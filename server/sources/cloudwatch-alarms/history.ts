import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch';
import { formatInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { memberOf } from '../aws/json.ts';
import type { Reject } from '../source.ts';
import { instantOf, isAlarmState, momentOf, type AlarmChange } from './change.ts';

export type Read = { readonly change: AlarmChange } | { readonly reject: Reject } | null;

/**
 * One entry of an alarm's history; null for what is no change of state. HistoryData is JSON in a text of at most 4,095
 * characters, which may be cut: what the summary says then counts, and what of the JSON can still be read.
 */
export function readHistory(place: string, entry: AlarmHistoryItem): Read {
  const {
    AlarmName: alarm,
    Timestamp: timestamp,
    HistoryItemType: type,
    HistorySummary: summary = '',
    HistoryData: data,
  } = entry;
  if (type !== 'StateUpdate' && type !== 'ConfigurationUpdate') return null;
  const at = timestamp?.getTime() ?? Number.NaN;
  const refuse = (reason: string): Read => ({
    reject: {
      place: `${place}, history of alarm '${alarm ?? ''}'${Number.isFinite(at) ? ` at ${formatInstant(at)}` : ''}`,
      reason,
      fix: 'The others of this pass are read; see the entry with aws cloudwatch describe-alarm-history',
      isKept: false,
    },
  });
  if (alarm === undefined || alarm === '') return refuse('it does not name its alarm');
  if (!Number.isFinite(at)) return refuse('it has no time');
  const told = memberOf(data);
  if (type === 'ConfigurationUpdate') {
    if (told?.['type'] !== 'Delete' && !/\bdeleted$/i.test(summary.trim())) return null;
    return { change: { alarm, ...momentOf(null, at), to: 'DELETED', from: null } };
  }
  const [, before, after] = /\bfrom (\w+) to (\w+)/i.exec(summary) ?? [];
  const [oldState, newState] = [memberOf(told?.['oldState']), memberOf(told?.['newState'])];
  const to = newState?.['stateValue'] ?? after;
  const from = oldState?.['stateValue'] ?? before;
  if (!isAlarmState(to)) return refuse(to === undefined ? 'it names no state' : `there is no state '${textOf(to)}'`);
  const moment = told === null ? momentOfCut(data ?? '', at) : momentOf(newState?.['stateReasonData'], at);
  return { change: { alarm, ...moment, to, from: isAlarmState(from) ? from : null } };
}

/** The moment of a text that ends before its JSON does: what follows `newState` may still be whole. */
function momentOfCut(data: string, at: Instant): ReturnType<typeof momentOf> {
  const written = data.slice(Math.max(0, data.indexOf('"newState"')));
  const asked = data.includes('"newState"') ? instantOf(/"queryDate"\s*:\s*"([^"]+)"/.exec(written)?.[1]) : null;
  return momentOf(asked === null ? null : { queryDate: formatInstant(asked) }, at);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
