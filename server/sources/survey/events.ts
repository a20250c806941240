import { hash } from 'node:crypto';
import type { Event, Fields } from '../../event/event.ts';
import { eventKey } from '../../event/key.ts';
import type { Instant } from '../../time/period.ts';
import { answerItem, SHIFT_QUESTIONS, type AskedShift, type ShiftReply } from '../../event/shift-survey.ts';

/** What was asked is told again by every pass: it is a word of a slot, so that a shift which was moved is asked about where it ended. */
const ASKED = 'asked';
const ANSWERED = 'answered';

/** That somebody was asked, as one item a question: only who was asked makes a response rate true. */
export const invitations = (source: string, shift: AskedShift): Event[] =>
  SHIFT_QUESTIONS.map(({ instrument }) => ({
    ...common(source, shift, instrument),
    effectiveAt: shift.to,
    sequence: 0,
    origin: 'native',
    slot: ASKED,
    ...told(ASKED, shift.to, fieldsOf(shift, instrument)),
  }));

/** That nobody is asked any more: the shift is somebody else's, or was called off. The last word of the slot, until it is asked about again. */
export const callingOff = (source: string, ref: string, to: Instant): Event[] =>
  SHIFT_QUESTIONS.map(({ instrument }) => ({
    ...common(source, { ref }, instrument),
    state: 'cancelled',
    effectiveAt: to,
    sequence: 0,
    origin: 'inferred',
    slot: ASKED,
    ...told(`${ASKED} no more`, to, {}),
  }));

/**
 * What somebody answered. It says whose and what it is, too: the pass that tells of the asking may come later. Of several
 * answers the one that was said last stands, whenever it is read: the number under which each was put on disk says which.
 */
export const answers = (source: string, { shift, at, answeredAt, answers: given }: ShiftReply, number: number): Event[] =>
  SHIFT_QUESTIONS.map(({ name, instrument }) => ({
    ...common(source, shift, instrument),
    effectiveAt: at,
    sequence: number,
    origin: 'manual',
    slot: ANSWERED,
    ...told(ANSWERED, at, { ...fieldsOf(shift, instrument), answered: answeredAt, score: given[name] }),
  }));

const common = (
  source: string,
  shift: Pick<AskedShift, 'ref'>,
  instrument: string,
): Pick<Event, 'kind' | 'source' | 'item' | 'state' | 'supersedes'> => ({
  kind: 'feedback',
  source,
  item: answerItem(shift.ref, instrument),
  state: null,
  supersedes: null,
});

function told(slot: string, at: Instant, fields: Fields): Pick<Event, 'key' | 'fields'> {
  const parts = Object.entries(fields).map(([name, value]) => JSON.stringify([name, value]));
  return { key: eventKey((text) => hash('sha256', text, 'base64url'), [slot, at, ...parts]), fields };
}

function fieldsOf({ rotation, team, responder, zone }: AskedShift, instrument: string): Fields {
  return {
    instrument,
    responder,
    invited: 1,
    ...(rotation === null ? {} : { subject: rotation }),
    ...(team === null ? {} : { team }),
    ...(zone === null ? {} : { zone }),
  };
}
