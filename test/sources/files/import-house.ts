import { pullSource } from '../../../server/jobs/pull.ts';
import type { Source } from '../../../server/sources/source.ts';
import type { PullRecord, Store } from '../../../server/store/store.ts';
import { contextOf } from './reading.ts';

export const TICKETS = `
- path: in
  gives: ticket
  item: id
  severity: priority
  fields: { team: team, type: type }
  instants: { opened: opened, acknowledged: seen, in_progress: started, on_hold: held, resolved: resolved, closed: closed }
  zone: UTC
`;

export const HEADER = 'id,priority,team,type,opened,seen,started,held,resolved,closed';

/** So many tickets of seven events, from number `first` on. */
export const ticketRows = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, at) => {
    const minute = (after: number): string => new Date(Date.UTC(2026, 0, 1) + (first + at + after) * 60_000).toISOString();
    const dates = [0, 5, 9, 30, 70, 700].map((after) => minute(after).replace('.000', ''));
    return `INC${String(first + at).padStart(7, '0')},P${1 + (at % 5)},team-${at % 9},incident,${dates.join(',')}`;
  });

/** One pass over the source into the store, from the beginning, whatever was read before. */
export async function importInto(
  store: Store,
  source: Source,
  { signal = new AbortController().signal, onProgress }: { signal?: AbortSignal; onProgress?: (text: string) => void } = {},
): Promise<PullRecord> {
  const { now, pseudonym } = contextOf();
  const [state] = await store.sourceStates();
  if (state !== undefined) await store.saveSourceState({ ...state, cursor: null });
  return pullSource(source, {
    store,
    clock: () => now,
    pseudonym,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
