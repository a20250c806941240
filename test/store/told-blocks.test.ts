import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KEY_LENGTH } from '../../server/event/key.ts';
import { STATES } from '../../server/event/kinds.ts';
import { emptyToldItem, eventsOfTold, type ToldItem } from '../../server/event/told-item.ts';
import { blockOf, BlockBuilder } from '../../server/store/append.ts';

const fact = fc.record({
  effectiveAt: fc.integer({ min: -1e12, max: 3e12 }),
  state: fc.option(fc.constantFrom(...STATES)),
  fields: fc.oneof(fc.constant({}), fc.record({ team: fc.string() }), fc.record({ team: fc.string(), due: fc.integer() })),
  slot: fc.option(fc.constantFrom('opened', 'resolved', 'fields', 'part/ü')),
  key: fc.stringMatching(/^[ab]{12}$/),
});

const toldItem = fc
  .record({
    kind: fc.constantFrom('ticket' as const, 'incident' as const),
    item: fc.constantFrom('1', '2', 'ü', '10'),
    sequence: fc.integer({ min: 0, max: 3 }),
    facts: fc.array(fact, { maxLength: 40 }),
  })
  .map(({ kind, item, sequence, facts }): ToldItem => {
    const told = emptyToldItem(kind, 'desk', facts.length);
    facts.forEach(({ effectiveAt, state, fields, slot, key }, at) => {
      told.effectiveAt.push(effectiveAt);
      told.states.push(state);
      told.fields.push(fields);
      told.slots.push(slot);
      for (let unit = 0; unit < KEY_LENGTH; unit += 1) told.keys[at * KEY_LENGTH + unit] = key.charCodeAt(unit);
    });
    return Object.assign(told, { item, sequence, length: facts.length });
  });

it('a block of what rows tell is that of the same events', () => {
  fc.assert(
    fc.property(fc.array(toldItem, { maxLength: 12 }), (rows) => {
      const builder = new BlockBuilder();
      for (const told of rows) builder.addTold(told);
      const events = rows.flatMap(eventsOfTold);
      expect(readable(builder.take())).toEqual(readable(blockOf(events)));
      // And once more with the same builder.
      builder.add(events);
      expect(readable(builder.take())).toEqual(readable(blockOf(events)));
    }),
  );
});

it('what a row tells is refused as an event of it would be', () => {
  const told = { ...emptyToldItem('ticket', 'desk', 1), item: 'nul\0', length: 1 };
  told.effectiveAt.push(0);
  expect(() => new BlockBuilder().addTold(told)).toThrow(/item: holds a NUL/);
  expect(() => new BlockBuilder().addTold({ ...told, item: '1', sequence: 0.5 })).toThrow(/sequence: is not a whole number/);
  expect(() => new BlockBuilder().addTold({ ...told, item: '1', effectiveAt: [NaN] })).toThrow(/effectiveAt: is NaN/);
  expect(() => new BlockBuilder().addTold({ ...told, item: '1', slots: ['x'.repeat(300)] })).toThrow(/slot: is 300 characters/);
  expect(() => new BlockBuilder().addTold({ ...told, item: '1', fields: [{ due: Infinity }] })).toThrow(
    /field 'due': is Infinity/,
  );
  expect(() => new BlockBuilder().addTold({ ...told, item: '1', source: 'a:b' })).toThrow(/has a colon/);
});

/** Texts in their places, as blocks may number them each in its way. */
function readable(block: ReturnType<typeof blockOf>): unknown {
  const texts = (cells: Int32Array): (string | null)[] => Array.from(cells, (at) => block.texts[at] ?? null);
  const { length, kinds, kind, keys, keyEnd, effectiveAt, sequence } = block;
  const { item, origin, state, fields, supersedes, slot } = block;
  return {
    ...{ length, keys, keyEnd, effectiveAt, sequence, kind: Array.from(kind, (at) => kinds[at]) },
    ...{ item: texts(item), origin: texts(origin), state: texts(state), fields: texts(fields) },
    ...{ supersedes: texts(supersedes), slot: texts(slot) },
  };
}
