/** A CSS string that holds any text, whatever a person named their team. */
export const cssString = (text: string): string =>
  `"${[...text].map((sign) => (sign < ' ' || sign === '"' || sign === '\\' || sign === '\x7f' ? `\\${sign.charCodeAt(0).toString(16)} ` : sign)).join('')}"`;

/** The rules for the margins of every printed page: what it is, what it was made from, which page. */
export const pageRules = (title: string, source: string): string =>
  [
    '@page {',
    `@top-left { content: ${cssString(title)}; font: 8pt sans-serif; color: #666d75; }`,
    `@bottom-left { content: ${cssString(source)}; font: 8pt sans-serif; color: #666d75; }`,
    '@bottom-right { content: counter(page) " of " counter(pages); font: 8pt sans-serif; color: #666d75; }',
    '}',
  ].join('\n');
