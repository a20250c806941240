import { describe, expect, it } from 'vitest';
import { shiftPeriod } from '../../server/time/calendar.ts';
import { calendar, cardOf, hours, kpi, period, queue, waves } from './build.ts';
import { eventsApart, rareCard, severe, usual as usualApart } from './rare-events.ts';

const usual = waves(40, hours(4.1), hours(0.376));

describe('limits that somebody sets anew', () => {
  it('are proposed from the first day of the week in which the signal began', () => {
    // The last of the usual weeks lies below the mean, too.
    const run = Array.from({ length: 7 }, () => hours(3.5));
    expect(cardOf(kpi(), [...usual, ...run]).rebase).toEqual({
      on: '2026-09-21',
      text: 'The signal began in week 39, so its first day is proposed. What came before keeps its limits.',
    });
    expect(cardOf(kpi(), [...usual, hours(6.4)]).rebase?.on).toBe('2026-11-09');
  });

  it('are proposed from where a signal began that still stands, however old it is', () => {
    const run = Array.from({ length: 19 }, () => hours(3.5));
    const began = shiftPeriod(calendar, period('2026-W46'), -19);
    expect(cardOf(kpi(), [...usual, ...run]).rebase?.text).toContain(`began in week ${began.id.slice(6)}`);
  });

  it('of a level begin with the week in which it first changed otherwise', () => {
    expect(cardOf(queue(), [...waves(40, 200, 2), 260], 1).rebase?.on).toBe('2026-11-09');
  });

  it('are proposed from the reviewed week on where no signal stands, and not at all where there are none', () => {
    expect(cardOf(kpi(), usual).rebase).toEqual({
      on: '2026-11-09',
      text: 'No signal stands, so the first day of the reviewed week is proposed. What came before keeps its limits.',
    });
    expect(cardOf(kpi(), usual.slice(0, 8)).rebase).toBeNull();
  });

  it('of times between events begin with the event that came too soon, or with the week while none comes', () => {
    const soon = rareCard(severe(), eventsApart([...usualApart, 3], 2));
    expect(soon.signals.at(-1)?.since).toBe('2026-11-13');
    expect(soon.rebase).toEqual({
      on: '2026-11-13',
      text: 'The signal began with what happened on 13 Nov 2026, so that day is proposed. What came before keeps its limits.',
    });
    expect(rareCard(severe(), eventsApart(usualApart, 63)).rebase).toMatchObject({
      on: '2026-11-09',
      text: expect.stringMatching(/^The time since the last one still runs/) as unknown,
    });
  });
});
