import type { EvidenceAnswer } from '../../server/api/contract.ts';

type Item = EvidenceAnswer['items'][number];

/** An item that moved a number: how it stood then and how it stands now; null where it was not in the list. */
export interface MovedItem {
  readonly item: string;
  readonly title: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between the lists behind a number, as it was known then and as it is known now. */
export function movedItems(before: readonly Item[], after: readonly Item[]): MovedItem[] {
  const then = new Map(before.map((item) => [item.uid, item]));
  const now = new Map(after.map((item) => [item.uid, item]));
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((uid): MovedItem[] => {
    const [old, current] = [then.get(uid), now.get(uid)];
    const [was, is] = [old === undefined ? null : standing(old), current === undefined ? null : standing(current)];
    return was === is ? [] : [{ item: uid, title: (current ?? old)?.title ?? uid, before: was, after: is }];
  });
}

const standing = ({ excluded, valueText }: Item): string =>
  excluded === null ? (valueText === '' ? 'counted' : `counted, ${valueText}`) : `left out: ${excluded}`;
