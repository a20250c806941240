import type { Instant } from '../time/period.ts';
import { EPOCH_2000_MS, NEVER } from './columns.ts';
import type { Closing, Episode, Item } from './item.ts';
import { COMMON_FIELDS, KINDS, STATES, type FieldType, type Kind } from './kinds.ts';
import { instantFieldsOf } from './projection.ts';
import { stateRank } from './states.ts';

/** Which columns a kind has, in the order of their cells in an ItemRow, and the texts that codes stand for. */
export interface Layout {
  readonly instants: readonly string[];
  readonly numbers: readonly string[];
  readonly codes: readonly string[];
  readonly list: ListLayout | null;
  readonly texts: Texts;
}

/** The list that items of a kind may carry, and what each of its entries tells. */
export interface ListLayout {
  readonly name: string;
  readonly columns: readonly string[];
  /** Seconds since 2000 in Int32, or epoch milliseconds in Float64. */
  readonly unit: 'seconds' | 'milliseconds';
}

export const STRETCH_CELLS = 6;

/** Texts numbered as they come; columns put them in order. Grows with the distinct texts seen, not with items. */
export class Texts {
  readonly all: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(text: string | null): number {
    if (text === null) return -1;
    let number = this.numbers.get(text);
    if (number === undefined) this.numbers.set(text, (number = this.all.push(text) - 1));
    return number;
  }
}

const STATE_INSTANTS: readonly string[] = [...STATES, 'last_opened'];
const LISTS: Partial<Record<Kind, ListLayout>> = {
  ticket: { name: 'closings', columns: ['closed', 'reopened'], unit: 'seconds' },
  deployment: { name: 'commits', columns: ['committed'], unit: 'milliseconds' },
};
export const NO_ENTRIES: readonly number[] = [];
const layouts = new Map<Kind, Layout>();

/** Kinds without states can still be `cancelled`: deleted in their source. */
export function layoutOf(kind: Kind): Layout {
  let layout = layouts.get(kind);
  if (layout === undefined) {
    const { hasStates } = KINDS[kind];
    const fields: Readonly<Record<string, FieldType>> = { ...KINDS[kind].fields, ...COMMON_FIELDS };
    const named = (...types: FieldType[]): string[] =>
      Object.entries(fields).flatMap(([name, type]) => (types.includes(type) ? name : []));
    layout = {
      instants: [...(hasStates ? STATE_INSTANTS : ['cancelled']), ...instantFieldsOf(kind)],
      numbers: [
        ...named('number', 'flag'),
        ...(hasStates ? ['harm', 'working'] : []),
        ...(kind === 'incident' ? ['episode'] : []),
      ],
      codes: named('code', 'person'),
      list: LISTS[kind] ?? null,
      texts: new Texts(),
    };
    layouts.set(kind, layout);
  }
  return layout;
}

/**
 * Writes the row of an episode, which is the `nth` of its item: seconds or NEVER of each instant, numbers or NaN,
 * numbers of texts or -1, then for each stretch from, to, state, severity, team and service. Rows lie one behind
 * the other, because fetching scattered memory is nearly all the work of building columns.
 * @returns where the next row begins
 */
export function writeRow(item: Item, episode: Episode, nth: number, layout: Layout, cells: Float64Array, start: number): number {
  const { instants, numbers, codes, texts } = layout;
  const { fields } = item;
  let at = start;
  for (const name of instants) cells[at++] = secondsOrNever(episode.instants[name]);
  for (const name of numbers) {
    if (name === 'severity' || name === 'harm' || name === 'working') cells[at++] = episode[name] ?? NaN;
    else if (name === 'episode') cells[at++] = nth === 1 ? NaN : nth;
    else cells[at++] = numberFrom(fields[name]);
  }
  for (const name of codes) cells[at++] = texts.numberOf(textFrom(fields[name]));
  let [teamBefore, teamNumber]: [string | null, number] = [null, -1];
  let [serviceBefore, serviceNumber]: [string | null, number] = [null, -1];
  for (const { from, to, state, severity, team, service } of episode.stretches) {
    if (team !== teamBefore) [teamBefore, teamNumber] = [team, texts.numberOf(team)];
    if (service !== serviceBefore) [serviceBefore, serviceNumber] = [service, texts.numberOf(service)];
    cells[at] = secondsSince2000(from);
    cells[at + 1] = secondsOrNever(to);
    cells[at + 2] = state === null ? -1 : stateRank(state);
    cells[at + 3] = severity ?? 0;
    cells[at + 4] = teamNumber;
    cells[at + 5] = serviceNumber;
    at += STRETCH_CELLS;
  }
  return at;
}

/** The entries of an item's list, one after the other; most have none. */
export function entriesOf({ kind, closings, fields }: Item): readonly number[] {
  if (kind === 'ticket') return closings.length === 0 ? NO_ENTRIES : closings.flatMap(closingCells);
  if (kind !== 'deployment') return NO_ENTRIES;
  const commits = fields['commits'];
  return typeof commits === 'object' && commits !== null && commits.length > 0
    ? commits.filter((at) => Number.isFinite(at)).sort((one, other) => one - other)
    : NO_ENTRIES;
}

const closingCells = ({ closed, reopened }: Closing): number[] => [secondsSince2000(closed), secondsOrNever(reopened)];

const numberFrom = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : NaN;

const textFrom = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const secondsOrNever = (at: Instant | null | undefined): number =>
  at === null || at === undefined ? NEVER : secondsSince2000(at);

/** Whole seconds since 2000-01-01T00:00Z, cut; NEVER where an Int32 cannot hold them. */
export function secondsSince2000(instant: Instant): number {
  const seconds = Math.floor((instant - EPOCH_2000_MS) / 1000);
  return seconds > NEVER && seconds <= 2147483647 ? seconds : NEVER;
}
