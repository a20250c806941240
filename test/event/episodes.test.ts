import { describe, expect, it } from 'vitest';
import type { FactParts } from './support/facts.ts';
import { HOUR, itemOf, readable } from './support/facts.ts';

const opened: FactParts = { at: '2026-03-02T10:00Z', state: 'opened' };
const restored: FactParts = { at: '2026-03-02T12:00Z', state: 'restored' };

describe('an incident that comes back', () => {
  it('within 7 days is one episode, whose last restoration counts', () => {
    const item = itemOf(
      opened,
      restored,
      { at: '2026-03-09T12:00Z', state: 'reopened' },
      { at: '2026-03-09T16:00Z', state: 'restored' },
    );
    expect(item.episodes).toHaveLength(1);
    expect(readable(item)).toEqual({
      opened: '03-02 10:00',
      reopened: '03-09 12:00',
      last_opened: '03-09 12:00',
      restored: '03-09 16:00',
    });
  });

  it('a second after 7 days is a repeat incident with a row of its own', () => {
    const item = itemOf(
      { ...opened, fields: { impact_started: Date.parse('2026-03-02T09:00Z'), severity: 1 } },
      restored,
      { at: '2026-03-09T12:00:01Z', state: 'in_progress', fields: { severity: 2 } },
      { at: '2026-03-09T16:00Z', state: 'restored' },
    );
    expect(item.episodes.map(({ uid }) => uid)).toEqual(['desk:incident:A', 'desk:incident:A#2']);
    expect(readable(item, 0)).toEqual({
      opened: '03-02 10:00',
      last_opened: '03-02 10:00',
      restored: '03-02 12:00',
      impact_started: '03-02 09:00',
    });
    expect(readable(item, 1)).toEqual({
      opened: '03-09 12:00',
      last_opened: '03-09 12:00',
      in_progress: '03-09 12:00',
      restored: '03-09 16:00',
    });
    expect(item.episodes.map(({ severity }) => severity)).toEqual([1, 2]);
  });

  it('counts the 7 days from its restoration, not from its closing', () => {
    const item = itemOf(
      opened,
      restored,
      { at: '2026-03-08T00:00Z', state: 'closed' },
      { at: '2026-03-10T00:00Z', state: 'reopened' },
    );
    expect(item.episodes).toHaveLength(2);
  });

  it('however late is one episode where its source states one opening and one resolution', () => {
    const fields = { opened: Date.parse('2026-03-02T10:00Z'), resolved: Date.parse('2026-03-20T16:00Z') };
    const resolved = { ...restored, state: 'resolved' } as const;
    const item = itemOf(
      opened,
      resolved,
      { at: '2026-03-20T10:00Z', state: 'in_progress' },
      { at: '2026-03-21T00:00Z', state: 'closed', fields },
    );
    expect(item.episodes).toHaveLength(1);
    expect(readable(item)).toMatchObject({ opened: '03-02 10:00', reopened: '03-20 10:00', restored: '03-20 16:00' });
    expect(item.episodes[0]?.harm).toBe((8 * HOUR) / 1000);
  });

  it('has no restoration while it is open again', () => {
    const item = itemOf(opened, restored, { at: '2026-03-03T00:00Z', state: 'reopened' });
    expect(readable(item)).not.toHaveProperty('restored');
    expect(item.first['restored']).toBe(Date.parse('2026-03-02T12:00Z'));
  });
});

describe('a ticket that comes back', () => {
  it('stays one row however late, so that its age counts from its first opening', () => {
    const ticket = { kind: 'ticket' } as const;
    const item = itemOf(
      { ...ticket, ...opened },
      { ...ticket, ...restored },
      { ...ticket, at: '2026-06-01T00:00Z', state: 'reopened' },
    );
    expect(item.episodes).toHaveLength(1);
    expect(readable(item)['opened']).toBe('03-02 10:00');
  });
});

describe('restoration', () => {
  it('falls back to the resolution where the source has none', () => {
    expect(readable(itemOf(opened, { at: '2026-03-02T13:00Z', state: 'resolved' }))['restored']).toBe('03-02 13:00');
  });

  it('is not the closing: closed without resolution stays apart', () => {
    const item = itemOf(opened, { at: '2026-03-02T13:00Z', state: 'closed' });
    expect(readable(item)).toEqual({ opened: '03-02 10:00', last_opened: '03-02 10:00', closed: '03-02 13:00' });
  });
});

describe('time in harm and working time', () => {
  it('add up the open intervals, without the time between restoration and reopening', () => {
    const item = itemOf(
      opened,
      restored,
      { at: '2026-03-02T15:00Z', state: 'reopened' },
      { at: '2026-03-02T16:00Z', state: 'restored' },
    );
    expect(item.episodes[0]?.harm).toBe((3 * HOUR) / 1000);
  });

  it('count only what was in progress as work, and on hold as harm', () => {
    const item = itemOf(
      opened,
      { at: '2026-03-02T10:10Z', state: 'in_progress' },
      { at: '2026-03-02T10:40Z', state: 'on_hold' },
      { at: '2026-03-02T11:40Z', state: 'in_progress' },
      restored,
    );
    expect(item.episodes[0]?.working).toBe(50 * 60);
    expect(item.episodes[0]?.harm).toBe((2 * HOUR) / 1000);
  });

  it('are not known while the item is open, and working time not without any progress', () => {
    expect(itemOf(opened).episodes[0]).toMatchObject({ harm: null, working: null });
    expect(itemOf(opened, restored).episodes[0]).toMatchObject({ harm: 7200, working: null });
  });
});

describe('severity', () => {
  const severity = (value: number, at: string): FactParts => ({ at, fields: { severity: value } });

  it('is the highest before restoration, not the last and not a later one', () => {
    const item = itemOf(
      { ...opened, fields: { severity: 3 } },
      severity(2, '2026-03-02T10:30Z'),
      severity(4, '2026-03-02T11:00Z'),
      restored,
      severity(1, '2026-03-02T13:00Z'),
    );
    expect(item.episodes[0]?.severity).toBe(2);
    expect(item.fields['severity']).toBe(1);
  });

  it('is the first one told where none was told before restoration', () => {
    expect(itemOf(opened, restored, severity(2, '2026-03-03T00:00Z')).episodes[0]?.severity).toBe(2);
    expect(itemOf(opened, restored).episodes[0]?.severity).toBeNull();
  });
});
