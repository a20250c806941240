import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import { suspectedFailures } from '../../server/event/suspected-changes.ts';
import { numbersOf, plainColumns } from './support/derived.ts';
import { DAY, HOUR, MINUTE, at, itemOf, type FactParts } from './support/facts.ts';

const START = at('2026-03-02T10:00Z');

/** A release that began and finished so many hours on. */
const deployment = (item: string, started: number, finished: number, fields: Fields = {}, ...later: FactParts[]): Item =>
  itemOf(
    {
      kind: 'deployment',
      item,
      at: START,
      fields: {
        environment: 'production',
        outcome: 'succeeded',
        service: 'receipts',
        started: START + started * HOUR,
        finished: START + finished * HOUR,
        ...fields,
      },
    },
    ...later.map((each) => ({ ...each, kind: 'deployment' as const, item })),
  );
const incident = (item: string, hour: number, fields: Fields = {}, ...later: FactParts[]): Item =>
  itemOf(
    { item, at: START + hour * HOUR, state: 'opened', fields: { service: 'receipts', ...fields } },
    ...later.map((each) => ({ ...each, item })),
  );
const link = (item: string, relation: string, from: string, to: string, ...later: FactParts[]): Item =>
  itemOf(
    { kind: 'link', item, at: START, fields: { relation, from, to } },
    ...later.map((each) => ({ ...each, kind: 'link' as const, item })),
  );

/** Who is suspected of what: `deployment < incident`. */
const suspected = (...items: readonly Item[]): string[] => {
  const columns = (kind: 'deployment' | 'incident' | 'link') => plainColumns(kind, items);
  const [deployments, incidents] = [columns('deployment'), columns('incident')];
  const nameOf = (uid: string | undefined): string => uid?.split(':')[2] ?? '';
  return suspectedFailures(deployments, incidents, columns('link')).map(
    (each) => `${nameOf(deployments.uids.at(each.deployment))} < ${nameOf(incidents.uids.at(each.incident))}`,
  );
};
const flags = (...items: readonly Item[]): Record<string, number> => numbersOf('deployment', 'may_have_failed', items);

const SECOND = 1 / 3600;

describe('suspected failures', () => {
  it('are told by an incident of the service that begins after a deployment did and within 24 h of its finish', () => {
    const release = deployment('D', 0, 1);
    expect(suspected(release, incident('I', SECOND))).toEqual(['D < I']);
    expect(suspected(release, incident('I', 0))).toEqual([]);
    expect(suspected(release, incident('I', 25))).toEqual(['D < I']);
    expect(suspected(release, incident('I', 25 + SECOND))).toEqual([]);
    expect(suspected(release, incident('I', 2, { service: 'orphan' }))).toEqual([]);
    expect(suspected(release, incident('I', 2, { service: null }))).toEqual([]);
  });

  it('go by when the harm began where that is told, however late somebody noticed', () => {
    const release = deployment('D', 0, 1);
    expect(suspected(release, incident('I', 40, { impact_started: START + 2 * HOUR }))).toEqual(['D < I']);
    expect(suspected(release, incident('I', 2, { impact_started: START - HOUR }))).toEqual([]);
  });

  it('are of the last deployment before it alone; what begins with the next one is of neither', () => {
    const both = [deployment('D', 0, 1), deployment('E', 5, 6)];
    expect(suspected(...both, incident('I', 4), incident('J', 7), incident('K', 5))).toEqual(['D < I', 'E < J']);
  });

  it('are of what reached production: neither of other environments nor of what failed or vanished', () => {
    const others = [
      deployment('E', 2, 2, { environment: 'staging' }),
      deployment('F', 2, 2, { outcome: 'failed' }),
      deployment('G', 2, 2, {}, { at: START + 3 * HOUR, state: 'cancelled' }),
      deployment('H', 2, 2, { service: 'orphan' }),
      deployment('K', 2, 2, { finished: null }),
    ];
    expect(suspected(deployment('D', 0, 1), ...others, incident('I', 3))).toEqual(['D < I']);
    expect(flags(...others, incident('I', 3))).toEqual({ E: 0, F: 0, G: 0, H: 0, K: 0 });
  });

  it('begin with their finish where no start is told', () => {
    const release = deployment('D', 0, 1, { started: null });
    expect(suspected(release, incident('I', 0.5), incident('J', 2))).toEqual(['D < J']);
  });

  it('are not told by incidents that were merged, planned or cancelled', () => {
    const incidents = [
      incident('I', 2, { merged_into: 'Z' }),
      incident('J', 2, { planned: true }),
      incident('K', 2, {}, { at: START + 3 * HOUR, state: 'cancelled' }),
    ];
    expect(suspected(deployment('D', 0, 1), ...incidents)).toEqual([]);
  });

  it('are not told by incidents that blame something, by their own word or by a link, for certain or of what is unknown', () => {
    const items = [deployment('D', 0, 1), deployment('E', -50, -49)];
    expect(suspected(...items, incident('I', 2, { caused_by: 'E' }))).toEqual([]);
    expect(suspected(...items, incident('I', 2, { caused_by: 'unheard of' }))).toEqual([]);
    expect(suspected(...items, incident('I', 2), link('l', 'caused_by', 'I', 'E'))).toEqual([]);
    const takenBack = link('l', 'caused_by', 'I', 'E', { at: START + HOUR, state: 'cancelled' });
    expect(suspected(...items, incident('I', 2), takenBack)).toEqual(['D < I']);
  });

  it('are denied one by one, and nobody else is suspected instead', () => {
    const items = [deployment('D', 0, 1), deployment('E', 3, 4), incident('I', 5), incident('J', 6)];
    const denied = link('l', 'not_caused_by', 'I', 'desk:deployment:E');
    expect(suspected(...items, denied)).toEqual(['E < J']);
    expect(suspected(...items, link('l', 'not_caused_by', 'I', 'D'))).toEqual(['E < I', 'E < J']);
    expect(suspected(...items, link('l', 'not_caused_by', 'unknown', 'unknown'))).toEqual(['E < I', 'E < J']);
  });

  it('of an incident that came back are told by each time, and what is blamed or denied holds for all of them', () => {
    const back = (fields: Fields = {}): Item =>
      incident('I', 2, fields, { at: START + 3 * HOUR, state: 'restored' }, { at: START + 10 * DAY, state: 'reopened' });
    const items = [deployment('D', 0, 1), deployment('E', 239, 239)];
    expect(suspected(...items, back())).toEqual(['D < I', 'E < I#2']);
    expect(suspected(...items, back({ caused_by: 'D' }))).toEqual([]);
    expect(suspected(...items, back(), link('l', 'not_caused_by', 'I', 'E'))).toEqual(['D < I']);
  });
});

