/** A CSS string that holds any text, whatever a person named their team. */
export const cssString = (text: string): string =>
  `"${[...text].map((sign) => (sign < ' ' || sign === '"' || sign === '\\' || sign === '\x7f' ? `\\${sign.charCodeAt(0).toString(16)} ` : sign)).join('')}"`;

/** The rules for the margins of every printed page: what it is, what it was made from, which page. */
export const pageRules = (title: string, source: string): string =>
  [
    '@page {',
    `@top-left { content: ${cssString(title)}; ${MARGIN} }`,
    `@bottom-left { content: ${cssString(source)}; ${MARGIN} }`,
    `@bottom-right { content: counter(page) " of " counter(pages); ${MARGIN} }`,
    '}',
  ].join('\n');

/** How margins are set, as small as the smallest text of the page. */
const MARGIN = "font: 7.5pt 'Inter Variable', 'DejaVu Sans', sans-serif; color: #666d75;";

/** For pages that belong to a part of a document: its name stands at their head, so that one that goes on overleaf keeps it. The first page says all that itself. */
export const partRules = (parts: ReadonlyMap<string, string>): string =>
  [
    ...[...parts].map(([page, name]) => `@page ${page} { @top-right { content: ${cssString(name)}; ${MARGIN} } }`),
    ...[...parts.keys()]
      .slice(0, 1)
      .map((page) => `@page ${page}:first { @top-left { content: '' } @top-right { content: '' } }`),
  ].join('\n');
