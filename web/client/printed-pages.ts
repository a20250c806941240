import { pageRules } from './page-rules.ts';

/** Puts title and source into the margin of every page printed from now on; returns what takes them away. */
export function printedPages(title: string, source: string): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(pageRules(title, source));
  document.adoptedStyleSheets.push(sheet);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
