import type { FastifyRequest } from 'fastify';

const ROOT_ENDPOINTS = new Set(['/healthz', '/readyz', '/metrics']);

/** True where a browser wants a page to show: an address typed or followed, outside the API. */
export function isNavigation(request: FastifyRequest): boolean {
  const path = request.url.split('?')[0] ?? '';
  // The one form that is sent without a script.
  const isForm = request.method === 'POST' && path.startsWith('/shift/');
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isForm) return false;
  if (/^\/api(\/|$)/.test(path) || ROOT_ENDPOINTS.has(path)) return false;
  return /\btext\/html\b/i.test(request.headers.accept ?? '');
}

/** A page for where the web application cannot speak for itself: words and a way back, no style, no script. */
export function plainPage(message: string): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Quarterdeck</title></head>',
    `<body><h1>Quarterdeck</h1><p>${escaped(message)}</p><p><a href="/">The latest weekly review</a></p></body>`,
    '</html>',
    '',
  ].join('\n');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES.get(sign) ?? sign);
