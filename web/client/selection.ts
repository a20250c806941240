import type { AgendaItem, KpiCard, Review } from '../../server/api/contract.ts';

/** What the meeting goes through: an agenda item with its card, or a notice that has none. */
export interface Topic {
  /** Element id and anchor: the KPI's id, or one for what is no KPI. */
  readonly anchor: string;
  /** Its place in the meeting, from 1: what is read together is one. */
  readonly number: number;
  readonly item: AgendaItem;
  readonly card: KpiCard | null;
  /** Further agenda items about the same KPI; they are read with it. */
  readonly also: readonly AgendaItem[];
}

export const anchorOf = (item: AgendaItem): string =>
  item.kpi ??
  (item.source !== null ? `source-${item.source}` : item.action !== null ? `action-${item.action}` : `item-${item.position}`);

/** The agenda as topics, in its order; a KPI that stands there twice is one topic, at its first place. */
export function topicsOf(review: Review): Topic[] {
  const cards = new Map(review.cards.map((card) => [card.id, card]));
  const topics = new Map<string, Topic & { also: AgendaItem[] }>();
  for (const item of review.agenda) {
    const anchor = anchorOf(item);
    const known = topics.get(anchor);
    if (known !== undefined) known.also.push(item);
    else {
      const card = item.kpi === null ? null : (cards.get(item.kpi) ?? null);
      topics.set(anchor, { anchor, number: topics.size + 1, item, card, also: [] });
    }
  }
  return [...topics.values()];
}

/** The next or previous topic; stays at the ends. From nowhere, forward is the first. */
export function neighbour(topics: readonly Topic[], anchor: string | null, step: 1 | -1): Topic | null {
  const index = topics.findIndex((topic) => topic.anchor === anchor);
  if (index === -1) return topics[step === 1 ? 0 : topics.length - 1] ?? null;
  return topics[Math.min(topics.length - 1, Math.max(0, index + step))] ?? null;
}
