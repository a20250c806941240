import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { desk, type Desk } from './command.ts';

const HOUR_MS = 3_600_000;
const ORGANISATION = `version: organisation/v1
name: Desk
zone: UTC
teams:
  first: { name: First, zone: UTC }
  second: { name: Second, zone: UTC }
`;
const SOURCES = `version: sources/v1
sources:
  - id: rota
    type: files
    files:
      - path: rota.csv
        gives: shift
        item: id
        dates: ISO
        zone: UTC
        fields: { team: team, rotation: rotation, responder: email }
        instants: { from: start, to: end }
        complete: when read
  - { id: survey, type: survey }
`;
const ANSWERS = { feeling: 2, rest: 1, pages: 4 };

interface Told {
  readonly rotation: string;
  readonly team: string;
  readonly to: string;
  readonly url: string;
}

let house: Desk;
beforeEach(async () => {
  const now = Date.now();
  const ago = (hours: number): string => new Date(now - hours * HOUR_MS).toISOString();
  const rows = [
    ['S1', 'first', 'first-primary', 'ada@example.com', ago(30), ago(2)],
    ['S2', 'second', 'second-primary', 'bea@example.com', ago(80), ago(60)],
    ['S3', 'first', 'first-primary', 'cyd@example.com', ago(2), ago(-22)],
    // Its link has closed; and one that nobody has yet.
    ['S4', 'first', 'first-primary', 'ada@example.com', ago(300), ago(200)],
    ['S5', 'first', 'first-primary', 'ada@example.com', ago(-22), ago(-46)],
  ];
  house = desk({
    'kpis/organisation.yaml': ORGANISATION,
    'kpis/sources.yaml': SOURCES,
    'kpis/rota.csv': ['id,team,rotation,email,start,end', ...rows.map((row) => row.join(','))].join('\n'),
    'kpis/on-call/shift-feeling.yaml': readFileSync('kpis/on-call/shift-feeling.yaml', 'utf8'),
  });
  expect((await house.say(['pull', 'rota'])).code).toBe(0);
});
afterEach(() => house.close());

const links = async (...args: readonly string[]): Promise<Told[]> => {
  const { out } = await house.say(['hand-over', '--json', ...args]);
  return JSON.parse(out) as Told[];
};

describe('quarterdeck hand-over', () => {
  it('prints a link for each shift that ended lately or runs, and never whose it was', async () => {
    const { code, out, err } = await house.say(['hand-over']);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toMatch(/ada|bea|cyd|example\.com|p-[\w-]{16}/);
    expect(out.match(/http:\/\/127\.0\.0\.1:4680\/shift\/\S+/g)).toHaveLength(3);
    expect(out).toMatch(/first-primary +First .*\(runs\)/);
    expect((await links()).map(({ rotation, team }) => `${team} ${rotation}`)).toEqual([
      'first first-primary',
      'first first-primary',
      'second second-primary',
    ]);
    expect(await links('--team', 'second')).toHaveLength(1);
    const today = new Date().toISOString().slice(0, 10);
    for (const { to } of await links('--since', today)) expect(to >= today).toBe(true);
    expect((await house.say(['hand-over', '--team', 'frist'])).err).toMatch(/There is no team "frist".*first/s);
    expect((await house.say(['hand-over', '--since', 'monday'])).code).toBe(2);
  });

  it('gives links beside a running server; what was answered is there after a kill, and stands in no log', async () => {
    const server = await house.serve({ LOG_LEVEL: 'debug' });
    const [told] = await links();
    const path = new URL(told?.url ?? '').pathname;
    const token = path.split('/').at(-1) ?? '';
    const base = `http://127.0.0.1:${server.port}`;
    const opened = await fetch(`${base}/api/v1/shifts/${token}`);
    expect(opened.status).toBe(200);
    expect(await opened.text()).toContain('first-primary');
    for (const page of [path, `${path}x`]) await (await fetch(base + page, { headers: { accept: 'text/html' } })).text();
    const kept = await fetch(`${base}/api/v1/shifts/${token}/answers`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ANSWERS),
    });
    expect([kept.status, ((await kept.json()) as { survey: object }).survey]).toMatchObject([200, { given: ANSWERS }]);
    const { out, err } = await server.stop('SIGKILL');
    const seal = token.split('.')[1] ?? '';
    expect(out).toContain('/api/v1/shifts/…');
    expect(out + err).not.toContain(seal.slice(0, 12));

    const again = await house.serve();
    const shown = (await (await fetch(`http://127.0.0.1:${again.port}/api/v1/shifts/${token}`)).json()) as {
      survey: { given: object };
    };
    expect(shown.survey.given).toEqual(ANSWERS);
    await again.stop();
  });
});
