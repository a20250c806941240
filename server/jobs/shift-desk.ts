import { hourClassOf } from '../event/hours.ts';
import type { Organisation } from '../event/organisation.ts';
import { answerItem, SHIFT_QUESTIONS, type AskedShift, type ShiftAnswers, type ShiftReply } from '../event/shift-survey.ts';
import { readReply } from '../event/shift-reply.ts';
import { shiftsWithin, type ShiftTold } from '../event/shifts.ts';
import type { World } from '../kpi/world.ts';
import { buildShift } from '../review/shift.ts';
import type { GroupNumber, ShiftInput } from '../review/shift-input.ts';
import type { ShiftPage } from '../review/shift-schema.ts';
import type { ShiftBook, Source, Survey } from '../sources/source.ts';
import { parsePeriod } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import { findZone, type Zone } from '../time/zone.ts';
import { coverageOf } from './coverage.ts';
import { EngineError, type ShiftAnswer } from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import type { InForce } from './in-force.ts';
import { itemsAt } from './items-at.ts';
import type { Knowledge } from './knowledge.ts';
import { openIncidents } from './open-incidents.ts';
import { shownSeries } from './shown.ts';
import { shiftLoad } from './shift-load.ts';

const DAY_MS = 86_400_000;
/** How long a link opens after its shift where no survey says otherwise. */
export const OPEN_MS = 7 * DAY_MS;
/** No survey is open for longer. */
const LONGEST_OPEN_MS = 28 * DAY_MS;
const HOURS = 24;
const HOUR_MS = 3_600_000;
/** What of the team stands beside one's own numbers. */
const GROUP_KPIS = [
  'interruptions-per-12h',
  'shifts-over-budget',
  'disrupted-hours',
  'broken-nights',
  'lost-nights',
  'time-on-call',
] as const;

/** The same for every link that opens nothing, so that nobody learns which shifts there are. */
const CLOSED =
  'This link opens no shift. It may be cut short or mistyped, or its round has closed; whoever sent it can say which shift it was for.';

/** What a reference to a shift is made from: it changes with whose the shift is, and tells neither. */
export const askedShift = (shift: ShiftTold, digest: (text: string) => string): AskedShift => ({
  ...shift,
  ref: digest(JSON.stringify([shift.uid, shift.responder])),
});

/** The shifts that are known, for surveys that ask about them. */
export function shiftBook(knowledge: Knowledge, digest: (text: string) => string, now: Instant): ShiftBook {
  return {
    completeUntil: coverageOf({ kinds: ['shift'], series: [] }, knowledge.sources).until,
    ended: (from, until) =>
      shiftsWithin(knowledge.items.columns('shift', now), from, until).flatMap((shift) =>
        shift.to >= from && shift.to < until ? [askedShift(shift, digest)] : [],
      ),
  };
}

/** The survey that asks about a shift; null where none does. */
export const surveyOf = (
  sources: readonly Source[],
  shift: ShiftTold,
): { readonly source: string; readonly survey: Survey } | null =>
  sources.flatMap(({ id, survey }) => (survey?.asks(shift) === true ? { source: id, survey } : []))[0] ?? null;

/** Until when the link to a shift opens. */
export const closesAt = (sources: readonly Source[], shift: ShiftTold): Instant =>
  shift.to + (surveyOf(sources, shift)?.survey.closesAfterMs ?? OPEN_MS);

/** What whoever has the link to a shift is shown and may say: that person's own, and nothing of anybody else. */
export class ShiftDesk {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #knowledge: Knowledge;

