import { main } from '../../server/cli.ts';
import { NOW } from './size.ts';

/** What one import did. */
export interface Imported {
  readonly seconds: number;
  /** Most memory that the process ever held, in MB. */
  readonly peak: number;
  readonly newEvents: number;
  readonly rejected: number;
  /** Of the pass alone, without taking in and storing columns. */
  readonly passSeconds: number;
}

/** `quarterdeck import tickets` in a process of its own, from the verb to its end: read, stored, taken in, columns kept. */
const said: string[] = [];
const startedAt = performance.now();
const code = await main(['import', 'tickets', '--json'], {
  out: (text) => void said.push(text),
  err: (text) => console.error(text),
  progress: () => undefined,
  clock: () => NOW + Math.round(performance.now()),
  environment: process.env,
});
const seconds = (performance.now() - startedAt) / 1000;
const record: unknown = JSON.parse(said.join('') || 'null');
if (code !== 0 || typeof record !== 'object' || record === null) throw new Error(said.join('\n'));
const read = (name: string): number => {
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'number' ? value : Number.NaN;
};
process.send?.({
  seconds,
  peak: process.resourceUsage().maxRSS / 1024,
  newEvents: read('newEvents'),
  rejected: read('rejected'),
  passSeconds: (read('endedAt') - read('startedAt')) / 1000,
} satisfies Imported);
process.disconnect();
