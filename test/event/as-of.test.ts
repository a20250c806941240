import { describe, expect, it } from 'vitest';
import { attributionAt, isOpenAt, queueAt, stateAt } from '../../server/event/as-of.ts';
import { eventKey } from '../../server/event/key.ts';
import { ownerOf } from '../../server/event/ownership.ts';
import { at, hash, itemOf } from './support/facts.ts';
import { ORGANISATION } from './support/organisation.ts';

describe('the owner of a service', () => {
  it('changes at its date, and the first one covers all time before', () => {
    const [receipts, orphan] = ORGANISATION.services;
    if (receipts === undefined || orphan === undefined) throw new RangeError('no services');
    expect(ownerOf(receipts, at('2020-01-01T00:00Z'))).toBe('data');
    expect(ownerOf(receipts, at('2026-03-02T00:00Z') - 1)).toBe('data');
    expect(ownerOf(receipts, at('2026-03-02T00:00Z'))).toBe('payments');
    expect(ownerOf(orphan, at('2026-03-02T00:00Z'))).toBeNull();
  });
});

describe('attribution as of an instant', () => {
  const item = itemOf(
    { kind: 'ticket', at: '2026-02-20T10:00Z', state: 'opened', fields: { service: 'receipts' } },
    { kind: 'ticket', at: '2026-03-10T10:00Z', fields: { team: 'search' } },
    { kind: 'ticket', at: '2026-03-12T10:00Z', fields: { team: null, service: 'unknown' } },
  );
  const teamAt = (text: string) => attributionAt(item, ORGANISATION, at(text)).team;

  it('is the team it names, else the owner of its service then, else nobody', () => {
    expect(teamAt('2026-02-25T10:00Z')).toBe('data');
    expect(teamAt('2026-03-05T10:00Z')).toBe('payments');
    expect(teamAt('2026-03-10T10:00Z')).toBe('search');
    expect(teamAt('2026-03-12T10:00Z')).toBeNull();
  });

  it('is that of its beginning before it began', () => {
    expect(attributionAt(item, ORGANISATION, at('2026-01-01T00:00Z'))).toEqual({ team: 'data', service: 'receipts' });
  });
});

describe('the queue as of an instant', () => {
  const restored = itemOf(
    { at: '2026-03-02T10:00Z', state: 'opened' },
    { at: '2026-03-02T10:30Z', state: 'on_hold' },
    { at: '2026-03-02T11:00Z', state: 'restored' },
  );

  it('holds items on hold, and not those restored; the instant of a change belongs to what follows', () => {
    expect(stateAt(restored, at('2026-03-02T09:59Z'))).toBeNull();
    expect(isOpenAt(restored, at('2026-03-02T10:00Z'))).toBe(true);
    expect(isOpenAt(restored, at('2026-03-02T10:30Z'))).toBe(true);
    expect(isOpenAt(restored, at('2026-03-02T11:00Z'))).toBe(false);
    expect(queueAt([restored], at('2026-03-02T10:45Z'))).toEqual([restored]);
    expect(queueAt([restored], at('2026-03-02T12:00Z'))).toEqual([]);
  });
});

describe('the key of a fact', () => {
  it('is short, the same for the same parts, and another for parts that only look alike', () => {
    expect(eventKey(hash, ['row', 7, null])).toMatch(/^[\w-]{12}$/);
    expect(eventKey(hash, ['row', 7, null])).toBe(eventKey(hash, ['row', 7, null]));
    const alike = [['a', 'b'], ['a,b'], ['ab'], ['a', 'b', ''], ['a', 'b', null], [1], ['1']];
    expect(new Set(alike.map((parts) => eventKey(hash, parts))).size).toBe(alike.length);
  });
});
