import type { Event, Fields, Origin } from '../../event/event.ts';
import type { Kind } from '../../event/kinds.ts';
import { factKey } from '../aws/fact-key.ts';
import { fits } from '../aws/name-rules.ts';
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

/** An alert is an episode of an alarm: named by the alarm and what raised it, its key the alarm's name. */
export function alarmFacts(
  { source, account, region }: AlarmHome,
  { alarm, episode: { raised, cleared }, is }: News,
  fields: Fields,
  paging: PagingRule | null,
  origin: Origin,
): Event[] {
  const item = `${account}:${region}:${alarm}@${raised.mark}`;
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
  const isPage = paging !== null && paging.alarms.some((pattern) => fits(pattern, alarm));
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
    facts.push(fact('alert', 'raised', raised.at, { ...fields, key: alarm, raised: raised.at }, null));
    if (isPage) facts.push(fact('page', 'sent', raised.at, { ...fields, alert: item, key: alarm, sent: raised.at }, null));
  }
  if (cleared !== null) {
    const lastsMs = Math.max(0, cleared.at - raised.at);
    facts.push(fact('alert', 'cleared', cleared.at, { cleared: cleared.at }, lastsMs));
    if (isPage && paging.noActionWithinMs !== null)
      facts.push({
        ...fact('page', 'needed', cleared.at, { needed_action: lastsMs > paging.noActionWithinMs }, lastsMs),
        origin: 'inferred',
      });
  }
  return facts;
}
