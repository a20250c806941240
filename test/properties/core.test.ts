import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemUid, type Event } from '../../server/event/event.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { teamAt } from '../../server/event/ownership.ts';
import { basisOf } from '../../server/jobs/coverage.ts';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated, World } from '../../server/kpi/world.ts';
import { worldOf } from '../../server/kpi/world-of.ts';
import { digest } from '../../server/main.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { quantile } from '../../server/stats/quantile.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { arrival, arriving, history, START, type History } from './history.ts';
import { DEFINITIONS, ORGANISATION } from './house.ts';
import { replay } from './replay.ts';
import { runs } from './runs.ts';

const DAY = 86_400_000;
const parsed = parseOrganisation(ORGANISATION, 'organisation.yaml').organisation;
if (parsed === null) throw new Error('the organisation of the properties cannot be read');
const organisation = parsed;
const { calendar } = organisation;
const kpis = [
  ...loadCatalogue(
    Object.entries(DEFINITIONS).map(([name, text]) => ({ file: `${name}.yaml`, text })),
    { digest },
  ).kpis.values(),
];
const NOW = START + 70 * DAY;
const firstDay = calendar.zone.dayOf(START);
/** The week in which the clocks go back is the fourth. */
const PERIODS: readonly Period[] = [
  ...periodsBetween(calendar, 'week', firstDay, firstDay + 56),
  ...periodsBetween(calendar, 'month', firstDay - 30, firstDay + 56),
];
const SCOPES: readonly Scope[] = ['organisation', 'team:payments', 'team:search', 'service:checkout', 'service:index'];

const factsOf = ({ steps }: History): Event[] => steps.flatMap(({ events }) => events);
const worldWith = (events: readonly Event[]): World => worldOf({ organisation, events, samples: [], kpis, now: NOW, digest });
const period = fc.constantFrom(...PERIODS);
const scope = fc.constantFrom(...SCOPES);
const kpi = fc.constantFrom(...kpis);

const told = ({ value, emptiness, count, exclusions, also, digest: list }: Evaluated) => ({
  value,
  emptiness,
  count,
  exclusions,
  also,
  list,
});

describe('any history', () => {
  it('gives the same numbers and lists, in whatever order, how often and however split its facts come', () => {
    let counted = 0;
    fc.assert(
      fc.property(history, arrival, kpi, (whole, comes, one) => {
        const facts = factsOf(whole);
        const plain = evaluate(one, worldWith(facts), SCOPES, PERIODS).map(told);
        const other = evaluate(one, worldWith(arriving(facts, comes).flat()), SCOPES, PERIODS).map(told);
        expect(other).toEqual(plain);
        counted += plain.reduce((sum, { count }) => sum + count, 0);
      }),
      runs(10_000),
    );
    expect(counted).toBeGreaterThan(100);
  }, 3_600_000);

  it('has headlines that are what their own lists give, and whose lists alone give them again', () => {
    let counted = 0;
    fc.assert(
      fc.property(history, kpi, scope, period, (whole, one, where, when) => {
        const facts = factsOf(whole);
        const [made] = evaluate(one, worldWith(facts), [where], [when]);
        if (made === undefined) throw new Error('nothing was evaluated');
        const list = made.evidence();
        const values = list.flatMap(({ excluded, value }) => (excluded === null && value !== null ? [value] : []));
        expect(values).toHaveLength(made.count);
        expect(made.exclusions.reduce((sum, { count }) => sum + count, 0)).toBe(list.length - values.length);
        if (one.measure.type !== 'combine') expect(made.value ?? 0).toBeCloseTo(headlineOf(one, values), 6);
        counted += values.length;
        // A ratio, and whatever asks links, asks other items; every other headline rests on the items of its list alone.
        if (one.measure.type === 'ratio' || basisOf(one, () => undefined).linked.length > 0) return;
        const uids = new Set(list.map(({ uid }) => uid.replace(/#\d+$/, '')));
        const alone = facts.filter(({ source, kind, item }) => uids.has(itemUid(source, kind, item)));
        const [again] = evaluate(one, worldWith(alone), [where], [when]);
        expect(again?.value).toBe(made.value);
        expect(again?.count).toBe(made.count);
        expect(again?.digest).toBe(made.digest);
      }),
      runs(10_000),
    );
    expect(counted).toBeGreaterThan(100);
  }, 3_600_000);

  it('has the queue that a plain replay of its facts gives, as of any instant, in every scope', () => {
    const [depth] = kpis.filter(({ id }) => id === 'depth');
    if (depth === undefined) throw new Error('no depth');
    let open = 0;
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 56 * 24 * 60 }), (whole, minutes) => {
        const facts = factsOf(whole);
        const at = START + minutes * 60_000;
        const day = calendar.zone.dayOf(at);
        const until: Period = { grain: 'to-date', id: 'any', firstDay: day, endDay: day + 1, start: at - DAY, end: at };
        const made = evaluate(depth, worldWith(facts), SCOPES, [until]);
        const tickets = Map.groupBy(
          facts.filter(({ kind }) => kind === 'ticket'),
          ({ item }) => item,
        );
        const queue = [...tickets].flatMap(([item, own]) => {
          const stood = replay(own, at);
          return stood.isOpen ? [{ item, ...stood, owner: teamAt(organisation, stood, at - 1) }] : [];
        });
        open += queue.length;
        for (const one of made) {
          const [family, id] = one.scope.split(':');
          const mine = queue.filter(
            ({ owner, service }) => family === 'organisation' || (family === 'team' ? owner === id : service === id),
          );
          expect({ scope: one.scope, items: one.evidence().map(({ uid }) => uid), value: one.value }).toEqual({
            scope: one.scope,
            items: mine.map(({ item }) => `desk:ticket:${item}`).sort(),
            value: mine.length,
          });
        }
      }),
      runs(10_000),
    );
    expect(open).toBeGreaterThan(100);
  }, 3_600_000);
});

function headlineOf({ measure }: Kpi, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (measure.type) {
    case 'duration':
      return quantile(values, 0.5) ?? 0;
    case 'age':
      return quantile(values, 0.9) ?? 0;
    case 'ratio':
      return values.length === 0 ? 0 : sum / values.length;
    default:
      return sum;
  }
}
