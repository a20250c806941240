import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWeb } from '../../scripts/build.ts';

const dist = (path: string): string => fileURLToPath(new URL(`../../.dist/${path}`, import.meta.url));

export const WEB = dist('web');
export const PROGRAM = dist('web-server/first-page.js');

export type Draw = (address: string, answer: unknown, template?: string) => string | null;

/** The built application's own way to draw a page, over its built index page. */
export async function drawing(): Promise<Draw> {
  await buildWeb();
  const index = readFileSync(`${WEB}/index.html`, 'utf8');
  const loaded: unknown = await import(pathToFileURL(PROGRAM).href);
  if (!isDrawing(loaded)) throw new Error(`${PROGRAM} draws no pages`);
  return (address, answer, template = index) => loaded.firstPage({ template, address, answer: JSON.stringify(answer) });
}

type FirstPage = (asked: { template: string; address: string; answer: string }) => string | null;
const isDrawing = (loaded: unknown): loaded is { firstPage: FirstPage } =>
  typeof loaded === 'object' && loaded !== null && 'firstPage' in loaded && typeof loaded.firstPage === 'function';
