import { expect, it } from 'vitest';
import { startPostgresql } from '../store/postgresql-server.ts';
import { ARRIVALS, ORGANISATION, desk, sources, ticketSource } from './command.ts';

const noon = (ago: number): string => `${new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)} 12:00`;

it('diff reads what was measured on PostgreSQL, too, and writes nothing there', async () => {
  const server = await startPostgresql();
  const house = desk({
    'kpis/organisation.yaml': ORGANISATION,
    'kpis/sources.yaml': sources(ticketSource('tickets', 'tickets.csv')),
    'kpis/tickets.csv': `id,created,resolved,team\nT-0,${noon(60)},,first\nT-1,${noon(20)},,first\nT-2,${noon(20)},,\nT-3,${noon(1)},,first\n`,
    'kpis/queues/arrivals.yaml': ARRIVALS,
  });
  try {
    const there = { DATABASE_URL: await server.createDatabase() };
    expect((await house.say(['diff'], there)).code).toBe(2);
    expect((await house.say(['pull'], there)).code).toBe(0);
    house.write('kpis/queues/arrivals.yaml', ARRIVALS.replace('{ of: tickets } }', '{ of: tickets }, where: { team: first } }'));
    const rows = (): Promise<Record<string, unknown>[]> =>
      server.query(
        there.DATABASE_URL,
        'select (select count(*) from definition) as definitions, (select count(*) from setting) as settings',
      );
    const before = await rows();
    const { code, out, err } = await house.say(['diff'], there);
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^arrivals: 1 of 12 weeks changes; count from [\d.]+ to 1 on average; 1 item leaves, 0 enter\.$/m);
    expect(await rows()).toEqual(before);
  } finally {
    await house.close();
    await server.stop();
  }
});
