import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, isReview, isSources, paths } from '../../web/client/api.ts';
import { groupEntries, matchesEntry, slugOf } from '../../web/client/catalogue.ts';
import { sayInstant, sayNews, saySeconds } from '../../web/client/instants.ts';
import { commandOf, KEYS } from '../../web/client/keys.ts';
import { cssString, pageRules } from '../../web/client/page-rules.ts';
import { formatRoute, HOME, parseRoute, reviewRoute, togglePanel, type Route } from '../../web/client/route.ts';
import { scopeLines, searchScopes } from '../../web/client/scopes.ts';
import { neighbour, topicsOf } from '../../web/client/selection.ts';
import { weekTyped } from '../../web/client/week.ts';
import { catalogue } from './samples/catalogue.ts';
import { review } from './samples/review.ts';

const at = (address: string): Route => parseRoute(new URL(address, 'http://127.0.0.1'));

describe('an address', () => {
  it('names page, week, scope, panels, evidence and what is selected', () => {
    expect(
      at('/review/2026-W46?scope=team:payments&evidence=time-to-restore~team:payments~2026-W45&xmr=a,b&present#queue-age'),
    ).toEqual({
      page: 'review',
      week: '2026-W46',
      scope: 'team:payments',
      period: null,
      shift: null,
      evidence: 'time-to-restore~team:payments~2026-W45',
      panels: { xmr: ['a', 'b'], definition: [], table: [] },
      isPresenting: true,
      minutes: null,
      kpi: null,
      anchor: 'queue-age',
    });
    expect(at('/')).toEqual(HOME);
    expect(at('/review/latest')).toEqual(HOME);
    expect(at('/?kpi=noise').anchor).toBe('noise');
    expect(at('/on-call')).toMatchObject({ page: 'on-call', scope: 'organisation', period: null });
    expect(at('/on-call/payments?period=2026-Q3')).toMatchObject({ page: 'on-call', scope: 'team:payments', period: '2026-Q3' });
    expect(formatRoute(at('/on-call/payments?period=2026-Q3'))).toBe('/on-call/payments?period=2026-Q3');
    expect(formatRoute(at('/on-call/organisation'))).toBe('/on-call/organisation');
    expect(at('/kpis#time-to-restore')).toMatchObject({ page: 'kpis', anchor: 'time-to-restore' });
  });

  it('that cannot be read is an unknown page, never a fault', () => {
    expect(at('/nowhere').page).toBe('unknown');
    expect(at('/review/2026-W46/more').page).toBe('unknown');
    expect(at('/review/%E0%A4%A').page).toBe('unknown');
    expect(at('/kpis#%E0%A4%A').anchor).toBeNull();
  });

  it('comes back the same through writing and reading', () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
    const route = fc.record({
      page: fc.constant('review' as const),
      week: fc.option(fc.string({ minLength: 1 }).filter((text) => text !== 'latest' && text !== '.' && text !== '..')),
      scope: fc.oneof(fc.constant('organisation'), fc.string({ minLength: 1 })),
      period: fc.constant(null),
      shift: fc.constant(null),
      evidence: fc.option(fc.string({ minLength: 1 })),
      panels: fc.record({ xmr: fc.uniqueArray(id), definition: fc.uniqueArray(id), table: fc.uniqueArray(id) }),
      isPresenting: fc.boolean(),
      minutes: fc.constantFrom(null, 30, 45, 60),
      kpi: fc.constant(null),
      anchor: fc.option(fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(route, (one) => {
        expect(at(formatRoute(one))).toEqual(one);
      }),
    );
  });

  it('keeps what is selected and opened when week or scope change, but no evidence', () => {
    const from = at('/review/2026-W46?scope=team:payments&evidence=a~b~c&xmr=noise#noise');
    expect(formatRoute(reviewRoute(from, { week: '2026-W45' }))).toBe('/review/2026-W45?scope=team:payments&xmr=noise#noise');
  });

  it('opens a panel and closes it again', () => {
    const opened = togglePanel(HOME, 'xmr', 'noise');
    expect(formatRoute(opened)).toBe('/?xmr=noise#noise');
    expect(togglePanel(opened, 'xmr', 'noise').panels.xmr).toEqual([]);
  });
});

describe('a week typed', () => {
  it('is understood in the ways people write it', () => {
    for (const text of ['46', 'w46', 'W 46', 'week 46', '2026-W46', '2026W46', '2026 46', '46/2026', ' 2026-w46 ']) {
      expect(weekTyped(text, '2026-W40'), text).toBe('2026-W46');
    }
    expect(weekTyped('3', '2025-W50')).toBe('2025-W03');
    expect(weekTyped('46 2024', '2026-W40')).toBe('2024-W46');
    expect(weekTyped('W9A', '2026-W40')).toBe('2026-W09a');
    expect(weekTyped('46a 2024', '2026-W40')).toBe('2024-W46a');
  });

  it('is refused where it is none', () => {
    for (const text of ['', '0', '54', '2026', 'next', '2026-11-12', 'W', '46 46 46', '46ab', '54a'])
      expect(weekTyped(text, '2026-W40'), text).toBeNull();
  });
});

describe('asking the API', () => {
  const answering = (status: number, body: string) => async (): Promise<Response> => new Response(body, { status });

  it('gives the answer where it is one', async () => {
    expect(await ask(answering(200, JSON.stringify(review)), '/', isReview)).toEqual({ isFine: true, value: review });
    expect(await ask(answering(200, '[]'), '/', isSources)).toEqual({ isFine: true, value: [] });
  });

  it('tells preparing, refused and offline apart, each with words', async () => {
    const preparing = await ask(answering(503, '{"code":"unavailable","message":"week 61 of 130","problems":[]}'), '/', isReview);
    expect(preparing).toMatchObject({ isFine: false, failure: { kind: 'preparing', message: 'week 61 of 130' } });
    const refused = await ask(answering(404, '{"code":"not-found","message":"no such team","problems":[]}'), '/', isReview);
    expect(refused).toMatchObject({ failure: { kind: 'refused', code: 'not-found', message: 'no such team' } });
    const offline = await ask(async () => Promise.reject(new TypeError('failed to fetch')), '/', isReview);
    expect(offline).toMatchObject({ failure: { kind: 'offline' } });
  });

  it('takes nothing for an answer that is none', async () => {
    for (const body of ['<html>', '{}', '[]', 'null', '']) {
      const outcome = await ask(answering(200, body), '/', isReview);
      expect(outcome.isFine, body).toBe(false);
    }
    expect(await ask(answering(502, '<html>Bad gateway'), '/', isReview)).toMatchObject({
      failure: { kind: 'refused', message: 'The server answered 502 without saying why.' },
    });
  });

  it('writes any name into a path without leaving it', () => {
    expect(paths.review('../kpis?', 'team:a&b')).toBe('/api/v1/reviews/..%2Fkpis%3F?scope=team%3Aa%26b');
    expect(paths.evidence('a~service:x/y~2026-W46', 100, 100)).toBe(
      '/api/v1/snapshots/a~service%3Ax%2Fy~2026-W46/evidence?offset=100&limit=100',
    );
  });
});

describe('the agenda', () => {
  const topics = topicsOf(review);

  it('counts its topics from 1 without a gap, however many reasons each has', () => {
    expect(topics.map(({ number }) => number)).toEqual(topics.map((_, index) => index + 1));
    expect(topics.at(-1)?.item.position).toBeGreaterThan(topics.length);
  });

  it('is one topic a KPI, at its first place, with all its reasons', () => {
    expect(topics.map(({ anchor }) => anchor)).toEqual([
      'time-to-restore',
      'queue-age',
      'change-failure-rate',
      'incidents',
      'source-metrics',
      'checkout-latency',
      'noise',
    ]);
    expect(topics[0]?.also.map(({ reason }) => reason)).toEqual(['target missed']);
    expect(topics[4]?.card).toBeNull();
  });

  it('is walked with j and k, and stays at its ends', () => {
    expect(neighbour(topics, null, 1)?.anchor).toBe('time-to-restore');
    expect(neighbour(topics, 'time-to-restore', 1)?.anchor).toBe('queue-age');
    expect(neighbour(topics, 'time-to-restore', -1)?.anchor).toBe('time-to-restore');
    expect(neighbour(topics, 'noise', 1)?.anchor).toBe('noise');
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe('scopes', () => {
  const lines = scopeLines(review.scopes);

  it('stand as organisation, teams with their services, then services of no team', () => {
    expect(lines.map(({ scope, depth }) => `${depth} ${scope.label}`)).toEqual([
      '0 All teams',
      '1 Checkout',
      '2 Cart',
      '1 Payments',
      '2 Card payments',
      '2 Ledger',
      '1 Platform',
      '1 Post room',
    ]);
  });

  it('are found by any part of their name, a team with its services', () => {
    expect(searchScopes(lines, 'PAY').map(({ scope }) => scope.label)).toEqual(['Payments', 'Card payments', 'Ledger']);
    expect(searchScopes(lines, 'card pay').map(({ scope }) => scope.label)).toEqual(['Card payments']);
    expect(searchScopes(lines, 'zebra')).toEqual([]);
    expect(searchScopes(lines, ' ')).toHaveLength(lines.length);
  });
});

describe('keys', () => {
  const pressed = (key: string, more: Partial<Parameters<typeof commandOf>[0]> = {}): string | null =>
    commandOf({ key, ctrlKey: false, altKey: false, metaKey: false, isTyping: false, ...more });

  it('each mean one thing', () => {
    expect(new Set(KEYS.map(({ key }) => key)).size).toBe(KEYS.length);
    expect(pressed('j')).toBe('next');
    expect(pressed('q')).toBeNull();
  });

  it('are left to the browser with a modifier, and to a field while typing', () => {
    expect(pressed('p', { ctrlKey: true })).toBeNull();
    expect(pressed('j', { isTyping: true })).toBeNull();
  });
});

describe('the catalogue', () => {
  it('groups by section, and gives every entry an anchor', () => {
    expect(groupEntries(catalogue.kpis).map(({ section }) => section)).toEqual(['Incidents', 'Queues', 'Delivery', 'On-call']);
    expect(catalogue.kpis.map(slugOf)).toContain('kpis-delivery-rework-yaml');
    expect(new Set(catalogue.kpis.map(slugOf)).size).toBe(catalogue.kpis.length);
  });

  it('finds by every word, in names, questions and words', () => {
    const found = (typed: string): (string | null)[] =>
      catalogue.kpis.filter((entry) => matchesEntry(entry, typed)).map(({ id }) => id);
    expect(found('mttr')).toEqual(['time-to-restore']);
    expect(found('waiting how')).toEqual(['queue-age']);
    expect(found('')).toHaveLength(catalogue.kpis.length);
  });
});

describe('words for machines and times', () => {
  it('puts any name into a printed margin without ending the string', () => {
    expect(cssString('Ops "A" \\ b\n')).toBe('"Ops \\22 A\\22  \\5c  b\\a "');
    expect(pageRules('Northwind', 'settled')).toContain('@top-left { content: "Northwind"');
  });

  it('says instants, seconds and what a pull brought', () => {
    expect(sayInstant('2026-11-16T06:05:00Z', 'en-GB', 'UTC')).toBe('16 Nov 2026, 06:05');
    expect(sayInstant('soon')).toBe('soon');
    expect([saySeconds(1.44), saySeconds(59.7), saySeconds(125)]).toEqual(['1.4 s', '1 m 0 s', '2 m 5 s']);
    expect(sayNews({ newEvents: 1, newSamples: 3, rejected: 0 })).toBe('1 event, 3 samples');
    expect(sayNews({ newEvents: 0, newSamples: 0, rejected: 0 })).toBe('nothing new');
  });
});
