import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { NO_TALK, type ActionBody, type CommentBody, type Talk, type Written } from '../../server/review/talk.ts';
import { atMost, card, day, hours, instant, kpi, period, queue, review, rows, waves, type Value } from './build.ts';

const filed = <Body>(id: number, period: string | null, body: Body, rest: Partial<Written<Body>> = {}): Written<Body> => ({
  id,
  revision: 1,
  scope: 'organisation',
  kpi: 'time-to-restore',
  period,
  author: 'Service Operations',
  at: instant('2026-11-16T09:00Z'),
  firstAt: instant('2026-11-16T09:00Z'),
  body,
  ...rest,
});
const comment = (id: number, period: string, text: string, rest: Partial<Written<CommentBody>> = {}) =>
  filed(id, period, { text, point: null }, rest);
const action = (id: number, rest: Partial<ActionBody> = {}, as: Partial<Written<ActionBody>> = {}) =>
  filed<ActionBody>(
    id,
    '2026-W30',
    {
      title: 'Rehearse the failover',
      owner: 'Payments',
      due: '2026-09-14',
      expected: null,
      state: 'open',
      closedOn: null,
      note: '',
      ...rest,
    },
    as,
  );
const said = (rest: Partial<Talk>): Talk => ({ ...NO_TALK, ...rest });
const usual = waves(40, hours(4.1), hours(0.376));
const cardWith = (talk: Partial<Talk>, values: readonly Value[] = usual, of: Kpi = kpi()) =>
  card({ kpi: of, weeks: rows('2026-W46', values) }, { talk: said(talk) });

describe('comments on a card', () => {
  it('are those of this week beside those of the latest review that had any', () => {
    const comments = [
      comment(1, '2026-W43', 'older'),
      comment(2, '2026-W44', 'the one before'),
      comment(3, '2026-W46', 'now'),
      comment(4, '2026-W47', 'of a later review'),
      comment(5, '2026-W46', 'another KPI', { kpi: 'queue-depth' }),
    ];
    const shown = cardWith({ comments }).comments.map(({ text, when, isPast }) => ({ text, when, isPast }));
    expect(shown).toEqual([
      { text: 'the one before', when: 'Week 44', isPast: true },
      { text: 'now', when: 'this week', isPast: false },
    ]);
    expect(cardWith({ comments: [comment(1, '2026-W45', 'x')] }).comments[0]?.when).toBe('last week');
    expect(cardWith({ comments: [comment(1, '2026-W39', 'x')] }).comments).toEqual([]);
  });

  it('are asked for where a signal is against us or a target newly missed, never for noise', () => {
    const against = [...usual, hours(6.4)];
    expect(cardWith({}, against).needsComment).toBe(true);
    expect(cardWith({ comments: [comment(1, '2026-W46', 'why')] }, against).needsComment).toBe(false);
    expect(cardWith({ comments: [comment(1, '2026-W45', 'why')] }, against).needsComment).toBe(true);
    expect(cardWith({}, usual).needsComment).toBe(false);
    expect(cardWith({}, [...usual, hours(1)]).needsComment).toBe(false);
    expect(cardWith({}, usual, kpi({ targets: [atMost(hours(4.4), '4.4 hours')] })).needsComment).toBe(false);
    expect(cardWith({}, [...usual, hours(4.6)], kpi({ targets: [atMost(hours(4.5), '4.5 hours')] })).needsComment).toBe(true);
  });

  it('stand on the review where they belong to no KPI', () => {
    const of = review([{ kpi: kpi(), weeks: rows('2026-W46', usual) }], {
      talk: said({ comments: [comment(1, '2026-W46', 'On *all* of it', { kpi: null })] }),
    });
    expect(of.comments).toMatchObject([
      {
        text: 'On *all* of it',
        blocks: [{ type: 'paragraph', inlines: [{ text: 'On ' }, { text: 'all', marks: ['emphasis'] }, { text: ' of it' }] }],
      },
    ]);
    expect(of.cards[0]?.comments).toEqual([]);
  });
});

describe('actions', () => {
  const agendaWith = (actions: readonly Written<ActionBody>[]) =>
    review([{ kpi: kpi(), weeks: rows('2026-W46', usual) }], { talk: said({ actions }) }).agenda;

  it('come back on the agenda as long as they are overdue', () => {
    expect(agendaWith([action(7)])).toMatchObject([
      {
        reason: 'overdue action',
        kpi: 'time-to-restore',
        action: 7,
        title: 'Overdue: Rehearse the failover',
        why: 'Payments, due 14 Sep, 9 weeks overdue.',
        judgement: 'against',
      },
    ]);
    expect(agendaWith([action(7, { due: '2026-11-21' })])).toEqual([]);
    expect(agendaWith([action(7, { due: '2026-11-20' })])).toMatchObject([{ why: 'Payments, due 20 Nov, 1 day overdue.' }]);
    expect(agendaWith([action(7, { state: 'dropped', closedOn: '2026-11-02' })])).toEqual([]);
    expect(agendaWith([action(7, {}, { kpi: null })])).toMatchObject([{ kpi: null, action: 7 }]);
  });

  it('were agreed on the day on which they were first written, whatever became of them a week later', () => {
    const [first, edited] = [instant('2026-11-09T09:00Z'), instant('2026-11-16T09:00Z')];
    const of = action(7, { due: '2026-12-01' }, { revision: 2, firstAt: first, at: edited });
    expect(cardWith({ actions: [of] }).actions[0]?.setOn).toBe('2026-11-09');
  });

  it('stand in an earlier review as they stood to it', () => {
    const before = review([{ kpi: kpi(), weeks: rows('2026-W30', usual) }], {
      week: period('2026-W30'),
      talk: said({ actions: [action(7, { due: '2026-08-03' })] }),
    });
    expect(before.agenda).toEqual([]);
    expect(before.cards[0]?.actions).toMatchObject([{ isOverdue: false, dueText: 'due 3 Aug' }]);
  });

  it('leave the card half a year after they were closed', () => {
    const closed = (closedOn: string) => cardWith({ actions: [action(1, { state: 'done', closedOn })] }).actions.length;
    expect([closed('2026-05-11'), closed('2026-05-10')]).toEqual([1, 0]);
  });
});

