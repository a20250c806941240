import { review } from './review.ts';
import { catalogue } from './catalogue.ts';
import { evidence, withheld } from './evidence.ts';
import { sources } from './sources.ts';

/** What the API would say, from the samples; the same codes and statuses. */
export function answer(method: string, url: URL): { status: number; body: unknown } {
  const path = url.pathname.replace(/^\/api\/v1/, '');
  const error = (status: number, code: string, message: string): { status: number; body: unknown } => ({
    status,
    body: { code, message, problems: [] },
  });
  const week = /^\/reviews\/([^/]+)(\/publish)?$/.exec(path);
  if (week?.[2] !== undefined && method === 'POST') return { status: 200, body: { at: '2026-11-17T09:00:00Z', pinned: 312 } };
  if (week?.[1] !== undefined) {
    const scope = review.scopes.find(({ id }) => id === url.searchParams.get('scope'));
    if (week[1] === 'preparing')
      return error(503, 'unavailable', 'Making the history of the demo organisation: week 61 of 130 (2025-W31).');
    if (week[1] !== 'latest' && !/^20\d\d-W\d\d$/.test(week[1]))
      return error(400, 'invalid', `"${week[1]}" is not a week; write 2026-W46.`);
    if (scope === undefined)
      return error(404, 'not-found', `There is no ${String(url.searchParams.get('scope')).replace(':', ' ')}.`);
    const number = week[1] === 'latest' ? 46 : Number(week[1].slice(6));
    return {
      status: 200,
      body: {
        ...review,
        scope: { id: scope.id, label: scope.label },
        week:
          number === 46
            ? review.week
            : {
                ...review.week,
                id: `2026-W${number}`,
                label: `Week ${number}`,
                previous: `2026-W${number - 1}`,
                next: `2026-W${number + 1}`,
                state: 'settled',
              },
      },
    };
  }
  if (path === '/kpis') return { status: 200, body: catalogue };
  if (path === '/sources') return { status: 200, body: sources };
  if (method === 'POST' && /^\/sources\/.+\/pulls$/.test(path)) return { status: 200, body: sources[0]?.pulls[0] };
  const snapshot = /^\/snapshots\/([^/]+)\/evidence$/.exec(path)?.[1];
  if (snapshot !== undefined)
    return {
      status: 200,
      body: decodeURIComponent(snapshot).startsWith('interruptions')
        ? withheld
        : evidence(decodeURIComponent(snapshot), Number(url.searchParams.get('offset') ?? 0)),
    };
  return error(404, 'not-found', `There is nothing at ${path}.`);
}
