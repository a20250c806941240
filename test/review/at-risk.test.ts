import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Value } from './build.ts';
import { atMost, card, cardOf, hours, kpi, rows, waves } from './build.ts';
import { eventsApart, rareCard, severe, usual as apart } from './rare-events.ts';

const usual = waves(40, hours(4.1), hours(0.376));
const unsettled = (value: number): Value => ({ value, flags: ['unsettled'] });
const riskOf = (rest: Partial<Kpi>, values: readonly Value[]) => cardOf(kpi(rest), values).atRisk;
const risky = (...when: string[]): Partial<Kpi> => ({
  atRisk: { when, runbook: 'runbooks/restore.md', escalateTo: 'Head of Operations' },
});
const bySignal = risky('signal against us');
const twice = { ...risky('target missed twice running'), targets: [atMost(hours(5), '5 hours')] };

describe('a KPI at risk', () => {
  it('is so from the first period with a cause, and says what to do', () => {
    expect(riskOf(bySignal, [...usual, hours(6.4), hours(6.6)])).toEqual({
      reason: 'signal against us',
      since: '2026-W45',
      runbook: 'runbooks/restore.md',
      escalateTo: 'Head of Operations',
      text: 'At risk since week 45: a signal against us. Runbook: runbooks/restore.md. Escalate to Head of Operations.',
    });
    expect(
      riskOf({ atRisk: { when: ['signal against us'], runbook: null, escalateTo: null } }, [...usual, hours(6.4)])?.text,
    ).toBe('At risk since week 46: a signal against us.');
  });

  it('is not where nothing of what it names happens', () => {
    expect(riskOf(bySignal, usual)).toBeNull();
    expect(riskOf(bySignal, [...usual, hours(1)])).toBeNull();
    expect(riskOf({}, [...usual, hours(6.4)])).toBeNull();
    expect(riskOf(twice, [...usual, hours(6.4)])).toBeNull();
    expect(cardOf(kpi({ ...bySignal, better: 'neither' }), [...usual, hours(6.4)]).atRisk).toBeNull();
  });

  it('ends after two settled periods without a cause', () => {
    const said = (...after: Value[]) => riskOf(bySignal, [...usual, hours(6.4), ...after])?.text;
    expect(said(hours(4))).toMatch(
      /^At risk since week 45: a signal against us\. One settled week had no cause; a second one ends it\. Runbook/,
    );
    expect(said(hours(4), hours(4))).toBeUndefined();
    expect(said(hours(4), unsettled(hours(4)))).toMatch(/One settled week had no cause; a second one ends it\./);
    expect(said(unsettled(hours(4)))).toMatch(/Its cause is gone; two settled weeks without one end it\./);
    // What cannot be judged is no calm week, and what goes wrong again begins to count anew.
    expect(said(hours(4), 'no data', { value: hours(4), count: 1 })).toMatch(/One settled week had no cause/);
    expect(said(hours(4), hours(6.4), hours(4))).toMatch(/^At risk since week 43: .*One settled week had no cause/);
  });

  it('counts targets missed twice running by the periods of the target', () => {
    expect(riskOf(twice, [...usual, hours(5.1), hours(5.2)])?.text).toMatch(
      /^At risk since week 46: its target missed twice running\./,
    );
    const monthly = kpi({ ...risky('target missed'), targets: [atMost(hours(4), '4 hours', 'month')] });
    const months = (...values: number[]) =>
      card({ kpi: monthly, weeks: rows('2026-W46', usual), months: rows('2026-10', values.map(hours), 40) }).atRisk?.text;
    expect(months(3, 5, 3)).toMatch(
      /^At risk since September: its target missed\. One settled month had no cause; a second one ends it\./,
    );
    expect(months(5, 3, 3)).toBeUndefined();
  });

  it('names every cause, and since the first of them', () => {
    const both = { ...risky('signal against us', 'target missed twice running'), targets: [atMost(hours(5), '5 hours')] };
    expect(riskOf(both, [...usual, hours(5.1), hours(6.4)])?.text).toMatch(
      /^At risk since week 46: a signal against us and its target missed twice running\./,
    );
    expect(riskOf(both, [...usual, hours(6.4), hours(5.4)])).toMatchObject({
      since: '2026-W45',
      reason: 'signal against us, target missed twice running',
    });
  });

  it('is so by the month where the month is judged', () => {
    const few = Array.from({ length: 40 }, () => ({ value: hours(3), count: 2 }));
    const months = rows('2026-10', [...waves(24, hours(4), hours(0.5)), hours(8)], 22);
    expect(card({ kpi: kpi(bySignal), weeks: rows('2026-W46', few), months }).atRisk?.text).toMatch(
      /^At risk since October: a signal against us\./,
    );
  });

  it('is so where rare events come close together, until two weeks have passed without', () => {
    const of = severe(bySignal);
    const said = (since: number) => rareCard(of, eventsApart([...apart, 3], since)).atRisk?.text;
    expect(said(2)).toMatch(/^At risk since week 46: a signal against us\. Runbook/);
    expect(said(9)).toMatch(/^At risk since week 45: a signal against us\. One settled week had no cause;/);
    expect(said(16)).toBeUndefined();
  });
});
