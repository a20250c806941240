import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { parseSources } from '../../server/sources/config.ts';
import { demoAdapter } from '../../server/sources/demo/adapter.ts';
import { reviewsAdapter } from '../../server/sources/reviews/adapter.ts';
import { surveyAdapter } from '../../server/sources/survey/adapter.ts';
import { PEOPLE, SERVICES, TEAMS } from '../../server/sources/demo/company.ts';
import { demoStart } from '../../server/sources/demo/cursor.ts';
import { STREAMS, type StreamName } from '../../server/sources/demo/streams.ts';
import { SourceError } from '../../server/sources/source.ts';
import { NOW, berlin, contextAt, pullAll, streamSource, wholeOf } from './demo-pull.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const fromRoot = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** What was handed over, as text. */
const linesOf = (told: { events: readonly object[]; samples: readonly object[] }): ReadonlySet<string> =>
  new Set([...told.events, ...told.samples].map((each) => JSON.stringify(each)));

/**
 * Pulls at each instant with the cursor the pull before left, as a replay does. What is handed over
 * again after a failure is the same, so it counts once.
 */
async function pullAt(stream: StreamName, instants: readonly number[]): Promise<Set<string>> {
  const source = streamSource(stream);
  let cursor: string | null = demoStart(berlin(), NOW);
  const told = new Set<string>();
  for (const now of instants) {
    const pulled = await pullAll(source, now, cursor);
    cursor = pulled.end?.cursor ?? cursor;
    for (const each of [...pulled.events, ...pulled.samples]) told.add(JSON.stringify(each));
  }
  return told;
}

const isSame = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size === right.size && [...left].every((each) => right.has(each));