  constructor(tools: EngineTools, inForce: InForce, knowledge: Knowledge) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#knowledge = knowledge;
  }

  /** @throws EngineError `not-found`, in the same words whatever is wrong with the link */
  async page(token: string): Promise<ShiftPage> {
    const now = this.#tools.clock();
    const { organisation, sources } = this.#inForce;
    const shift = this.#opened(token, now);
    const survey = surveyOf(sources, shift);
    const said = survey === null ? null : await this.#said(survey.source, shift);
    const group = await this.#group(organisation, shift);
    return this.#knowledge.reading(this.#inForce.outlook(now), async (world) =>
      buildShift(
        await this.#input(world, shift, group, {
          closesAt: closesAt(sources, shift),
          asks: survey !== null,
          given: said?.answers ?? null,
          answeredAt: said?.answeredAt ?? null,
        }),
      ),
    );
  }

  /**
   * What to keep of an answer, and for which source; it is on disk once that is done.
   * @throws EngineError `not-found` as `page`; `conflict` where nobody asks, or the shift is not over
   */
  async answer(token: string, answers: ShiftAnswers): Promise<ShiftAnswer> {
    const now = this.#tools.clock();
    const shift = this.#opened(token, now);
    const survey = surveyOf(this.#inForce.sources, shift);
    if (survey === null) throw new EngineError('conflict', 'Nobody asks about this shift here.');
    if (shift.to > now) throw new EngineError('conflict', 'This shift is not over yet; its questions wait until it is.');
    const before = await this.#said(survey.source, shift);
    const reply: ShiftReply = { shift, at: now, answeredAt: before?.answeredAt ?? now, answers };
    return { source: survey.source, body: JSON.stringify(reply) };
  }

  #opened(token: string, now: Instant): AskedShift {
    const { links, digest } = this.#tools;
    const uid = links?.uidIn(token) ?? '';
    const found = shiftsWithin(this.#knowledge.items.columns('shift', now), now - LONGEST_OPEN_MS, now + 1).find(
      (shift) => shift.uid === uid,
    );
    // Looked at in any case, so that a shift that is not there takes as long as one that is.
    const isSealed = links?.opens(token, found ?? { uid, responder: '' }) ?? false;
    if (found === undefined || !isSealed || now >= closesAt(this.#inForce.sources, found))
      throw new EngineError('not-found', CLOSED);
    return askedShift(found, digest);
  }

  /** The answers that stand: what waits to be read came after what was. */
  async #said(source: string, shift: AskedShift): Promise<Pick<ShiftReply, 'answers' | 'answeredAt'> | null> {
    return (await this.#waiting(source, shift)) ?? (await this.#kept(source, shift));
  }

  async #waiting(source: string, { ref }: AskedShift): Promise<Pick<ShiftReply, 'answers' | 'answeredAt'> | null> {
    let found: ShiftReply | null = null;
    for (let after = 0; ;) {
      const posts = await this.#tools.store.posts(source, after);
      for (const { body } of posts) {
        const reply = readReply(body);
        if (reply?.shift.ref === ref) found = reply;
      }
      const last = posts.at(-1);
      if (last === undefined) return found;
      after = last.number;
    }
  }

  async #kept(source: string, { ref }: AskedShift): Promise<Pick<ShiftReply, 'answers' | 'answeredAt'> | null> {
    const uidOf = (instrument: string): string => `${source}:feedback:${answerItem(ref, instrument)}`;
    const { store } = this.#tools;
    const items = await itemsAt(store, await store.watermark()).read(SHIFT_QUESTIONS.map(({ instrument }) => uidOf(instrument)));
    const fieldsOf = (instrument: string) => items.get(uidOf(instrument))?.fields ?? {};
    const [feeling, rest, pages] = SHIFT_QUESTIONS.map(({ instrument }) => fieldsOf(instrument)['score']);
    const answeredAt = fieldsOf('shift')['answered'];
    if (typeof feeling !== 'number' || typeof rest !== 'number' || typeof pages !== 'number') return null;
    return typeof answeredAt === 'number' ? { answers: { feeling, rest, pages }, answeredAt } : null;
  }

  /** The numbers that the KPIs of the team tell everyone, oldest first: by the month, else by the quarter. */
  async #group({ calendar }: Organisation, { team }: ShiftTold): Promise<ReadonlyMap<string, readonly GroupNumber[]>> {
    const group = new Map<string, readonly GroupNumber[]>();
    if (team === null || !this.#inForce.organisation.teams.some(({ id }) => id === team)) return group;
    const now = this.#tools.clock();
    for (const kpi of GROUP_KPIS) {
      const { live, snapshots } = await shownSeries(this.#tools.store, { kpi, scope: `team:${team}` }, calendar);
      const rows = [...live, ...snapshots].flatMap((row) => {
        const period = parsePeriod(calendar, row.period);
        return period === null || period.end > now ? [] : [{ value: row.value, emptiness: row.emptiness, period }];
      });
      const ofGrain = (grain: string): GroupNumber[] =>
        rows.filter(({ period }) => period.grain === grain).sort((one, other) => one.period.firstDay - other.period.firstDay);
      // A year back says little of what is usual.
      group.set(kpi, [...ofGrain('quarter').slice(-2), ...ofGrain('month').slice(-6)]);
    }
    return group;
  }

  async #input(world: World, shift: ShiftTold, group: ShiftInput['group'], survey: ShiftInput['survey']): Promise<ShiftInput> {
    const { organisation, now } = world;
    const team = organisation.teams.find(({ id }) => id === shift.team);
    const zone = findZone(shift.zone ?? '') ?? findZone(team?.zone ?? '') ?? organisation.calendar.zone;
    return {
      organisation: organisation.name,
      teamLabel: team?.name ?? shift.team ?? 'your team',
      shift,
      zone,
      calendar: organisation.calendar,
      now,
      pagesUntil: world.coverage({ kind: 'page' }).until,
      load: shiftLoad(world, shift),
      days: daysOf(shift, zone, team?.hours ?? organisation.hours),
      group,
      open:
        team === undefined ? null : await openIncidents(this.#tools.store, this.#knowledge.watermark, world, `team:${team.id}`),
      survey,
    };
  }
}

/** The hours of each local day that the shift touches, and which of them are night. */
function daysOf({ from, to }: ShiftTold, zone: Zone, hours: Organisation['hours']): ShiftInput['days'] {
  const [first, last] = [zone.dayOf(from), zone.dayOf(to - 1)];
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    day: first + index,
    hours: Array.from({ length: HOURS }, (_hour, hour) => {
      const at = zone.instantOf(first + index, hour * HOUR_MS);
      return { at, isNight: hourClassOf(at, zone, hours, () => false) === 'night' };
    }),
  }));
}
