import type { ActionBody, NarrativeBody, Written } from '../review/talk.ts';
import { formatDay } from '../time/day.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import type { JournalDesk } from './journal.ts';
import { quarterAsked } from './report-of.ts';

/** Weeks back from the last replayed week, and ISO weekday; negative weeks lie ahead. */
type DayBack = readonly [back: number, weekday: number];

interface Filed {
  readonly review: number;
  readonly kpi: string | null;
  readonly author: string;
}

/** What was written in the reviews of a history that is replayed. */
export type SaidEntry =
  | (Filed & { readonly kind: 'comment'; readonly text: string })
  | (Filed & { readonly kind: 'annotation'; readonly type: 'note' | 'decision'; readonly day: DayBack; readonly text: string })
  | (Filed & {
      readonly kind: 'action';
      readonly title: string;
      readonly owner: string;
      readonly due: DayBack;
      readonly expected: { readonly direction: 'at_most' | 'at_least'; readonly text: string; readonly by: DayBack } | null;
      readonly done: { readonly review: number; readonly on: DayBack; readonly note: string } | null;
    })
  | (Filed & { readonly kind: 'narrative'; readonly slot: NarrativeBody['slot']; readonly text: string });

export interface ReplayedTalk {
  readonly said: readonly SaidEntry[];
  /** The desk as it stood at an instant of the replay. */
  readonly deskAt: (at: Instant) => JournalDesk;
  readonly calendar: () => Calendar;
  readonly knows: (kpi: string) => boolean;
}

/** The review of a week is held this long after its pull. */
const HELD_AFTER_MS = 4 * 60 * 60 * 1000;

/** Files what was written, review by review, through the same door as everybody's. */
export class ReplayedJournal {
  readonly #talk: ReplayedTalk;
  readonly #actions = new Map<SaidEntry, Written<ActionBody>>();

  constructor(talk: ReplayedTalk) {
    this.#talk = talk;
  }

  /** @param week the reviewed one, `back` weeks before the last of the replay */
  async hold(week: Period, back: number, pulledAt: Instant, now: Instant): Promise<void> {
    const heldAt = Math.min(pulledAt + HELD_AFTER_MS, now);
    const desk = this.#talk.deskAt(heldAt);
    const dayOf = ([weeks, weekday]: DayBack): string => formatDay(week.firstDay + (back - weeks) * 7 + weekday - 1);
    for (const entry of this.#talk.said) {
      // Somebody's own definitions beside the demo's data need not have them all.
      if (entry.kpi !== null && !this.#talk.knows(entry.kpi)) continue;
      const { kpi, author } = entry;
      const filed = { entry: null, after: 0, scope: 'organisation', kpi, period: week.id, author };
      if (entry.review === back) {
        if (entry.kind === 'comment') await desk.write('comment', { ...filed, body: { text: entry.text, point: null } });
        else if (entry.kind === 'annotation')
          await desk.write('annotation', { ...filed, body: { type: entry.type, day: dayOf(entry.day), text: entry.text } });
        else if (entry.kind === 'narrative')
          await desk.write('narrative', {
            ...filed,
            period: quarterAsked(this.#talk.calendar(), null, heldAt).id,
            body: { slot: entry.slot, text: entry.text },
          });
        else this.#actions.set(entry, await desk.write('action', { ...filed, body: bodyOf(entry, dayOf, false) }));
      }
      const open = this.#actions.get(entry);
      if (entry.kind === 'action' && entry.done?.review === back && open !== undefined)
        await desk.write('action', {
          ...filed,
          entry: open.id,
          after: open.revision,
          author: entry.owner,
          body: bodyOf(entry, dayOf, true),
        });
    }
  }
}

function bodyOf(
  { title, owner, due, expected, done }: Extract<SaidEntry, { kind: 'action' }>,
  dayOf: (day: DayBack) => string,
  isDone: boolean,
): ActionBody {
  return {
    title,
    owner,
    due: dayOf(due),
    expected:
      expected === null ? null : { direction: expected.direction, value: null, text: expected.text, by: dayOf(expected.by) },
    state: isDone ? 'done' : 'open',
    closedOn: isDone && done !== null ? dayOf(done.on) : null,
    note: isDone && done !== null ? done.note : '',
  };
}
