import { describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import type { AskedShift, ShiftReply } from '../../server/event/shift-survey.ts';
import { parseSources } from '../../server/sources/config.ts';
import type { Post, PullContext, PullEnd, Reject, Source } from '../../server/sources/source.ts';
import { surveyAdapter } from '../../server/sources/survey/adapter.ts';
import { readPosition, surveyStart } from '../../server/sources/survey/cursor.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-20T06:00:00Z');

const parsed = (entry: string) => parseSources(`version: sources/v1\nsources:\n  - ${entry}\n`, 'sources.yaml', [surveyAdapter]);
function survey(entry = '{ id: survey, type: survey }'): Source {
  const [source] = parsed(entry).sources;
  if (source === undefined) throw new Error('no source');
  return source;
}

const shift = (name: string, to: number, rest: Partial<AskedShift> = {}): AskedShift => ({
  ref: `ref-${name}`,
  uid: `rota:shift:${name}`,
  rotation: 'first-primary',
  team: 'first',
  responder: `p-${name}`,
  zone: 'Europe/Berlin',
  from: to - DAY_MS,
  to,
  ...rest,
});
const reply = (of: AskedShift, feeling: number, at: number, answeredAt = at): ShiftReply => ({
  shift: of,
  at,
  answeredAt,
  answers: { feeling, rest: 3, pages: 4 },
});

interface Passed {
  readonly events: Event[];
  readonly rejects: Reject[];
  readonly taken: number[];
  readonly end: PullEnd;
}

async function pass(
  source: Source,
  shifts: readonly AskedShift[],
  posts: readonly string[] = [],
  more: Partial<PullContext> & { readonly known?: number | null } = {},
): Promise<Passed> {
  const { known = NOW, ...context } = more;
  const waiting = posts.map((body, index): Post => ({ number: index + 1, receivedAt: NOW, body, fault: null }));
  const taken: number[] = [];
  const pull = source.pull({
    cursor: surveyStart(NOW - 30 * DAY_MS),
    now: NOW,
    pseudonym: () => '',
    signal: new AbortController().signal,
    shifts: { completeUntil: known, ended: (from, until) => shifts.filter(({ to }) => to >= from && to < until) },
    inbox: {
      next: async (after) => waiting.filter(({ number }) => number > after),
      take: async (numbers) => void taken.push(...numbers),
    },
    ...context,
  });
  const events: Event[] = [];
  const rejects: Reject[] = [];
  for (;;) {
    const step = await pull.next();
    if (step.done === true) return { events, rejects, taken, end: step.value };
    events.push(...step.value.events);
    rejects.push(...step.value.rejects);
  }
}

