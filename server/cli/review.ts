import type { Review } from '../review/schema.ts';
import { openOrNull } from './open.ts';
import { askServer } from './running-server.ts';
import { tableOf, wrap } from './table.ts';
import type { Verb } from './terminal.ts';
import { anyone } from './viewer.ts';

export const review: Verb = {
  name: 'review',
  usage: 'review [WEEK] [--scope SCOPE]',
  summary: 'Prints the weekly review as text; without WEEK (2026-W46) that of the last complete week.',
  flags: { scope: { type: 'string', help: 'organisation, team:ID or service:ID (organisation)' } },
  positionals: { least: 0, most: 1 },
  async run({ terminal, config, positionals, flag, isJson }) {
    const week = positionals[0] ?? null;
    const scope = flag('scope') ?? 'organisation';
    const running = await openOrNull(config, terminal);
    const made =
      running === null
        ? await askServer(config, 'GET', `/reviews/${encodeURIComponent(week ?? 'latest')}?scope=${encodeURIComponent(scope)}`)
        : await running.engine
            .review(anyone, week, scope)
            .then((answer): unknown => answer.review)
            .finally(() => running.close());
    if (isJson) terminal.out(JSON.stringify(made, null, 2));
    else terminal.out(reviewText(made as Review));
    return 0;
  },
};

/** The review as a page of text, in the order of the agenda. */
export function reviewText(made: Review): string {
  const lines = [
    `${made.organisation} · ${made.scope.label} · ${made.week.label}, ${made.week.days} · ${made.week.state}`,
    made.headline.map((part) => part.text).join(' · '),
    '',
  ];
  const shown = new Set<string>();
  for (const item of made.agenda) {
    lines.push(`${item.position}. ${item.mark} ${item.title}`, wrap(item.why, 88, '   '));
    const card = made.cards.find(({ id }) => id === item.kpi);
    if (card !== undefined && !shown.has(card.id)) {
      shown.add(card.id);
      lines.push(wrap(card.verdict, 88, '   '));
      const table = tableOf(
        card.boxes.map((box) => box.label),
        [card.boxes.map((box) => box.text)],
      );
      lines.push(indented(table));
    }
    lines.push('');
  }
  for (const section of made.routine) {
    lines.push(
      ...wrap(`${section.section}: ${section.line}`)
        .split('\n')
        .map((line, index) => (index === 0 ? line : `   ${line}`)),
    );
    const told = made.cards.filter(({ id, current }) => section.kpis.includes(id) && current.value !== null);
    if (told.length > 0) lines.push(indented(foldedTable(told)), '');
  }
  return lines.join('\n');
}

const indented = (text: string): string => text.replaceAll(/^/gm, '   ');

const FOLDED = ['Last wk', 'WoW', 'YoY', 'Target'];

/** One line a folded KPI: what a reader looks up without asking for the meeting's time. */
function foldedTable(cards: Review['cards']): string {
  // The first of each label: the numbers of the week come before those to date.
  const box = (card: Review['cards'][number], label: string): string =>
    card.boxes.find((each) => each.label === label)?.text ?? '';
  return tableOf(
    ['', ...FOLDED],
    cards.map((card) => [card.name, ...FOLDED.map((label) => box(card, label))]),
  );
}
