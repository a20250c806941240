import type { Event, Fields, Origin } from '../../event/event.ts';
import type { Kind } from '../../event/kinds.ts';
import { factKey } from '../aws/fact-key.ts';
import { fits } from '../aws/name-rules.ts';
import type { AlarmChange } from './change.ts';
import type { News } from './episodes.ts';

/** Alarms that call a person, where the organisation has no other source that tells its pages. */
export interface PagingRule {
  readonly alarms: readonly string[];
  /** What was over sooner needed nobody; null: that is not said. */
  readonly noActionWithinMs: number | null;
}

/** Where an alarm lives; the same by history and by EventBridge. */
export interface AlarmHome {
  readonly source: string;
  readonly account: string;
  readonly region: string;
}

export const isPaging = (paging: PagingRule | null, alarm: string): boolean =>
  paging !== null && paging.alarms.some((pattern) => fits(pattern, alarm));

/**
 * An alert is an episode of an alarm: named by the alarm and what raised it, its key the alarm's name.
 * @param retoldAt when rules were changed, 0 until they were: what is said of whose it is since then stands
 */
export function alarmFacts(
  { source, account, region }: AlarmHome,
  { alarm, episode: { raised, cleared }, is }: News,
  fields: Fields,
  paging: PagingRule | null,
  origin: Origin,
  retoldAt = 0,
): Event[] {
  const item = itemOf({ account, region }, alarm, raised);
  const fact = (kind: Kind, name: string, at: number, said: Fields, lastsMs: number | null): Event => ({
    kind,
    source,
    item,
    key: factKey([name, ...(lastsMs === null ? [] : [cleared?.mark ?? ''])]),
    effectiveAt: at,
    // Of several ends that were told the first is the end, whichever was heard of last.
    sequence: lastsMs === null ? 0 : -lastsMs,
    origin,
    state: null,
    fields: said,
    supersedes: null,
    slot: lastsMs === null ? null : name,
  });
  const isPage = isPaging(paging, alarm);
  const begun = (kind: Kind, name: string, said: Fields): Event => ({
    ...fact(kind, name, raised.at, said, null),
    ...(raised.at < retoldAt
      ? { key: factKey([name, retoldAt]), sequence: retoldAt, slot: RETOLD, fields: { ...UNKNOWN, ...said } }
      : {}),
  });
  const facts: Event[] = [];
  if (is === 'gone' || is === 'back') {
    const times = raised.taken ?? 0;
    const again: Event = {
      ...fact('alert', is, raised.at, {}, null),
      key: factKey([is, times]),
      sequence: 2 * times + (is === 'back' ? 1 : 0),
      state: is === 'back' ? 'reopened' : 'cancelled',
      origin: 'inferred',
    };
    facts.push(again);
    if (isPage) facts.push({ ...again, kind: 'page' });
    if (is === 'gone') return facts;
  }
  if (is === 'begun') {
    facts.push(begun('alert', 'raised', { ...fields, key: alarm, raised: raised.at }));
    if (isPage) facts.push(begun('page', 'sent', { ...fields, alert: item, key: alarm, sent: raised.at }));
  }
  if (cleared !== null) {
    const lastsMs = Math.max(0, cleared.at - raised.at);
    facts.push(fact('alert', 'cleared', cleared.at, { cleared: cleared.at }, lastsMs));
    if (isPage && paging !== null && paging.noActionWithinMs !== null)
      facts.push({
        ...fact('page', 'needed', cleared.at, { needed_action: lastsMs > paging.noActionWithinMs }, lastsMs),
        origin: 'inferred',
      });
  }
  return facts;
}

/** Episodes that may have been told before rules were changed, and that are left out by now. */
export const leftOutFacts = (
  { source, account, region }: AlarmHome,
  { alarm, episode: { raised }, is }: News,
  kinds: readonly Kind[],
  retoldAt: number,
): Event[] =>
  is !== 'begun' || raised.at >= retoldAt
    ? []
    : kinds.map((kind) => ({
        kind,
        source,
        item: itemOf({ account, region }, alarm, raised),
        key: factKey(['left out', retoldAt]),
        effectiveAt: raised.at,
        sequence: retoldAt,
        origin: 'inferred',
        state: 'cancelled',
        fields: kind === 'page' ? { sent: null } : { raised: null },
        supersedes: null,
        slot: RETOLD,
      }));

/** Holds one word on how an episode began, the last; it stands over the one that was said before any rule was changed. */
const RETOLD = 'retold';
/** What was said under other rules and is not said by now is known no more. */
const UNKNOWN: Fields = { service: null, team: null, severity: null, severity_raw: null };

const itemOf = ({ account, region }: Pick<AlarmHome, 'account' | 'region'>, alarm: string, raised: AlarmChange): string =>
  `${account}:${region}:${alarm}@${raised.mark}`;
