import type { EvidenceAnswer } from '../../server/api/contract.ts';

export type EvidenceItem = EvidenceAnswer['items'][number];
export type Column = 'item' | 'value' | 'at' | 'place' | 'severity' | 'state';

/** What the list is ordered by; null: as the server orders it. */
export interface Order {
  readonly by: Column;
  readonly isDown: boolean;
}

/** A click on a heading: down, up, as it came. Names begin with A, numbers with the largest. */
export function nextOrder(order: Order | null, by: Column): Order | null {
  const isDownFirst = by === 'value' || by === 'at';
  if (order?.by !== by) return { by, isDown: isDownFirst };
  return order.isDown === isDownFirst ? { by, isDown: !isDownFirst } : null;
}

/** Those in which every typed word stands, in the order asked for; what has nothing to be ordered by comes last either way. */
export function rowsOf(items: readonly EvidenceItem[], typed: string, order: Order | null): EvidenceItem[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = items.filter((item) => {
    const text = textOf(item);
    return words.every((word) => text.includes(word));
  });
  if (order === null) return found;
  const { by, isDown } = order;
  return found.sort((one, other) => {
    const left = keyOf(one, by);
    const right = keyOf(other, by);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const way =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right), 'en', { numeric: true });
    return isDown ? -way : way;
  });
}

const textOf = ({ uid, title, valueText, atText, excluded, team, service, severity, state }: EvidenceItem): string =>
  [uid, title, valueText, atText, excluded, team, service, severity === null ? null : `severity ${severity}`, state]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();

function keyOf(item: EvidenceItem, by: Column): string | number | null {
  switch (by) {
    case 'item':
      return item.title === '' ? item.uid : item.title;
    case 'value':
      return item.value;
    case 'at':
      return item.at;
    case 'place':
      return item.team === null && item.service === null ? null : `${item.team ?? ''} ${item.service ?? ''}`;
    case 'severity':
      return item.severity;
    case 'state':
      return item.state;
  }
}
