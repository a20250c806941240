import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { HEADER, ticketRows, TICKETS } from '../sources/files/import-house.ts';
import { desk, ORGANISATION } from './command.ts';

const MB = 1024 * 1024;
const ROOM = fileURLToPath(new URL('import-room.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));
const run = (args: readonly string[], environment = {}): string =>
  execFileSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...environment } });

const askedFor = (verb: string): unknown => JSON.parse(run([ROOM, verb]));

it('keeps little room for short-lived objects in an import, from before its modules are loaded', () => {
  // It is 2 to 11 MB, as collections happen to fall, and 32 where nothing holds it.
  expect(askedFor('import')).toMatchObject({ youngBytes: expect.toSatisfy((bytes: number) => bytes < 16 * MB) });
  expect(askedFor('measure')).toMatchObject({ youngBytes: expect.toSatisfy((bytes: number) => bytes > 16 * MB) });
});

it('loads no HTTP server for an import', () => {
  expect(askedFor('import')).toMatchObject({ hasServer: false });
});

it('gives the thread that reads its room for short-lived objects from the beginning', () => {
  const house = desk({
    'kpis/organisation.yaml': ORGANISATION,
    'kpis/sources.yaml': `version: sources/v1\nsources:\n  - id: tickets\n    type: files\n    files:${TICKETS.replaceAll(/^/gm, '      ')}\n`,
    'kpis/in/a.csv': `${HEADER}\n${ticketRows(25_000).join('\n')}\n`,
  });
  onTestFinished(() => house.close());
  const trace = run(['--trace-gc', CLI, 'import', 'tickets'], {
    QUARTERDECK_DATA: `${house.folder}/data`,
    QUARTERDECK_KPIS: `${house.folder}/kpis`,
    DATABASE_URL: '',
  });
  // [process:thread] ms: what: MB held before (with room) -> after (with room)
  const lines = [...trace.matchAll(/\[\d+:(\w+)\S*\s+\d+ ms: (\S+) .*?([\d.]+) \([\d.]+\) -> ([\d.]+) /g)];
  const [main, ...others] = new Set(lines.map(([, thread]) => thread));
  const own = lines.filter(([, thread]) => thread === others[0]);
  expect(main).not.toBe(others[0]);
  const filled = own.slice(1).map((line, at) => Number(line[3]) - Number(own[at]?.[4]));
  expect(filled.length).toBeGreaterThan(10);
  expect(filled.sort((one, other) => one - other)[filled.length >> 1]).toBeGreaterThan(2);
});
