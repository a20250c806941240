import { cpSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KpiDiff } from '../../server/jobs/diff.ts';
import { ARRIVALS, ORGANISATION, desk, sources, ticketSource, type Desk } from './command.ts';

const SOLVED = ARRIVALS.replace('id: arrivals', 'id: solved')
  .replace('name: Arrivals', 'name: Solved')
  .replace(/measure: .*/, 'measure:\n  duration: { of: tickets, from: opened, to: resolved }\n  summarise: median');
const BOTH = ARRIVALS.replace('id: arrivals', 'id: both').replace(
  /measure: .*/,
  'measure: { combine: { sum: [arrivals, arrivals] } }',
);

const ARRIVALS_OF_FIRST = ARRIVALS.replace('{ count: { of: tickets } }', '{ count: { of: tickets }, where: { team: first } }');

/** Days before today as files write them, at noon; the last complete weeks hold them whatever day it is. */
const day = (ago: number, hour = '12:00'): string =>
  new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10) + ` ${hour}`;
const ROWS = [
  ['T-0', day(70), day(70, '13:00'), 'first'],
  ['T-1', day(20), day(20, '14:00'), 'first'],
  ['T-2', day(20), day(20, '18:00'), ''],
  ['T-3', day(27), day(27, '13:00'), 'first'],
  ['T-4', day(1), '', 'first'],
];

describe('diff', () => {
  let house: Desk;
  beforeAll(async () => {
    house = desk({
      'kpis/organisation.yaml': ORGANISATION,
      'kpis/sources.yaml': sources(ticketSource('tickets', 'tickets.csv')),
      'kpis/tickets.csv': `id,created,resolved,team\n${ROWS.map((row) => row.join(',')).join('\n')}\n`,
      'kpis/queues/arrivals.yaml': ARRIVALS,
      'kpis/queues/solved.yaml': SOLVED,
      'kpis/queues/both.yaml': BOTH,
    });
  });
  afterAll(() => house.close());

  const NARROWER = SOLVED.replace('summarise: median', 'where: { team: first }\n  summarise: median');
  const fingerprint = (): string =>
    createHash('sha256')
      .update(readFileSync(join(house.folder, 'data/quarterdeck.db')))
      .digest('hex');
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [file, text] of Object.entries(files)) house.write(`kpis/queues/${file}.yaml`, text);
  };

  /** As it reads, however it is broken into lines. */
  const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

  it('needs a database, and says so', async () => {
    const { code, err } = await house.say(['diff']);
    expect([code, err]).toEqual([2, expect.stringMatching(/There is no database in .*data yet\. Run `quarterdeck serve`/)]);
  });

  it('says that nothing changes where the files are those that were measured', async () => {
    expect((await house.run(['pull'])).code).toBe(0);
    expect(await house.say(['diff'])).toEqual({
      code: 0,
      out: 'No definition means anything else than what was measured last.\n',
      err: '',
    });
    const named = await house.say(['diff', 'solved']);
    expect([named.code, named.out]).toEqual([
      0,
      expect.stringContaining('solved: means what it meant before; no number changes.'),
    ]);
  });

  it('shows what changed files do, the changed parts of others included, and writes nothing', async () => {
    put({ solved: NARROWER, arrivals: ARRIVALS_OF_FIRST });
    const before = fingerprint();
    const { code, out, err } = await house.say(['diff']);
    expect(err).toBe('');
    expect(code).toBe(1);
    expect(flat(out)).toContain(
      ' solved: 1 of 12 weeks changes; median from 2.5 h to 1.5 h on average; 1 item leaves, 0 enter. ',
    );
    expect(out).toMatch(/T-2 +leaves +6 h +not known/);
    expect(flat(out)).toMatch(/ both: 1 of 12 weeks changes; [^;]*; 1 item leaves/);
    expect(out).toMatch(/^Against what was measured last: 3 definitions changed, 0 new, 0 removed\.$/m);
    expect(out).toMatch(/other periods as before/);
    expect(fingerprint()).toBe(before);
  });

  it('prints the same as an object, for every scope', async () => {
    const { code, out } = await house.say(['diff', 'solved', '--all-scopes', '--json']);
    expect(code).toBe(1);
    const { problems, removed, diffs } = JSON.parse(out) as { problems: unknown[]; removed: string[]; diffs: KpiDiff[] };
    expect([problems, removed, diffs.map(({ kpi }) => kpi)]).toEqual([[], [], ['solved']]);
    expect(diffs[0]?.scopes.map(({ scope, isChanged }) => [scope, isChanged])).toEqual([
      ['organisation', true],
      ['team:first', false],
    ]);
  });

  it('names what is new, what is gone and what is broken', async () => {
    put({ both: BOTH.replace('id: both', 'id: twice'), arrivals: ARRIVALS, solved: SOLVED.replace('better:', 'beter:') });
    const { code, out } = await house.say(['diff']);
    expect(code).toBe(1);
    expect(out).toMatch(/kpis\/queues\/solved\.yaml:\d+:1: beter: /);
    expect(out).toMatch(/^twice: is new; \d+ of 12 weeks have a value; count [\d.]+ on average\.$/m);
    expect(out).toMatch(/^both: is no longer defined; its past values stay\.$/m);
    expect(out).not.toMatch(/^solved: is no longer/m);
    expect(out).toMatch(/0 definitions changed, 1 new, 1 removed\.$/m);
  });

  it('compares with the files of another folder, such as another checkout', async () => {
    put({ both: BOTH, arrivals: ARRIVALS, solved: NARROWER });
    cpSync(join(house.folder, 'kpis'), join(house.folder, 'on-main'), { recursive: true });
    const same = await house.run(['diff', '--against', 'on-main']);
    expect(same).toEqual({ code: 0, out: 'No definition means anything else than in on-main.\n', err: '' });
    put({ solved: SOLVED });
    const other = await house.run(['diff', '--against', 'on-main']);
    expect(other.code).toBe(1);
    expect(flat(other.out)).toMatch(
      /^solved: 1 of 12 weeks changes; median from 1\.5 h to 2\.5 h on average; 0 items leave, 1 enters\. /,
    );
    expect(other.out).toMatch(/^Against on-main: 1 definition changed, 0 new, 0 removed\.$/m);
  });

  it('reads beside a running server, without asking it', async () => {
    const server = await house.serve();
    const asked = ['diff', 'solved', '--against', 'on-main', '--scope', 'team:first'];
    const { code, out, err } = await house.run(asked, { QUARTERDECK_PORT: '1' });
    expect([code, err]).toEqual([0, '']);
    expect(flat(out)).toMatch(/^solved, team:first: it is defined otherwise, but no number of these weeks and months changes\. /);
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  it.each([
    ['diff nothing', 'There is no KPI "nothing".'],
    ['diff --scope team:nobody', 'There is no team "nobody"'],
    ['diff --scope organisation --all-scopes', '--scope and --all-scopes exclude each other'],
    ['diff --against nowhere', 'There are no KPI files in nowhere. Name a folder that has some'],
    ['diff --agianst x', "Did you mean '--against'?"],
  ])('refuses `%s` with "%s"', async (args, says) => {
    const { code, err } = await house.run(args.split(' '));
    expect(err).toContain(says);
    expect(code).toBe(2);
  });
});
