import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proseOf } from '../../server/review/prose.ts';

const texts = (markdown: string) => proseOf(markdown).map(({ inlines }) => inlines.map(({ text }) => text).join(''));

describe('what people write', () => {
  it('keeps paragraphs, lists, emphasis, code and links', () => {
    expect(
      proseOf('**Stale** runbook, see [the page](https://example.org/a?b=c).\n\n1. one\n2. two\n   - deeper\n\n> quoted'),
    ).toEqual([
      {
        type: 'paragraph',
        number: null,
        depth: 0,
        inlines: [
          { text: 'Stale', marks: ['strong'], href: null },
          { text: ' runbook, see ', marks: [], href: null },
          { text: 'the page', marks: [], href: 'https://example.org/a?b=c' },
          { text: '.', marks: [], href: null },
        ],
      },
      { type: 'item', number: 1, depth: 0, inlines: [{ text: 'one', marks: [], href: null }] },
      { type: 'item', number: 2, depth: 0, inlines: [{ text: 'two', marks: [], href: null }] },
      { type: 'item', number: null, depth: 1, inlines: [{ text: 'deeper', marks: [], href: null }] },
      { type: 'quote', number: null, depth: 0, inlines: [{ text: 'quoted', marks: [], href: null }] },
    ]);
    expect(proseOf('```\na  b\n```')).toMatchObject([{ type: 'code', inlines: [{ text: 'a  b', marks: ['code'] }] }]);
  });

  it('leaves HTML as the text that it is, and follows no link but to pages and letters', () => {
    expect(texts('<script>alert(1)</script>')).toEqual(['<script>alert(1)</script>']);
    expect(texts('a <b onclick=x>b</b>')).toEqual(['a <b onclick=x>b</b>']);
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      ' javascript:x',
      'JAVASCRIPT:x',
      '/api/v1/x',
      '//example.org',
      'vbscript:x',
    ])
      expect(proseOf(`[x](<${url}>)`)[0]?.inlines, url).toMatchObject([{ text: 'x', href: null }]);
    expect(proseOf('![a chart](https://example.org/x.png)')).toMatchObject([{ inlines: [{ text: 'a chart', href: null }] }]);
  });

  it('holds whatever is written, without losing plain words and without a link that is not one', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const markup = fc.constantFrom(
      '*',
      '_',
      '`',
      '[',
      '](javascript:x)',
      '](https://a.b)',
      '\n\n',
      '\n- ',
      '> ',
      '# ',
      '<b>',
      '&amp;',
      '\\',
      '    ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, markup), { maxLength: 40 }), (parts) => {
        const blocks = proseOf(parts.join(' '));
        const all = blocks.flatMap(({ inlines }) => inlines);
        for (const { href } of all) if (href !== null) expect(href).toMatch(/^(https?:\/\/|mailto:)/i);
        const text = all.map((inline) => `${inline.text} ${inline.href ?? ''}`).join(' ');
        for (const part of parts) if (/^[a-z]+$/.test(part)) expect(text).toContain(part);
      }),
    );
  });
});