describe('the verdict on an action', () => {
  const expected = { direction: 'at_most' as const, value: hours(3.2), text: '3.2 hours', by: '2026-11-30' };
  const done = action(1, { state: 'done', closedOn: '2026-09-14', expected }, { period: '2026-W36' });
  /** 9 weeks follow the day on which it was done, that of week 38 (from 14 September) to week 46. */
  const after = (values: readonly Value[], of: Kpi = kpi(), others: readonly Written<ActionBody>[] = [], own = done) =>
    cardWith({ actions: [own, ...others] }, [...waves(31, hours(4.1), hours(0.376)), ...values], of).actions.find(
      ({ id }) => id === 1,
    )?.verdict;
  const nine = (value: number): Value[] => Array.from({ length: 9 }, () => hours(value));

  it('says that it shifted, and whether as far as expected', () => {
    expect(after(nine(3))).toEqual({
      is: 'as expected',
      judgement: 'with',
      text: 'Shifted from 4.1 h to 3 h after 14 Sep 2026, as expected (at most 3.2 hours): worked.',
    });
    expect(after(nine(3.5))).toMatchObject({
      is: 'less',
      text: expect.stringMatching(/better, but less than expected/) as unknown,
    });
    expect(after(nine(5.5))).toMatchObject({ is: 'worse', judgement: 'against' });
  });

  it('cannot tell a routine week from another', () => {
    expect(after(waves(9, hours(4.1), hours(0.376)))).toMatchObject({
      is: 'noise',
      text: 'Cannot be told from noise: 4.1 h on average after 14 Sep 2026, 4.1 h before.',
    });
  });

  it('waits for eight settled periods after it, and for twelve before', () => {
    const unsettled: Value = { value: hours(3), flags: ['unsettled'] };
    expect(after([...nine(3).slice(0, 7), unsettled, unsettled])).toMatchObject({
      is: 'too early',
      text: 'Too early to tell: 7 of 8 settled weeks after it.',
    });
    expect(
      card({ kpi: kpi(), weeks: rows('2026-W46', [...waves(12, hours(4), 60), ...nine(3)]) }, { talk: said({ actions: [done] }) })
        .actions[0]?.verdict,
    ).toMatchObject({ is: 'too early', text: 'Only 11 weeks before it can be judged; a verdict takes 12.' });
    expect(after(nine(3), kpi(), [], action(1))).toBeNull();
  });

  it('leaves the week that prompted it out of what was usual', () => {
    const withPeak = (period: string) =>
      cardWith({ actions: [{ ...done, period }] }, [...waves(30, hours(4.1), hours(0.376)), hours(60), ...nine(3)]).actions[0]
        ?.verdict?.text;
    expect(withPeak('2026-W37')).toMatch(/^Shifted from 4\.1 h to 3 h/);
    expect(withPeak('2026-W20')).not.toMatch(/^Shifted from 4\.1 h/);
  });

  it('does not share what two did at once', () => {
    const other = action(2, { title: 'Add a second region', state: 'done', closedOn: '2026-10-05' });
    expect(after(nine(3), kpi(), [other])).toMatchObject({
      is: 'confounded',
      text: 'From 4.1 h to 3 h after 14 Sep 2026, but “Add a second region” was done in the same time, so it cannot be told apart.',
    });
    expect(after(nine(3), kpi(), [action(2, { state: 'done', closedOn: '2026-07-01' })])).toMatchObject({ is: 'as expected' });
    expect(after(nine(3), kpi({ dividers: [{ on: day('2026-10-12'), because: 'a new tool' }] }))).toMatchObject({
      is: 'confounded',
    });
  });

  it('judges what carries over by its changes, and tells its levels', () => {
    const falling = [...waves(31, 200, 3), 180, 160, 140, 120, 100, 80, 60, 40, 20];
    const of = cardWith(
      { actions: [action(1, { state: 'done', closedOn: '2026-09-14' }, { kpi: 'queue-depth' })] },
      falling,
      queue(),
    );
    expect(of.actions[0]?.verdict).toMatchObject({
      is: 'as expected',
      text: expect.stringMatching(/^Shifted from 200 to 110 after/) as unknown,
    });
  });
});

describe('notes on the time axis', () => {
  it('of a KPI are those on it and its dividers, by day, with the periods that hold them', () => {
    const note = (id: number, on: string, of: string | null) =>
      filed(id, null, { day: on, type: 'note' as const, text: `note ${id}` }, { kpi: of });
    const shown = cardWith(
      {
        annotations: [
          note(1, '2026-10-01', 'time-to-restore'),
          note(2, '2026-09-01', null),
          note(3, '2026-09-02', 'queue-depth'),
        ],
      },
      usual,
      kpi({ dividers: [{ on: day('2026-09-15'), because: 'a new tool' }] }),
    ).annotations;
    expect(shown[0]?.periods).toEqual(['2026-W38', '2026-09', '2026-Q3']);
    expect(shown.map(({ day: on, type, text }) => `${on} ${type} ${text}`)).toEqual([
      '2026-09-15 divider a new tool',
      '2026-10-01 note note 1',
    ]);
  });
});