describe('a survey', () => {
  it('asks three questions of everybody whose shift has ended since it began, and of nobody else', async () => {
    const shifts = [
      shift('over', NOW - DAY_MS),
      shift('running', NOW + DAY_MS),
      shift('before it began', NOW - 31 * DAY_MS),
      shift('too short', NOW - DAY_MS, { from: NOW - DAY_MS - 11 * HOUR_MS }),
    ];
    const { events } = await pass(survey(), shifts);
    expect(
      events.map(({ item, effectiveAt, fields }) => [
        item,
        effectiveAt,
        fields['instrument'],
        fields['invited'],
        fields['score'],
      ]),
    ).toEqual(
      ['shift', 'shift-rest', 'shift-pages'].map((instrument) => [
        `ref-over:${instrument}`,
        NOW - DAY_MS,
        instrument,
        1,
        undefined,
      ]),
    );
    expect(events[0]?.fields).toEqual({
      instrument: 'shift',
      responder: 'p-over',
      invited: 1,
      subject: 'first-primary',
      team: 'first',
      zone: 'Europe/Berlin',
    });
  });

  it('asks only the rotations that it names, and of shifts as long as it says', async () => {
    const shifts = [
      shift('mine', NOW - DAY_MS),
      shift('other', NOW - DAY_MS, { rotation: 'second' }),
      shift('nameless', NOW - DAY_MS, { rotation: null }),
    ];
    const named = await pass(survey('{ id: survey, type: survey, rotations: [first-primary] }'), shifts);
    expect(new Set(named.events.map(({ fields }) => fields['responder']))).toEqual(new Set(['p-mine']));
    expect((await pass(survey('{ id: survey, type: survey, shortest: 25 hours }'), shifts)).events).toEqual([]);
  });

  it('begins with its first pass, and keeps to that', async () => {
    const first = await pass(survey(), [shift('before', NOW - 1)], [], { cursor: null });
    expect([first.events, first.end.cursor]).toEqual([[], surveyStart(NOW)]);
    const second = await pass(survey(), [shift('before', NOW - 1), shift('after', NOW + 1)], [], {
      cursor: first.end.cursor,
      now: NOW + DAY_MS,
    });
    expect(second.events).toHaveLength(3);
    expect(readPosition(second.end.cursor ?? '', 'survey')).toEqual({ from: NOW, asked: new Map([['ref-after', NOW + 1]]) });
  });

  it('says the same again under the same keys, and a shift that was moved in the same slot', async () => {
    const [one, again] = [
      await pass(survey(), [shift('a', NOW - DAY_MS)]),
      await pass(survey(), [shift('a', NOW - DAY_MS)], [], { now: NOW + DAY_MS }),
    ];
    expect(again.events).toEqual(one.events);
    for (const moved of [shift('a', NOW - DAY_MS, { team: 'second' }), shift('a', NOW - DAY_MS - HOUR_MS)]) {
      const { events } = await pass(survey(), [moved]);
      expect(events.map(({ item, slot }) => [item, slot])).toEqual(one.events.map(({ item, slot }) => [item, slot]));
      for (const { key } of events) expect(one.events.map((before) => before.key)).not.toContain(key);
    }
  });

  it('asks no more about a shift that is somebody else’s or nobody’s by now, and again once it is back', async () => {
    const [mine, theirs] = [shift('mine', NOW - DAY_MS), shift('theirs', NOW - DAY_MS)];
    const first = await pass(survey(), [mine, theirs]);
    const second = await pass(survey(), [theirs], [], { cursor: first.end.cursor });
    const off = second.events.filter(({ state }) => state === 'cancelled');
    expect(off.map(({ item, slot, effectiveAt, fields }) => [item, slot, effectiveAt, fields])).toEqual(
      ['shift', 'shift-rest', 'shift-pages'].map((instrument) => [`ref-mine:${instrument}`, 'asked', NOW - DAY_MS, {}]),
    );
    expect((await pass(survey(), [theirs], [], { cursor: second.end.cursor })).events.some(({ state }) => state !== null)).toBe(
      false,
    );
    const back = await pass(survey(), [mine, theirs], [], { cursor: second.end.cursor });
    expect(back.events).toEqual(first.events);
  });

  it('takes nothing back that its sources may only be late with, nor what it would not ask about any more', async () => {
    const of = shift('late', NOW - DAY_MS);
    const first = await pass(survey(), [of]);
    for (const known of [NOW - 2 * DAY_MS, null]) {
      const late = await pass(survey(), [], [], { cursor: first.end.cursor, known });
      expect([late.events, late.end.cursor]).toEqual([[], first.end.cursor]);
    }
    expect(
      (await pass(survey('{ id: survey, type: survey, shortest: 30 hours }'), [of], [], { cursor: first.end.cursor })).events,
    ).toEqual([]);
    // Long after its round nobody remembers.
    const later = await pass(survey(), [], [], { cursor: first.end.cursor, now: NOW + 60 * DAY_MS, known: NOW + 60 * DAY_MS });
    expect([later.events, later.end.cursor]).toEqual([[], surveyStart(NOW - 30 * DAY_MS)]);
  });

  it('tells each answer with the month of the first, in the order in which they were put on disk', async () => {
    const of = shift('a', NOW - DAY_MS);
    const bodies = [reply(of, 5, NOW), reply(of, 2, NOW, NOW - HOUR_MS)].map((one) => JSON.stringify(one));
    const { events, taken } = await pass(survey(), [], bodies);
    expect(events.map(({ item, sequence, slot, fields }) => [item, sequence, slot, fields['score'], fields['answered']])).toEqual(
      [
        ['ref-a:shift', 1, 'answered', 5, NOW],
        ['ref-a:shift-rest', 1, 'answered', 3, NOW],
        ['ref-a:shift-pages', 1, 'answered', 4, NOW],
        ['ref-a:shift', 2, 'answered', 2, NOW - HOUR_MS],
        ['ref-a:shift-rest', 2, 'answered', 3, NOW - HOUR_MS],
        ['ref-a:shift-pages', 2, 'answered', 4, NOW - HOUR_MS],
      ],
    );
    expect(taken).toEqual([1, 2]);
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['a score beyond the scale', JSON.stringify(reply(shift('a', NOW), 6, NOW))],
    ['a part of a score', JSON.stringify(reply(shift('a', NOW), 2.5, NOW))],
    ['an answer about nothing', JSON.stringify({ ...reply(shift('a', NOW), 3, NOW), shift: null })],
  ])('rejects %s, and goes on', async (_name, body) => {
    const good = JSON.stringify(reply(shift('b', NOW), 3, NOW));
    const { events, rejects, taken } = await pass(survey(), [], [body, good]);
    expect([events.length, rejects.length, taken]).toEqual([3, 1, [1, 2]]);
  });

  it('knows as much as the sources of shifts do, and no more than the present', async () => {
    expect((await pass(survey(), [], [], { known: NOW - DAY_MS })).end.completeUntil).toBe(NOW - DAY_MS);
    expect((await pass(survey(), [], [], { known: NOW + DAY_MS })).end.completeUntil).toBe(NOW);
    expect((await pass(survey(), [], [], { known: null })).end.completeUntil).toBe(null);
  });

  it('shows whom it would ask, of the shifts that are known, and whose is told of none', async () => {
    const context = { cursor: null, now: NOW, pseudonym: () => '', signal: new AbortController().signal };
    const shifts = { completeUntil: NOW, ended: () => [shift('a', NOW - DAY_MS)] };
    expect(await survey().dryRun({ ...context, shifts }, 5)).toMatchObject({
      rows: [{ rotation: 'first-primary', team: 'first', ended: '2026-11-19T06:00:00.000Z' }],
      events: 3,
      read: 1,
    });
    await expect(survey().dryRun(context, 5)).rejects.toThrow(/shifts that are stored/);
  });

  it.each([
    ['{ id: survey, type: survey, closes_after: 29 days }', /open for so long is never over/],
    ['{ id: survey, type: survey, closes_after: soon }', /'soon' is not a length of time/],
    ['{ id: survey, type: survey, shortest: 0 hours }', /is not a length of time/],
    ['{ id: survey, type: survey, rotation: a }', /there is no setting 'rotation' here/],
  ])('is refused where it is written wrongly: %s', (entry, message) => {
    const { sources, problems } = parsed(entry);
    expect(sources).toEqual([]);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message) as unknown]);
  });
});
