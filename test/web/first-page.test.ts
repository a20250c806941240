import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdFirstAnswer, takeFirstAnswer, uncarried } from '../../web/client/first-answer.ts';
import { drawnRoute, HOME, parseRoute } from '../../web/client/route.ts';
import { drawing, type Draw } from './drawing.ts';
import { catalogue } from './samples/catalogue.ts';
import { review } from './samples/review.ts';
import { sources } from './samples/sources.ts';

let draw: Draw;
/** Somewhere else than UTC: a page must not tell where it was drawn. */
const ZONE = process.env['TZ'];
beforeAll(async () => {
  process.env['TZ'] = 'Asia/Tokyo';
  draw = await drawing();
});
afterAll(() => {
  if (ZONE === undefined) delete process.env['TZ'];
  else process.env['TZ'] = ZONE;
});

/** What a reader sees: no tags, no data, signs as they are meant. */
const wordsOf = (html: string | null): string =>
  (html ?? '')
    .replaceAll(/<script[^>]*>[^]*?<\/script>|<!--[^]*?-->|<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

const dataOf = (html: string | null): unknown =>
  uncarried(/<script type="application\/json" id="first-answer">([^<]*)<\/script>/.exec(html ?? '')?.[1] ?? '');

describe('the first page of a review', () => {
  it('holds every verdict, the agenda, the headline and the numbers as text, under its own title', () => {
    const html = draw('/', review);
    const words = wordsOf(html);
    for (const item of review.agenda) expect(words).toContain(item.title);
    for (const part of review.headline) expect(words).toContain(part.text);
    const talkedAbout = review.cards.filter(({ id }) => review.agenda.some(({ kpi }) => kpi === id));
    expect(talkedAbout.length).toBeGreaterThan(3);
    for (const card of talkedAbout) {
      expect(words).toContain(card.verdict);
      expect(words).toContain(card.current.text);
      expect(words).toContain(card.counted);
    }
    for (const section of review.routine) expect(words).toContain(section.line);
    expect(html).toContain(`<title>${review.week.label}, ${review.scope.label} · ${review.organisation} · Quarterdeck</title>`);
    expect(words).not.toContain('Loading');
  });

  it('brings the answer it was drawn from, under the path that the page would ask for', () => {
    expect(dataOf(draw('/', review))).toEqual({ path: '/api/v1/reviews/latest?scope=organisation', answer: review });
    expect(dataOf(draw('/review/2026-W46?scope=team:payments', review))).toMatchObject({
      path: '/api/v1/reviews/2026-W46?scope=team%3Apayments',
    });
  });

  it('is the same for one address however often and after whatever else it is drawn', () => {
    const first = draw('/review/2026-W46', review);
    draw('/kpis', catalogue);
    draw('/?scope=team:payments&xmr=noise', review);
    expect(draw('/review/2026-W46', review)).toBe(first);
  });

  it('says instants in UTC, and that it does, whatever the zone of the machine that draws it', () => {
    expect(new Date(0).getHours()).toBe(9);
    const words = wordsOf(draw('/', review));
    expect(words).toContain('recorded 12 Nov 2026, 00:00');
    expect(words).toContain('Instants are in UTC.');
  });

  it('folds restatements but for the six latest periods, and those of no card that has few', () => {
    const [first, ...others] = review.cards;
    if (first === undefined) throw new Error('the samples hold a card');
    const weeks = Array.from({ length: 9 }, (_, index) => ({
      period: `2026-W3${index}`,
      title: `Restated week 3${index}`,
      before: '1',
      after: '2',
      causes: ['late'],
      moved: 1,
      at: '2026-11-12T00:00:00Z',
      beforeAt: null,
    }));
    const told = (count: number): [open: string, folded: string] => {
      const html = draw('/', { ...review, cards: [{ ...first, revisions: weeks.slice(0, count) }, ...others] }) ?? '';
      const list = html.slice(
        html.indexOf('Restated since the last review'),
        html.indexOf('aria-label="Time to restore service: comments"'),
      );
      const [open = '', folded = ''] = list.slice(0, list.lastIndexOf('</ul>')).split(/<summary[^>]*>/);
      return [open, folded];
    };
    const [open, folded] = told(9);
    expect(wordsOf(folded)).toMatch(/^3 earlier/);
    for (const { title } of weeks.slice(0, 3)) expect([open.includes(title), folded.includes(title)]).toEqual([false, true]);
    for (const { title } of weeks.slice(3)) expect([open.includes(title), folded.includes(title)]).toEqual([true, false]);
    expect(told(6)[1]).toBe('');
  });

  it('leaves panels, drawers and what is selected to the browser, which opens them', () => {
    expect(draw('/?xmr=noise&table=noise&evidence=noise~organisation~2026-W46&kpi=noise', review)).toBe(draw('/', review));
    const route = parseRoute(new URL('http://127.0.0.1/review/2026-W46?scope=team:a&xmr=b&present#c'));
    expect(drawnRoute(route)).toEqual({ ...HOME, week: '2026-W46', scope: 'team:a' });
  });

  it('lets nothing that people wrote become markup, script or a pattern of replacement', () => {
    const evil = `</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>"'&amp;$&$\`\u2028`;
    const [card, ...cards] = review.cards;
    if (card === undefined) throw new Error('a sample needs cards');
    const written = {
      ...review,
      organisation: evil,
      agenda: review.agenda.map((item) => ({ ...item, title: evil })),
      cards: [{ ...card, name: evil, verdict: evil, question: evil, owner: evil }, ...cards],
    };
    const html = draw('/', written);
    const clean = draw('/', review);
    const count = (pattern: RegExp, text: string | null): number => [...(text ?? '').matchAll(pattern)].length;
    for (const pattern of [/<script/g, /<\/script/g, /<img/g, /<div/g, /<title/g])
      expect(count(pattern, html)).toBe(count(pattern, clean));
    expect(html).not.toContain('<img');
    expect(wordsOf(html)).toContain(evil);
    expect(dataOf(html)).toMatchObject({ answer: written });
  });

  it('needs nothing that the content security policy forbids', () => {
    for (const html of [draw('/', review), draw('/kpis', catalogue), draw('/sources', sources)]) {
      expect(html).not.toMatch(/<[^>]* style=/);
      expect(html).not.toMatch(/<[^>]* on[a-z]+=/);
      expect([...(html ?? '').matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual([
        ' src="/scheme.js"',
        expect.stringMatching(/^ type="module" crossorigin src="\/assets\/[^"]+\.js"$/),
        ' type="application/json" id="first-answer"',
      ]);
    }
  });

  it('is left to the browser where the answer is not what the address shows', () => {
    expect(draw('/', catalogue)).toBeNull();
    expect(draw('/kpis', review)).toBeNull();
    expect(draw('/nowhere', review)).toBeNull();
    expect(draw('/', { code: 'not-found', message: '', problems: [] })).toBeNull();
  });
});

describe('the first page of', () => {
  it('the catalogue holds every definition in words', () => {
    const words = wordsOf(draw('/kpis', catalogue));
    for (const entry of catalogue.kpis) {
      expect(words).toContain(entry.name);
      if (entry.words !== null) expect(words).toContain(entry.words);
    }
  });

  it('the sources says how fresh each is', () => {
    const words = wordsOf(draw('/sources', sources));
    for (const source of sources) expect(words).toContain(source.text);
  });
});

describe('an answer that came with the page', () => {
  beforeEach(() => holdFirstAnswer({ path: '/a', answer: 1 }));

  it('is given once, and only to who would have asked for it', () => {
    expect(takeFirstAnswer('/b')).toBeUndefined();
    expect(takeFirstAnswer('/a')).toBe(1);
    expect(takeFirstAnswer('/a')).toBeUndefined();
  });
});
