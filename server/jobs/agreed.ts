import type { AgreedAction } from '../event/agreed-action.ts';
import type { Organisation } from '../event/organisation.ts';
import type { AgreedActions } from '../sources/source.ts';
import type { JournalEntry, Store } from '../store/store.ts';
import { parseDay } from '../time/day.ts';
import { actionOf } from './journal.ts';

const HALF_DAY_MS = 12 * 3_600_000;

/** What was agreed in reviews, for a source that counts it. */
export const agreedActions = (store: Store, organisation: () => Organisation): AgreedActions => ({
  after: async (number) => {
    const { entries, last } = await store.journalAfter('action', number);
    return { revisions: entries.map((entry) => agreedAction(entry, organisation())), last };
  },
});

function agreedAction(entry: JournalEntry, organisation: Organisation): AgreedAction {
  const { body } = actionOf(entry);
  const { zone } = organisation.calendar;
  const { recordedAt: at, isWithdrawn } = entry;
  const due = parseDay(body.due);
  const closed = body.closedOn === null || isWithdrawn ? null : parseDay(body.closedOn);
  return {
    action: entry.entry,
    revision: entry.revision,
    at,
    standing: isWithdrawn ? 'withdrawn' : body.state,
    // Some time on that day, and not before it was said.
    closed: closed === null ? null : Math.min(zone.startOfDay(closed) + HALF_DAY_MS, at),
    // Kept where it is done by the end of that day.
    due: due === null ? at : zone.startOfDay(due + 1) - 1_000,
    ...ownerOf(body.owner, entry.scope, organisation),
  };
}

/** The team that its owner names, else whose review it was agreed in; a role alone owns it as nobody's team. */
function ownerOf(owner: string, scope: string, { teams }: Organisation): Pick<AgreedAction, 'team' | 'service'> {
  const said = owner.trim().toLowerCase();
  const team = teams.find(({ id, name }) => id.toLowerCase() === said || name.toLowerCase() === said);
  if (team !== undefined) return { team: team.id, service: null };
  const [kind, id = ''] = scope.split(/:(.*)/s);
  return { team: kind === 'team' ? id : null, service: kind === 'service' ? id : null };
}