describe('deployments that may have failed', () => {
  it('are those suspected that did not fail for certain', () => {
    const items = [
      deployment('D', 0, 1),
      incident('I', 2),
      deployment('E', 3, 4),
      incident('J', 5),
      incident('K', 6, { caused_by: 'E' }),
      deployment('F', 7, 8),
    ];
    expect(flags(...items)).toEqual({ D: 1, E: 0, F: 0 });
    expect(numbersOf('deployment', 'change_failed', items)).toEqual({ D: 0, E: 1, F: 0 });
    const confirmed = link('l', 'caused_by', 'I', 'D');
    expect(flags(...items, confirmed)).toEqual({ D: 0, E: 0, F: 0 });
    expect(numbersOf('deployment', 'change_failed', [...items, confirmed])).toEqual({ D: 1, E: 1, F: 0 });
  });
});

it('suspicions are those that the definition finds among all pairs, in any order of arrival', () => {
  const service = fc.constantFrom('receipts', 'orphan');
  const minute = fc.integer({ min: 0, max: 80 }).map((each) => each * 45);
  const releases = fc.array(
    fc.record({ service, started: minute, minutes: fc.constantFrom(0, 30, 300), isGood: fc.constantFrom(true, true, false) }),
    { maxLength: 8 },
  );
  const harms = fc.array(
    fc.record({ service, opened: minute, impact: fc.option(minute), blames: fc.option(fc.constant('D0'), { freq: 6 }) }),
    { maxLength: 8 },
  );
  const denials = fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })), { maxLength: 4 });
  fc.assert(
    fc.property(releases, harms, denials, (drafts, incidents, denied) => {
      const items = [
        ...drafts.map((draft, index) =>
          deployment(`D${index}`, draft.started / 60, (draft.started + draft.minutes) / 60, {
            service: draft.service,
            outcome: draft.isGood ? 'succeeded' : 'failed',
          }),
        ),
        ...incidents.map((draft, index) =>
          incident(`I${index}`, draft.opened / 60, {
            service: draft.service,
            impact_started: draft.impact === null ? null : START + draft.impact * MINUTE,
            caused_by: draft.blames,
          }),
        ),
        ...denied.map(([from, to], index) => link(`l${index}`, 'not_caused_by', `I${from}`, `D${to}`)),
      ];
      const expected = drafts.flatMap((draft, index) =>
        incidents.flatMap((harm, nth) => {
          const at = harm.impact ?? harm.opened;
          const finished = draft.started + draft.minutes;
          const isNext = (other: (typeof drafts)[number], place: number): boolean =>
            other.isGood &&
            other.service === draft.service &&
            other.started <= at &&
            (other.started - draft.started || other.started + other.minutes - finished || place - index) > 0;
          const isSuspect =
            draft.isGood &&
            harm.service === draft.service &&
            harm.blames === null &&
            at > draft.started &&
            at <= finished + 24 * 60 &&
            !drafts.some(isNext) &&
            !denied.some(([from, to]) => from === nth && to === index);
          return isSuspect ? [`D${index} < I${nth}`] : [];
        }),
      );
      expect(suspected(...items)).toEqual(expected);
      expect(suspected(...items.toReversed())).toEqual(expected);
      expect(new Set(expected.map((pair) => pair.split(' < ')[1])).size).toBe(expected.length);
    }),
    { numRuns: 1000 },
  );
});
