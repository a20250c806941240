import { afterAll, expect, it } from 'vitest';
import { desk } from './command.ts';

const house = desk();
afterAll(() => house.close());

/** What Node says of the compiled code that it keeps. */
const SAID = { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };

it('a verb starts from what was compiled when it last ran', async () => {
  await house.run(['check', '--help']);
  const { code, err } = await house.run(['check', '--help'], SAID);
  expect(code).toBe(0);
  expect(err).toMatch(/V8 code cache for ESM file:\/\/\S+\/server\/cli\/check\.ts was accepted/);
});

it('an import holds nothing of it in memory', async () => {
  const { code, err } = await house.run(['import', '--help'], SAID);
  expect(code).toBe(0);
  expect(err).toBe('');
});
