import { pageRules, partRules } from './page-rules.ts';

/**
 * Puts title and source into the margin of every page printed from now on, and the name of its part; `parts`: names by
 * what style sheets call the page. Returns what takes them away.
 */
export function printedPages(title: string, source: string, parts: ReadonlyMap<string, string> = new Map()): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${pageRules(title, source)}\n${partRules(parts)}`);
  document.adoptedStyleSheets.push(sheet);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}

/** Which paper pages are printed on from now on; returns what takes that back. */
export function printedOn(paper: 'a4' | 'letter'): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { size: ${paper}; margin: 15mm 15mm 16mm; }`);
  document.adoptedStyleSheets.push(sheet);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
