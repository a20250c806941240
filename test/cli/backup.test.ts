import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ARRIVALS, ORGANISATION, desk, sources, ticketSource, type Desk } from './command.ts';

let house: Desk;
beforeEach(() => {
  house = desk({
    'kpis/organisation.yaml': ORGANISATION,
    'kpis/sources.yaml': sources(ticketSource('tickets', 'tickets.csv')),
    'kpis/tickets.csv': 'id,created,resolved,team\nT-1,2026-11-02 09:15,2026-11-02 16:40,first\n',
    'kpis/queues/arrivals.yaml': ARRIVALS,
  });
});
afterEach(() => house.close());
const at = (name: string): string => join(house.folder, name);
const elsewhere = (): Record<string, string> => ({ QUARTERDECK_DATA: at('elsewhere') });

it('backs up beside a running server, and restores elsewhere what that shows', async () => {
  const server = await house.serve();
  const there = { QUARTERDECK_PORT: server.port };
  expect(await house.run(['pull'], there)).toMatchObject({ code: 0 });
  const made = await house.run(['backup', at('one.gz')], there);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(/one\.gz: \d+ rows of \d+ tables up to batch 1, [\d.]+ MB, written and read back in [\d.]+ s\./);
  expect(made.out).toContain('It holds the key of the pseudonyms: keep it as private as the data folder (its mode is 0600).');
  expect(statSync(at('one.gz')).mode & 0o777).toBe(0o600);

  const refused = await house.run(['restore', at('one.gz'), '--replace'], there);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toMatch(/^Another process \(pid \d+, .* writes to .*\. Nothing was changed\. Stop it, then restore\.\n$/);
  expect(await server.stop()).toMatchObject({ code: 0 });

  const restored = await house.run(['restore', at('one.gz')], elsewhere());
  expect(restored).toMatchObject({ code: 0, err: '' });
  expect(restored.out).toMatch(
    /^Restored into .*elsewhere in [\d.]+ s and compared with the backup: \d+ rows up to batch 1, taken /,
  );
  const explain = ['explain', 'arrivals', '2026-W45'];
  const before = await house.run(explain);
  expect(before).toMatchObject({ code: 0, err: '' });
  expect(await house.run(explain, elsewhere())).toEqual(before);
  expect(readFileSync(at('elsewhere/pseudonym.key'))).toEqual(readFileSync(at('data/pseudonym.key')));
});

it('says what to do about a damaged database, and doing it heals it', async () => {
  expect(await house.say(['pull'])).toMatchObject({ code: 0 });
  expect(await house.say(['backup', at('one.gz')])).toMatchObject({ code: 0 });
  writeFileSync(at('data/quarterdeck.db'), 'x'.repeat(10_000));
  const broken = await house.run(['serve'], { QUARTERDECK_PORT: '0' });
  expect(broken).toMatchObject({ code: 2, out: '' });
  expect(broken.err).toMatch(/quarterdeck\.db is damaged or not a database .* run `quarterdeck restore FILE --replace`/);
  expect((await house.say(['restore', at('one.gz')])).err).toMatch(/has data already.*--replace/);
  const healed = await house.say(['restore', at('one.gz'), '--replace', '--json']);
  expect(healed).toMatchObject({ code: 0, err: '' });
  const { aside } = JSON.parse(healed.out) as { aside: string };
  expect(readFileSync(join(aside, 'quarterdeck.db'), 'utf8')).toMatch(/^xxx/);
  expect(await house.say(['explain', 'arrivals', '2026-W45'])).toMatchObject({ code: 0 });
});

it('checks a backup without restoring it, and names what is wrong with one', async () => {
  await house.say(['pull']);
  await house.say(['backup', at('one.gz')]);
  const whole = await house.say(['restore', at('one.gz'), '--check'], elsewhere());
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(whole.out).toMatch(/one\.gz is whole: \d+ rows up to batch 1, taken .* UTC from SQLite by version /);
  const json = JSON.parse((await house.say(['restore', at('one.gz'), '--check', '--json'])).out) as unknown;
  expect(json).toMatchObject({ from: 'sqlite', watermark: 1, hasPseudonymKey: true });

  writeFileSync(at('half.gz'), readFileSync(at('one.gz')).subarray(0, 900));
  const half = await house.say(['restore', at('half.gz'), '--check'], elsewhere());
  expect(half).toMatchObject({ code: 2, out: '' });
  expect(half.err).toMatch(/half\.gz is damaged: .*Use another backup/);
  expect((await house.say(['restore', at('kpis/tickets.csv')], elsewhere())).err).toMatch(
    /tickets\.csv is not a backup of Quarterdeck\. Name a file that `quarterdeck backup` wrote\./,
  );
  expect((await house.say(['restore', at('none.gz')], elsewhere())).err).toMatch(/none\.gz cannot be used: it does not exist/);
  expect(existsSync(at('elsewhere/quarterdeck.db'))).toBe(false);
});

it('refuses to write where it cannot, or where something is', async () => {
  await house.say(['pull']);
  expect(await house.say(['backup'])).toMatchObject({ code: 2, err: 'Usage: quarterdeck backup FILE\n' });
  expect((await house.say(['backup', at('none/one.gz')])).err).toMatch(/There is no folder .*none/);
  expect((await house.say(['backup', at('kpis/tickets.csv')])).err).toMatch(/exists already\. Name another file/);
  expect((await house.say(['backup', at('one.gz')], elsewhere())).err).toMatch(/There is no database in .*elsewhere yet/);
});

it('says where the key of the pseudonyms is missing', async () => {
  await house.say(['pull']);
  rmSync(at('data/pseudonym.key'));
  const made = await house.say(['backup', at('one.gz')]);
  expect(made.code).toBe(0);
  expect(made.err).toMatch(/There is no .*pseudonym\.key, so the key of the pseudonyms is not in the backup/);
});
