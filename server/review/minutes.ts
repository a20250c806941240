import type { AgendaItem, KpiCard, Review } from './schema.ts';
import type { Action, Comment } from './talk.ts';

/**
 * The minutes of a review in Markdown: what was on the agenda and why, what was said, what was agreed, what was restated.
 * From the finished review alone, so they say what the page says.
 */
export function minutesMarkdown(review: Review): string {
  const { week, scope } = review;
  const cards = new Map(review.cards.map((card) => [card.id, card]));
  const told = new Set<string>();
  const parts = [
    `# ${plain(review.organisation)}: weekly review, ${plain(scope.label)}`,
    `${week.label}, ${week.days}. ${capital(week.state)}. Data batch ${review.watermark}.`,
    review.headline.map(({ text }) => text).join(' · '),
    '## Agenda',
    ...review.agenda.map((item) => {
      const card = item.kpi === null || told.has(item.kpi) ? null : (cards.get(item.kpi) ?? null);
      if (card !== null) told.add(card.id);
      return itemOf(item, card);
    }),
    ...(review.agenda.length === 0 ? ['Nothing asked for time.'] : []),
    ...section('On the whole review', [...review.comments.filter(({ isPast }) => !isPast).map(commentOf)]),
    ...actionsPart(review),
    ...section(
      'Routine',
      review.routine.map((each) => `- **${plain(each.section)}**: ${plain(each.line)}`),
    ),
    ...restatedPart(review),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function itemOf(item: AgendaItem, card: KpiCard | null): string {
  const lines = [`### ${item.position}. ${plain(item.title)}`, `*${capital(item.reason)}.* ${plain(item.why)}`];
  if (card === null) return lines.join('\n\n');
  lines.push(plain(card.verdict));
  const said = card.comments.filter(({ isPast }) => !isPast);
  lines.push(...said.map(commentOf));
  if (card.needsComment) lines.push('No explanation was given.');
  return lines.join('\n\n');
}

/** As it was written, behind a line that says by whom: it is Markdown already. */
const commentOf = (comment: Comment): string =>
  [`> **${plain(comment.author)}**`, '>', ...comment.text.split(/\r?\n/).map((line) => `> ${line}`.trimEnd())].join('\n');

function actionsPart(review: Review): string[] {
  const all = [
    ...review.cards.flatMap((card) => card.actions.map((action) => ({ action, of: card.name }))),
    ...review.actions.map((action) => ({ action, of: null })),
  ];
  if (all.length === 0) return [];
  const rows = all.map(
    ({ action, of }) =>
      `| ${[plain(action.title), plain(action.owner), plain(action.dueText), plain(of ?? ''), plain(expectation(action))].join(' | ')} |`,
  );
  return [
    '## Actions',
    ['| Action | Owner | Due | KPI | Expected, and what came of it |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

const expectation = ({ expectedText, verdict }: Action): string =>
  [expectedText, verdict?.text ?? null].filter((text) => text !== null).join('. ');

function restatedPart(review: Review): string[] {
  const rows = review.cards.flatMap(({ name, revisions }) =>
    revisions.map(
      ({ title, before, after, causes, moved }) =>
        `| ${[plain(name), plain(title), plain(before), plain(after), plain(causes.join(', ')), String(moved)].join(' | ')} |`,
    ),
  );
  if (rows.length === 0) return [];
  return [
    '## Restated since the last review',
    ['| KPI | Period | Was | Is | Cause | Items |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Names and words of ours, so that nothing in them is read as markup. */
const plain = (text: string): string => text.replace(/([\\`*_[\]<>#|])/g, '\\$1').replaceAll('\n', ' ');
