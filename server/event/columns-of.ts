import type { Instant } from '../time/period.ts';
import { EPOCH_2000_MS, NEVER, type Codes, type ItemColumns } from './columns.ts';
import { compareText } from './facts.ts';
import type { Episode, Item, Stretch } from './item.ts';
import { COMMON_FIELDS, KINDS, STATES, type FieldType, type Kind } from './kinds.ts';
import { instantFieldsOf } from './projection.ts';
import { stateRank } from './states.ts';

const STATE_INSTANTS: readonly string[] = [...STATES, 'last_opened'];

/** Every instant column of a kind. Kinds without states can still be `cancelled`: deleted in their source. */
export function instantColumnsOf(kind: Kind): readonly string[] {
  return [...(KINDS[kind].hasStates ? STATE_INSTANTS : ['cancelled']), ...instantFieldsOf(kind)];
}

/**
 * Items of one kind as columns, one row an episode, ascending by uid (by code unit). The same items
 * give the same columns in whatever order they come. Instants are cut to whole seconds; those that
 * Int32 cannot hold (before 1931-12-14 or after 2068-01-19) are absent: `unrepresentable` names them.
 */
export function columnsOf(kind: Kind, items: readonly Item[]): ItemColumns {
  const rows = rowsOf(items);
  const fields: Readonly<Record<string, FieldType>> = { ...KINDS[kind].fields, ...COMMON_FIELDS };
  const instants: Record<string, Int32Array> = {};
  for (const name of instantColumnsOf(kind)) instants[name] = instantColumn(rows, name);

  const codes: Record<string, Codes> = {};
  const numbers: Record<string, Float64Array> = {};
  for (const [name, type] of Object.entries(fields)) {
    if (type === 'code' || type === 'person') codes[name] = fieldCodes(rows, name);
    else if ((type === 'number' && name !== 'severity') || type === 'flag') numbers[name] = fieldNumbers(rows, name);
  }
  numbers['severity'] = Float64Array.from(rows, ({ episode }) => episode.severity ?? NaN);
  if (KINDS[kind].hasStates) {
    numbers['harm'] = Float64Array.from(rows, ({ episode }) => episode.harm ?? NaN);
    numbers['working'] = Float64Array.from(rows, ({ episode }) => episode.working ?? NaN);
  }
  return {
    kind,
    length: rows.length,
    uids: rows.map(({ episode }) => episode.uid),
    instants,
    codes,
    numbers,
    ...stretchColumns(rows),
    isSnapshot: Uint8Array.from(rows, ({ item }) => (item.isSnapshot ? 1 : 0)),
  };
}

/** Dates of these items that columns cannot hold, so that they can be shown instead of missed. */
export function unrepresentable(items: readonly Item[]): { uid: string; name: string; at: Instant }[] {
  return items.flatMap((item) =>
    item.episodes.flatMap(({ uid, instants }) =>
      Object.entries(instants).flatMap(([name, at]) =>
        at !== undefined && secondsSince2000(at) === NEVER ? [{ uid, name, at }] : [],
      ),
    ),
  );
}

/** Whole seconds since 2000-01-01T00:00Z, cut; NEVER where an Int32 cannot hold them. */
export function secondsSince2000(instant: Instant): number {
  const seconds = Math.floor((instant - EPOCH_2000_MS) / 1000);
  return seconds > NEVER && seconds <= 2147483647 ? seconds : NEVER;
}

interface Row {
  readonly item: Item;
  readonly episode: Episode;
}

function rowsOf(items: readonly Item[]): Row[] {
  const rows: Row[] = [];
  let isSorted = true;
  let before = '';
  for (const item of items) {
    for (const episode of item.episodes) {
      if (episode.uid < before) isSorted = false;
      before = episode.uid;
      rows.push({ item, episode });
    }
  }
  // Callers that keep their items in order save the most costly part.
  return isSorted ? rows : rows.sort((one, other) => compareText(one.episode.uid, other.episode.uid));
}

function instantColumn(rows: readonly Row[], name: string): Int32Array {
  const column = new Int32Array(rows.length).fill(NEVER);
  rows.forEach(({ episode }, row) => {
    const at = episode.instants[name];
    if (at !== undefined) column[row] = secondsSince2000(at);
  });
  return column;
}

function fieldNumbers(rows: readonly Row[], name: string): Float64Array {
  const column = new Float64Array(rows.length).fill(NaN);
  rows.forEach(({ item }, row) => {
    const value = item.fields[name];
    if (typeof value === 'number') column[row] = value;
    else if (typeof value === 'boolean') column[row] = value ? 1 : 0;
  });
  return column;
}

function fieldCodes(rows: readonly Row[], name: string): Codes {
  const coder = new Coder(rows.length);
  rows.forEach(({ item }, row) => {
    const value = item.fields[name];
    if (typeof value === 'string') coder.set(row, value);
  });
  return coder.finish();
}

function stretchColumns(
  rows: readonly Row[],
): Pick<
  ItemColumns,
  'stretchStart' | 'stretchFrom' | 'stretchTo' | 'stretchState' | 'stretchTeam' | 'stretchService' | 'stretchSeverity'
> {
  const stretchStart = new Int32Array(rows.length + 1);
  let length = 0;
  rows.forEach(({ episode }, row) => {
    length += episode.stretches.length;
    stretchStart[row + 1] = length;
  });
  const stretchFrom = new Int32Array(length);
  const stretchTo = new Int32Array(length).fill(NEVER);
  const stretchState = new Int8Array(length).fill(-1);
  const stretchSeverity = new Int8Array(length);
  const teams = new Coder(length);
  const services = new Coder(length);
  let index = 0;
  const add = (stretch: Stretch): void => {
    stretchFrom[index] = secondsSince2000(stretch.from);
    if (stretch.to !== null) stretchTo[index] = secondsSince2000(stretch.to);
    if (stretch.state !== null) stretchState[index] = stateRank(stretch.state);
    if (stretch.severity !== null) stretchSeverity[index] = stretch.severity;
    if (stretch.team !== null) teams.set(index, stretch.team);
    if (stretch.service !== null) services.set(index, stretch.service);
    index += 1;
  };
  for (const { episode } of rows) episode.stretches.forEach(add);
  return {
    stretchStart,
    stretchFrom,
    stretchTo,
    stretchState,
    stretchTeam: teams.finish(),
    stretchService: services.finish(),
    stretchSeverity,
  };
}

/** Codes texts in the order of their code units, so that a dictionary does not tell the order of arrival. */
class Coder {
  private readonly seen = new Map<string, number>();
  private readonly codes: Int32Array;
  private lastText: string | null = null;
  private lastCode = -1;

  constructor(length: number) {
    this.codes = new Int32Array(length).fill(-1);
  }

  set(index: number, text: string): void {
    if (text !== this.lastText) {
      const known = this.seen.get(text);
      this.lastCode = known ?? this.seen.size;
      if (known === undefined) this.seen.set(text, this.lastCode);
      this.lastText = text;
    }
    this.codes[index] = this.lastCode;
  }

  finish(): Codes {
    const dictionary = [...this.seen.keys()].sort(compareText);
    const finals = new Int32Array(dictionary.length);
    dictionary.forEach((text, code) => {
      finals[this.seen.get(text) ?? 0] = code;
    });
    const { codes } = this;
    for (let index = 0; index < codes.length; index += 1) {
      const code = codes[index] ?? -1;
      if (code >= 0) codes[index] = finals[code] ?? -1;
    }
    return { dictionary, codes };
  }
}