describe('the demo organisation', () => {
  it('tells the same history twice, and another for another seed', async () => {
    const first = linesOf(await wholeOf('incidents'));
    expect(isSame(linesOf(await pullAll(streamSource('incidents'), NOW)), first)).toBe(true);
    expect(isSame(linesOf(await pullAll(streamSource('incidents', 'southwind'), NOW)), first)).toBe(false);
  });

  it.each(STREAMS)('hands over the same facts of %s in one pull and in weekly, then daily pulls', async (stream) => {
    const whole = linesOf(await wholeOf(stream));
    const start = Date.parse('2024-05-20T06:00+02:00');
    const mondays = Array.from({ length: 65 }, (_, week) => start + week * WEEK_MS);
    const days = Array.from({ length: 7 * 66 }, (_, day) => start + 65 * WEEK_MS + day * DAY_MS);
    expect(whole.size).toBeGreaterThan(1000);
    expect(isSame(await pullAt(stream, [...mondays, ...days]), whole)).toBe(true);
  });

  it('hands over the same tickets whenever it is asked', async () => {
    const whole = linesOf(await wholeOf('tickets'));
    const times = fc.array(fc.integer({ min: NOW - 135 * WEEK_MS, max: NOW }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(times, async (instants) => {
        const told = await pullAt('tickets', [...instants.sort((left, right) => left - right), NOW]);
        expect(isSame(told, whole)).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  it('says where a replay begins, so that its stories end at the true now', () => {
    expect(demoStart(berlin(), NOW)).toBe('{"start":"2024-05-20","next":"2024-05-20"}');
  });

  it('hands over nothing twice while no further week is complete', async () => {
    const source = streamSource('deployments');
    const first = await pullAll(source, NOW);
    const second = await pullAll(source, NOW + DAY_MS, first.end?.cursor ?? null);
    expect(second.events).toEqual([]);
    expect(second.end).toEqual(first.end);
  });

  it('appends later weeks to the history that it began with', async () => {
    const source = streamSource('incidents');
    const first = await pullAll(source, NOW);
    const later = await pullAll(source, NOW + 3 * WEEK_MS, first.end?.cursor ?? null);
    const known = new Set(first.events.map((event) => `${event.item}/${event.key}`));
    expect(later.events.length).toBeGreaterThan(300);
    expect(later.events.filter((event) => known.has(`${event.item}/${event.key}`))).toEqual([]);
    expect(later.end?.historyFrom).toBe(first.end?.historyFrom);
    expect((later.end?.completeUntil ?? 0) - (first.end?.completeUntil ?? 0)).toBe(3 * WEEK_MS);
  });

  it('says nothing about the running week and vouches for the last complete one', async () => {
    const sunday = Date.parse('2026-11-15T23:00Z');
    for (const stream of ['incidents', 'tickets', 'alerts-and-pages'] as const) {
      const { events, end } = await wholeOf(stream);
      expect(end?.completeUntil).toBe(sunday);
      expect(events.every((event) => event.effectiveAt < sunday)).toBe(true);
    }
  });

  it('tells 150,000 to 210,000 events and fewer than 150,000 metric points, each fact once', async () => {
    let events = 0;
    let samples = 0;
    for (const stream of STREAMS) {
      const told = await wholeOf(stream);
      const keys = new Set(told.events.map((event) => `${event.kind}/${event.item}/${event.key}`));
      const points = new Set(told.samples.map((each) => `${each.series}/${each.statistic}/${each.dimensions}/${each.at}`));
      expect(keys.size).toBe(told.events.length);
      expect(points.size).toBe(told.samples.length);
      expect(told.samples.every((each) => Number.isFinite(each.value))).toBe(true);
      events += told.events.length;
      samples += told.samples.length;
    }
    expect(events).toBeGreaterThan(150_000);
    expect(events).toBeLessThan(210_000);
    expect(samples).toBeGreaterThan(100_000);
    expect(samples).toBeLessThan(150_000);
  });

  it('names a person only through the pseudonym', async () => {
    const seen = new Set<string>();
    for (const stream of ['alerts-and-pages', 'shifts', 'surveys'] as const) {
      const { events } = await wholeOf(stream);
      expect(events.filter((event) => JSON.stringify(event).includes('person'))).toEqual([]);
      for (const { fields } of events) if (typeof fields['responder'] === 'string') seen.add(fields['responder']);
    }
    expect([...seen].sort()).toEqual(PEOPLE.map(({ id }) => contextAt(NOW, null).pseudonym(id)).sort());
  });

  it('shows in a dry run what a pull would read, and changes nothing', async () => {
    const source = streamSource('incidents');
    const before = await wholeOf('incidents');
    const dry = await source.dryRun(contextAt(NOW, null), 5);
    expect(dry.events).toBe(before.events.length);
    expect(dry.rows).toHaveLength(5);
    expect(dry.rows[0]).toMatchObject({ kind: 'incident', state: 'opened' });
    expect(isSame(linesOf(await pullAll(source, NOW)), linesOf(before))).toBe(true);
  });

  it('refuses a cursor that is not its own', async () => {
    for (const cursor of [
      'junk',
      '{}',
      '{"start":"2026-02-30","next":"2026-03-02"}',
      '{"start":"2026-03-02","next":"2026-03-05"}',
    ]) {
      const { error, events } = await pullAll(streamSource('shifts'), NOW, cursor);
      expect(error).toBeInstanceOf(SourceError);
      expect(events).toEqual([]);
    }
  });
});

describe('the demo in the settings', () => {
  it('agrees with organisation.yaml about teams, zones, services and owners', () => {
    const { organisation, problems } = parseOrganisation(fromRoot('kpis/organisation.yaml'), 'kpis/organisation.yaml');
    expect(problems).toEqual([]);
    expect(organisation?.teams.map(({ id, zone }) => [id, zone])).toEqual(TEAMS.map(({ id, zone }) => [id, zone.name]));
    expect(organisation?.services.map(({ id, tier }) => [id, tier])).toEqual(SERVICES.map(({ id, tier }) => [id, String(tier)]));
    for (const [index, service] of SERVICES.entries()) {
      const owners = organisation?.services[index]?.owners ?? [];
      expect(owners.map(({ team }) => team)).toEqual(
        service.moved === null ? [service.team] : [service.team, service.moved.team],
      );
      if (service.moved !== null) expect(owners[1]?.since).toBe(berlin().zone.startOfDay(service.moved.since));
    }
    expect([TEAMS.length, SERVICES.length, PEOPLE.length]).toEqual([8, 40, 60]);
  });

  it('has one source for each stream in sources.yaml', () => {
    const all = parseSources(fromRoot('kpis/sources.yaml'), 'kpis/sources.yaml', [demoAdapter, surveyAdapter, reviewsAdapter]);
    expect(all.problems).toEqual([]);
    const sources = all.sources.filter(({ type }) => type === 'demo');
    expect(sources).toHaveLength(STREAMS.length);
    expect(new Set(sources.flatMap(({ kinds, series }) => [...kinds, ...series])).size).toBe(12 + 5);
  });

  it('says which streams there are when one is missing or misspelt', () => {
    const text = `version: sources/v1
sources:
  - { id: one, type: demo }
  - { id: two, type: demo, stream: incident, zone: Europe/Berlinn }
`;
    const { sources, problems } = parseSources(text, 'sources.yaml', [demoAdapter]);
    expect(sources).toEqual([]);
    expect(problems.map(({ line, path }) => [line, path])).toEqual([
      [3, 'sources.0'],
      [4, 'sources.1.stream'],
      [4, 'sources.1.zone'],
    ]);
    expect(problems[0]?.fix).toContain('alerts-and-pages');
  });
});
