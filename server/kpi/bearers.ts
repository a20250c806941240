import { KINDS, type Kind } from '../event/kinds.ts';
import { textAt } from '../event/links.ts';
import { Entries } from './buckets.ts';
import { countMeasure } from './evaluate-tally.ts';
import type { ItemPass } from './item-pass.ts';
import type { OnCall } from './on-call-time.ts';
import type { Bearer } from './privacy-groups.ts';

/**
 * Everyone the numbers speak of: the people of counted items, those on call for what comes with being on
 * call, and for nights everyone who had one, whatever kind of night is counted. An answer without a name
 * is one person's: a survey asks each person once in its round.
 */
export const bearersOf = (pass: ItemPass, onCall: OnCall | null): Bearer[] => {
  const bearers = [...(onCall?.bearers ?? [])];
  const column = personField(pass.columns.kind);
  const responders = column === null ? undefined : pass.columns.codes[column];
  const { list, listStart } = pass.cuts;
  for (const entries of pass.columns.kind === 'night' ? [pass.entries, everyNight(pass)] : [pass.entries]) {
    for (let entry = 0; entry < entries.length; entry += 1) {
      const row = entries.row[entry] ?? 0;
      const person = textAt(responders, row) ?? (pass.columns.kind === 'feedback' ? pass.columns.uids.at(row) : undefined);
      if (person === undefined || entries.reason[entry] !== 0) continue;
      const cell = entries.cell[entry] ?? 0;
      for (const period of list.subarray(listStart[cell], listStart[cell + 1])) {
        bearers.push({ period, team: entries.team[entry] ?? -1, service: entries.service[entry] ?? -1, person });
      }
    }
  }
  return bearers;
};

const everyNight = (pass: ItemPass): Entries => {
  const all: ItemPass = { ...pass, filter: pass.standing, sums: null, entries: new Entries(), keepsEntries: true };
  countMeasure({ type: 'count', of: 'night', per: null }, null, []).collect(all);
  return all.entries;
};

const personField = (kind: Kind): string | null =>
  Object.entries(KINDS[kind].fields).find(([, type]) => type === 'person')?.[0] ?? null;
