import { pageRules, partRules } from './page-rules.ts';

/** Puts title and source into the margin of every page printed from now on; returns what takes them away. */
export function printedPages(title: string, source: string): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(pageRules(title, source));
  document.adoptedStyleSheets.push(sheet);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}

/**
 * Puts the name of the part that a page belongs to at its head; `parts`: names by what style sheets call the page.
 * Returns what takes them away.
 */
export function printedParts(parts: ReadonlyMap<string, string>): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(partRules(parts));
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
