import { Entries } from './buckets.ts';

/** Fewer are quickly made; more (75 MB) are not kept for what may never come. */
const FEWEST = 16_384;
const MOST = 3_145_728;

type Columns = Pick<Entries, 'row' | 'cell' | 'team' | 'service' | 'value' | 'reason'>;

/** The longest that nobody looks at any more: new memory has to be cleared, and much of it has all garbage collected. */
let spare: Columns | null = null;

/** Room for the entries of some rows (`only`), to be compared. */
export const takeEntries = (expected: number, only: Uint8Array): Entries => {
  if (spare === null || expected < FEWEST || expected > spare.row.length) return new Entries(expected, only);
  const taken = Object.assign(new Entries(0, only), spare);
  spare = null;
  return taken;
};

/** Gives back entries of some rows that were compared: nobody may look at them from now on. */
export const giveEntries = ({ row, cell, team, service, value, reason }: Entries): void => {
  const { length } = row;
  if (length >= FEWEST && length <= MOST && length > (spare?.row.length ?? 0))
    spare = { row, cell, team, service, value, reason };
};
