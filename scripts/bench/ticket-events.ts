import { EPOCH_2000_MS, NEVER, type ItemColumns } from '../../server/event/columns.ts';
import type { Event, Fields } from '../../server/event/event.ts';
import type { State } from '../../server/event/kinds.ts';
import { STATES } from '../../server/event/kinds.ts';

const at = (second: number): number => EPOCH_2000_MS + second * 1000;

/** An event of a row's item; its uid names source and item. */
export function eventOf(
  columns: ItemColumns,
  row: number,
  key: string,
  second: number,
  state: State | null,
  fields: Fields,
): Event {
  const [source = '', , item = ''] = (columns.uids.at(row) ?? '').split(':');
  return {
    kind: columns.kind,
    source,
    item,
    key,
    effectiveAt: at(second),
    sequence: 0,
    origin: 'native',
    state,
    fields,
    supersedes: null,
    slot: null,
  };
}

/** The events that a row of tickets comes from, one for each stretch. */
export function ticketEvents(columns: ItemColumns, row: number): Event[] {
  const { stretchStart, stretchFrom, stretchState, stretchTeam } = columns;
  const events: Event[] = [];
  const own = ownFields(columns, row);
  const first = stretchStart[row] ?? 0;
  for (let stretch = first; stretch < (stretchStart[row + 1] ?? 0); stretch += 1) {
    const state = STATES[stretchState[stretch] ?? -1] ?? null;
    const isSame = stretch > first && stretchState[stretch] === stretchState[stretch - 1];
    const team = stretchTeam.dictionary[stretchTeam.codes[stretch] ?? -1] ?? null;
    const fields: Fields = stretch === first ? { team, ...own } : { team };
    events.push(eventOf(columns, row, `s${stretch - first}`, stretchFrom[stretch] ?? 0, isSame ? null : state, fields));
  }
  return events;
}

/** What a ticket is from the beginning on. */
function ownFields({ codes, numbers }: ItemColumns, row: number): Fields {
  const texts = ['type', 'merged_into', 'caused_by'].flatMap((name): [string, string][] => {
    const text = codes[name]?.dictionary[codes[name].codes[row] ?? -1];
    return text === undefined ? [] : [[name, text]];
  });
  return { severity: numbers['severity']?.[row] ?? null, ...Object.fromEntries(texts) };
}

/** One event for the row of a kind without states that says the earliest of all, so that history begins there. */
export function earliestEvent(columns: ItemColumns, instant: string, fields: Fields): Event {
  const column = columns.instants[instant] ?? new Int32Array(0);
  let first = 0;
  for (let row = 1; row < column.length; row += 1) if ((column[row] ?? 0) < (column[first] ?? 0)) first = row;
  const own = columns.instants;
  const told = Object.entries(own).flatMap(([name, cells]): [string, number][] =>
    name === 'cancelled' || (cells[first] ?? NEVER) === NEVER ? [] : [[name, at(cells[first] ?? 0)]],
  );
  return eventOf(columns, first, 'first', column[first] ?? 0, null, { ...fields, ...Object.fromEntries(told) });
}
