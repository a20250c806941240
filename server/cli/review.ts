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
      lines.push(...table.split('\n').map((row) => `   ${row}`));
    }
    lines.push('');
  }
  for (const section of made.routine) lines.push(`${section.section}: ${section.line}`);
  return lines.join('\n');
}
