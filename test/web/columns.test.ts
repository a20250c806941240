import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inColumns, outOfColumns } from '../../web/client/columns.ts';
import { carried, uncarried } from '../../web/client/first-answer.ts';
import { catalogue } from './samples/catalogue.ts';
import { review } from './samples/review.ts';
import { sources } from './samples/sources.ts';

/** What a browser reads of what a server wrote. */
const travelled = (answer: unknown): unknown => uncarried(carried({ path: '/a', answer }))?.answer;

/** Lists of things that are alike but for what is missing here and there, as the answers of the API are. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, 0, 1, 2, 0.1, '', '0', 'W46', '<!--', '</script>', '\u2028'),
    tie('list'),
    tie('thing'),
    tie('rows'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  thing: fc.dictionary(fc.constantFrom('a', 'b', '0', '', 'each', 'answer', '__proto__', 'constructor'), tie('value'), {
    maxKeys: 4,
  }),
  rows: fc.array(fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: ['a'], noNullPrototype: true }), {
    maxLength: 5,
  }),
}));

describe('an answer in columns', () => {
  it('is the very same when it is read again, whatever it holds', () => {
    fc.assert(
      fc.property(anything.value, (value) => {
        // As it comes from a server: prototypes and what has no JSON are left there.
        const answer: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.stringify(travelled(answer))).toBe(JSON.stringify(answer));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(Object.entries({ review, catalogue, sources }))('gives back %s of the samples', (_name, answer) => {
    expect(travelled(answer)).toEqual(answer);
  });

  it('says once what many things share, and what is the same in all rows', () => {
    const weeks = Array.from({ length: 104 }, (_, week) => ({ period: `2026-W${week}`, title: `Week ${week}`, flags: [] }));
    const one = { history: weeks.map((week) => ({ ...week, value: 1 })) };
    const two = { history: weeks.map((week) => ({ ...week, value: 2 })) };
    const text = JSON.stringify(inColumns([one, two, one, two]));
    expect([...text.matchAll(/2026-W103/g)]).toHaveLength(1);
    expect([...text.matchAll(/"title"/g)]).toHaveLength(1);
    // Periods, titles, flags, two values, and the four histories.
    expect(inColumns([one, two, one, two]).columns).toHaveLength(6);
    expect(text.length).toBeLessThan(JSON.stringify([one, two, one, two]).length / 6);
  });

  it('gives each row what is its own: no two rows share a list', () => {
    const read = outOfColumns(inColumns([{ flags: [] }, { flags: [] }]));
    if (!Array.isArray(read)) throw new Error('a list was told');
    const [first, second]: unknown[] = read;
    expect(first).toEqual(second);
    expect(first).not.toBe(second);
    expect(Object.values(first ?? {})[0]).not.toBe(Object.values(second ?? {})[0]);
  });

  it('ends no element of the page, and is none where it cannot be read', () => {
    expect(carried({ path: '/<', answer: ['</script><!--'] })).not.toContain('<');
    for (const text of ['', 'null', '{', '{}', '{"path":"/a"}', '{"path":1,"kinds":[],"columns":[],"answer":1}'])
      expect(uncarried(text), text).toBeNull();
  });
});
