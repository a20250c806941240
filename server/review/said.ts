import { dayTitle, periodOf, periodTitle } from '../time/calendar.ts';
import { formatDay, parseDay } from '../time/day.ts';
import { formatInstant } from '../time/instant.ts';
import type { Day, Period } from '../time/period.ts';
import { verdictOn } from './action-verdict.ts';
import { plural } from './format.ts';
import type { Frame } from './frame.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Process } from './process.ts';
import { proseOf } from './prose.ts';
import { dayAndMonth, yearOf } from './series.ts';
import type { Action, ActionBody, Comment, CommentBody, Talk, Written } from './talk.ts';

/** Comments older than this no longer stand beside this week's. */
const COMMENTS_KEPT_WEEKS = 6;
/** What was done or dropped is shown for as long as its verdict takes, and some. */
const CLOSED_KEPT_WEEKS = 26;

/**
 * Comments on a KPI, or on the review itself (null): this week's, and those of the latest review before it that had
 * any, oldest first.
 */
export function commentsOn(talk: Talk, kpi: string | null, frame: Frame): Comment[] {
  const { week } = frame;
  const own = talk.comments.flatMap((written) => {
    const period = written.kpi !== kpi || written.period === null ? null : frame.parse(written.period);
    const isNear = period !== null && period.firstDay <= week.firstDay && weeksBetween(period, week) <= COMMENTS_KEPT_WEEKS;
    return isNear ? [{ written, period }] : [];
  });
  const earlier = own.filter(({ period }) => period.id !== week.id).map(({ period }) => period.firstDay);
  const latest = earlier.length === 0 ? null : Math.max(...earlier);
  return own
    .filter(({ period }) => period.id === week.id || period.firstDay === latest)
    .toSorted((first, second) => first.period.firstDay - second.period.firstDay || first.written.id - second.written.id)
    .map(({ written, period }) => commentOf(written, period, frame));
}

export function commentOf({ id, revision, author, at, body }: Written<CommentBody>, period: Period, frame: Frame): Comment {
  const { week } = frame;
  const ago = weeksBetween(period, week);
  const point = body.point === null ? null : frame.parse(body.point);
  return {
    id,
    revision,
    author,
    at: formatInstant(at),
    period: period.id,
    when: ago === 0 ? 'this week' : ago === 1 ? 'last week' : frame.names(period).title.replace(/,.*$/, ''),
    isPast: ago !== 0,
    point: point === null ? null : { period: point.id, title: periodTitle(point) },
    text: body.text,
    blocks: proseOf(body.text),
  };
}

/** Everything that was said about a KPI, the newest first, each under the full name of its week. */
export function allCommentsOn(talk: Talk, kpi: Kpi, frame: Frame): Comment[] {
  return talk.comments
    .filter((written) => written.kpi === kpi.id)
    .map((written) => ({ written, period: periodOfWritten(written, frame) }))
    .toSorted((first, second) => second.period.firstDay - first.period.firstDay || second.written.id - first.written.id)
    .map(({ written, period }) => ({ ...commentOf(written, period, frame), when: frame.names(period).title }));
}

/** Filed under no review, it belongs to the week in which it was written. */
function periodOfWritten({ period, firstAt }: Written<CommentBody>, frame: Frame): Period {
  const filed = period === null ? null : frame.parse(period);
  return filed ?? periodOf(frame.calendar, 'week', frame.calendar.zone.dayOf(firstAt));
}

/** Actions on a KPI as they stand at the review: open ones, and those closed not long ago with their verdict. */
export function actionsOn(talk: Talk, kpi: Kpi, process: Process, frame: Frame): Action[] {
  const own = talk.actions.filter((action) => action.kpi === kpi.id);
  return shownActions(own, frame).map((action) => judgedAction(action, own, kpi, process, frame));
}

function judgedAction(
  action: Written<ActionBody>,
  all: readonly Written<ActionBody>[],
  kpi: Kpi,
  process: Process,
  frame: Frame,
): Action {
  const others = all.filter(({ id }) => id !== action.id);
  return actionOf(action, frame, verdictOn(kpi, process, action, others));
}

/** All that were ever agreed on a KPI, the newest first. */
export function allActionsOn(talk: Talk, kpi: Kpi, process: Process, frame: Frame): Action[] {
  const own = talk.actions.filter((action) => action.kpi === kpi.id);
  return own
    .toSorted((first, second) => second.firstAt - first.firstAt || second.id - first.id)
    .map((action) => judgedAction(action, own, kpi, process, frame));
}

/** Those that belong to no KPI. */
export function actionsOfReview(talk: Talk, frame: Frame): Action[] {
  const own = talk.actions.filter((action) => action.kpi === null);
  return shownActions(own, frame).map((action) => actionOf(action, frame, null));
}

function shownActions(actions: readonly Written<ActionBody>[], { week }: Frame): Written<ActionBody>[] {
  return actions
    .filter(({ body }) => {
      const closed = body.closedOn === null ? null : parseDay(body.closedOn);
      return closed === null || closed >= week.firstDay - CLOSED_KEPT_WEEKS * 7;
    })
    .toSorted((first, second) => compare(first.body.due, second.body.due) || first.id - second.id);
}

const compare = (first: string, second: string): number => (first < second ? -1 : first > second ? 1 : 0);

function actionOf(action: Written<ActionBody>, frame: Frame, verdict: Action['verdict']): Action {
  const { id, revision, kpi, scope, author, body } = action;
  const { calendar, week } = frame;
  const asOf = heldOn(frame);
  const due = parseDay(body.due) ?? asOf;
  const closed = body.closedOn === null ? null : parseDay(body.closedOn);
  const isOverdue = body.state === 'open' && due < asOf;
  const year = yearOf(week);
  return {
    id,
    revision,
    kpi,
    scope,
    author,
    setOn: formatDay(calendar.zone.dayOf(action.firstAt)),
    ...body,
    isOverdue,
    dueText: dueWords(),
    expectedText: body.expected === null ? null : expectedWords(body.expected, year),
    verdict,
  };

  function dueWords(): string {
    if (closed !== null) return `${body.state} on ${dayOfYear(closed, year)}`;
    if (!isOverdue) return `due ${dayOfYear(due, year)}`;
    const days = asOf - due;
    const late = days < 14 ? plural(days, 'day') : plural(Math.floor(days / 7), 'week');
    return `due ${dayOfYear(due, year)}, ${late} overdue`;
  }
}

const dayOfYear = (day: Day, year: number): string =>
  formatDay(day).startsWith(String(year)) ? dayAndMonth(day) : dayTitle(day);

function expectedWords({ direction, text, by }: NonNullable<ActionBody['expected']>, year: number): string {
  const day = parseDay(by);
  return `${direction === 'at_most' ? 'at most' : 'at least'} ${text}${day === null ? '' : ` by ${dayOfYear(day, year)}`}`;
}

/** The day a review is read as of: today, or for an earlier week the last day on which it was the one to be held. */
function heldOn({ calendar, week, now }: Frame): Day {
  return Math.min(calendar.zone.dayOf(now), week.endDay + 6);
}

const weeksBetween = (first: Period, second: Period): number => Math.round((second.firstDay - first.firstDay) / 7);
