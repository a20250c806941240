import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ARRIVALS, ORGANISATION, desk, sources, ticketSource, type Desk } from './command.ts';

let house: Desk;
beforeAll(() => {
  house = desk({
    'kpis/organisation.yaml': ORGANISATION,
    'kpis/sources.yaml': sources(ticketSource('tickets', 'tickets.csv')),
    'kpis/tickets.csv': 'id,created,resolved,team\nT-1,2026-11-02 09:15,2026-11-02 16:40,first\n',
    'kpis/queues/arrivals.yaml': ARRIVALS,
  });
});
afterAll(() => house.close());

const EMPTY = { QUARTERDECK_KPIS: '/nowhere' };
type Refusal = readonly [args: string, says: string, environment: Readonly<Record<string, string>>];

/** What is typed, and what must be read on standard error; all of it exits with 2 and stores nothing. */
const REFUSALS: readonly Refusal[] = [
  ['reveiw', `There is no verb "reveiw". Did you mean 'review'?`, {}],
  ['review --scpe x', `review has no flag --scpe. Did you mean '--scope'?`, {}],
  ['review 2026-W99', '"2026-W99" is not a week that exists; write it as 2026-W46.', {}],
  ['review soon', '"soon" is not a week that exists; write it as 2026-W46.', {}],
  ['review 2099-W01', '2099-W01 has not begun yet.', {}],
  ['review --scope team:nobody', 'There is no team "nobody". organisation.yaml has ', {}],
  ['review --scope nobody', 'There is no scope "nobody". Write organisation, team:ID or service:ID', {}],
  ['explain arivals', `There is no KPI "arivals". Did you mean 'arrivals'?`, {}],
  ['explain arrivals 2026-13', '"2026-13" is not a period; write 2026-W46, 2026-10 or 2026-Q3.', {}],
  ['explain arrivals 2099-W01', '2099-W01 has not begun yet.', {}],
  ['test arivals', `There is no KPI "arivals". Did you mean 'arrivals'?`, {}],
  ['pull tickts', 'There is no source "tickts" that can be used. Known: tickets.', {}],
  ['import tickts --dry-run', `There is no usable source "tickts". Did you mean 'tickets'?`, {}],
  ['aws polcy', 'There is no "aws polcy". Write: quarterdeck aws policy, aws check, or aws discover SOURCE', {}],
  ['aws discover tickets', 'There is no usable source "tickets" of type cloudwatch.', {}],
  ['import', 'Which source? Usage: quarterdeck import SOURCE', {}],
  ['import tickets --dry-run --rows many', '--rows takes a whole number from 0 on.', {}],
  ['import --guess no-such.csv', 'no-such.csv: cannot be opened (ENOENT)', {}],
  ['review', 'nowhere:1:1: there is no such folder. Name one with --kpis, or run `quarterdeck init`', EMPTY],
  ['explain x', 'nowhere:1:1: there is no such folder.', EMPTY],
  ['init package.json', 'a file is in the way where a folder is needed. Name another place', {}],
  [
    'review',
    'Make it a folder that this user may write, or point QUARTERDECK_DATA elsewhere',
    { QUARTERDECK_DATA: 'package.json' },
  ],
  ['review', 'QUARTERDECK_PORT is "many"; use a number from 0 to 65535', { QUARTERDECK_PORT: 'many' }],
  ['serve', 'There is no sign-in yet, so Quarterdeck only binds to this machine', { QUARTERDECK_HOST: '0.0.0.0' }],
  ['review', 'DATABASE_URL must begin with postgres://', { DATABASE_URL: 'mysql://localhost/x' }],
];

it.each(REFUSALS)('refuses `%s` with "%s"', async (args, says, environment = {}) => {
  const { code, err } = await house.say(args.split(' '), environment);
  expect(err).toContain(says);
  expect(err).not.toMatch(/\n {4}at |node:internal|\.\. /);
  expect(code).toBe(2);
});

it('ends with 2 and without a stack trace as a command, too', async () => {
  expect(await house.run(['reveiw'])).toEqual({
    code: 2,
    out: '',
    err: `There is no verb "reveiw". Did you mean 'review'?\n\`quarterdeck --help\` says what each does.\n`,
  });
});

it('asks to report what nobody foresaw, and shows where only on request', async () => {
  const broken = { QUARTERDECK_KPIS: '\0' };
  const said = await house.say(['check'], broken);
  expect(said.code).toBe(2);
  expect(said.err).toMatch(/^A fault in Quarterdeck itself: .*null bytes.*Run it again with LOG_LEVEL=debug to see where/);
  expect(said.err).not.toMatch(/\n {4}at /);
  expect((await house.say(['check'], { ...broken, LOG_LEVEL: 'debug' })).err).toMatch(/\n {4}at /);
});

it('says whose port it is that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = String(typeof address === 'object' && address !== null ? address.port : 0);
  const { code, err } = await house.run(['serve'], { QUARTERDECK_PORT: port });
  other.close();
  expect(err).toContain(`127.0.0.1:${port} is taken by another process. Stop it, or set QUARTERDECK_PORT`);
  expect(err).not.toMatch(/\n {4}at /);
  expect(code).toBe(2);
});

it('refuses a second server, and sends verbs that write to the first', async () => {
  const server = await house.serve();
  const second = await house.run(['serve'], { QUARTERDECK_PORT: '0' });
  expect(second.err).toMatch(/^Another process \(pid \d+, .*Stop it, or use the running server/);
  expect(second.code).toBe(2);

  const there = { QUARTERDECK_PORT: server.port };
  const pulled = await house.run(['pull'], there);
  expect(pulled).toMatchObject({ code: 0, err: '' });
  expect(pulled.out).toMatch(/^tickets: 3 new events, 0 new samples, 0 rejected rows, [\d.]+ s, by the running server\n$/);
  expect((await house.run(['review', '2026-W99'], there)).err).toBe(
    'The running server answers: "2026-W99" is not a week that exists; write it as 2026-W46.\n',
  );
  expect((await house.run(['explain', 'arrivals', '2026-W45'], there)).code).toBe(0);
  expect(await server.stop()).toMatchObject({ code: 0 });
});
