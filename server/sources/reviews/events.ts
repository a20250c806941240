import { hash } from 'node:crypto';
import type { AgreedAction } from '../../event/agreed-action.ts';
import type { Event, Fields } from '../../event/event.ts';
import { eventKey } from '../../event/key.ts';
import type { State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';

/**
 * What the revisions of one action tell, oldest first. Each tells the same whenever it is read, under the same keys, so that
 * what is read twice is stored once.
 */
export function eventsOf(source: string, revisions: readonly AgreedAction[]): Event[] {
  const events: Event[] = [];
  /** Key of what closed it, while it is closed. */
  let closing: string | null = null;
  let before: AgreedAction | null = null;
  for (const now of revisions) {
    const tell = (part: string, effectiveAt: Instant, state: State | null, fields: Fields, supersedes: string | null = null) => {
      const key = eventKey((text) => hash('sha256', text, 'base64url'), [part, String(now.revision)]);
      const item = `action-${now.action}`;
      events.push({
        kind: 'action',
        source,
        item,
        key,
        effectiveAt,
        sequence: now.revision,
        origin: 'manual',
        state,
        fields,
        supersedes,
        slot: null,
      });
      return key;
    };
    if (before === null) tell('agreed', now.at, 'opened', { origin: 'review', ...ownedBy(now), due: now.due });
    else if (before.due !== now.due || before.team !== now.team || before.service !== now.service)
      tell('changed', now.at, null, {
        team: now.team,
        service: now.service,
        due: now.due,
      });
    const isSame = before !== null && before.standing === now.standing && before.closed === now.closed;
    if (now.standing === 'open') {
      if (closing !== null) tell('reopened', now.at, 'reopened', {});
      closing = null;
    } else if (!isSame) {
      const at = now.closed ?? now.at;
      // Closed otherwise, or on another day, is a correction of what was said before; withdrawn is not.
      if (now.standing === 'done') closing = tell('done', at, 'resolved', { done: at }, closing);
      else closing = tell(now.standing, at, 'cancelled', {}, now.standing === 'dropped' ? closing : null);
    }
    before = now;
  }
  return events;
}

const ownedBy = ({ team, service }: AgreedAction): Fields => ({
  ...(team === null ? {} : { team }),
  ...(service === null ? {} : { service }),
});
