import { describe, expect, it } from 'vitest';
import { projectItem } from '../../server/event/projection.ts';
import { fact, itemOf, readable, short, timeline } from './support/facts.ts';

const opened = { at: '2026-03-02T10:00Z', state: 'opened' } as const;

describe('which facts count', () => {
  it('leaves out an event that a later one corrects, and keeps the correction', () => {
    const item = itemOf(
      opened,
      { at: '2026-03-02T11:00Z', state: 'restored', key: 'wrong' },
      { at: '2026-03-02T12:00Z', state: 'restored', supersedes: 'wrong' },
    );
    expect(readable(item)['restored']).toBe('03-02 12:00');
  });

  it('lets a corrected correction still stand against what it corrected', () => {
    const item = itemOf(
      opened,
      { at: '2026-03-02T11:00Z', state: 'restored', key: 'one' },
      { at: '2026-03-02T12:00Z', state: 'restored', key: 'two', supersedes: 'one' },
      { at: '2026-03-02T13:00Z', state: 'restored', key: 'three', supersedes: 'two' },
    );
    expect(readable(item)['restored']).toBe('03-02 13:00');
  });

  it('counts only the latest word of a slot, by sequence, then batch, then key', () => {
    const words = [
      { at: '2026-03-02T11:00Z', state: 'resolved', slot: 'resolved', sequence: 2, batch: 1, key: 'a' },
      { at: '2026-03-02T12:00Z', state: 'resolved', slot: 'resolved', sequence: 1, batch: 9, key: 'b' },
    ] as const;
    expect(readable(itemOf(opened, ...words))['resolved']).toBe('03-02 11:00');
    const byBatch = words.map((word) => ({ ...word, sequence: 0 }));
    expect(readable(itemOf(opened, ...byBatch))['resolved']).toBe('03-02 12:00');
    const byKey = byBatch.map((word) => ({ ...word, batch: 1 }));
    expect(readable(itemOf(opened, ...byKey))['resolved']).toBe('03-02 12:00');
  });

  it('orders facts of one instant by the sequence of the source, not by arrival', () => {
    const moves = [
      { at: '2026-03-02T10:00Z', sequence: 2, fields: { team: 'payments' } },
      { at: '2026-03-02T10:00Z', sequence: 1, fields: { team: 'search' } },
    ];
    expect(itemOf(opened, ...moves).fields['team']).toBe('payments');
  });

  it('orders states of one instant by their rank where the source has no order', () => {
    const item = itemOf({ at: '2026-03-02T10:00Z', state: 'resolved' }, opened);
    expect(timeline(item)).toEqual(['resolved 03-02 10:00 – …']);
    expect(readable(item)).toMatchObject({ opened: '03-02 10:00', resolved: '03-02 10:00' });
  });

  it('takes no event without a finite instant, and tells of no item where none is left', () => {
    expect(projectItem('desk:incident:A', [fact({ at: Number.NaN, state: 'opened' }), fact({ at: Infinity })])).toBeNull();
    expect(projectItem('desk:incident:A', [])).toBeNull();
  });

  it('keeps numbers finite and takes a field away when it is null', () => {
    const item = itemOf(
      { kind: 'ticket', ...opened, fields: { due: 5, type: 'fault', runbook: 'r' } },
      { kind: 'ticket', at: '2026-03-02T11:00Z', fields: { due: Infinity, type: null } },
    );
    expect(item.fields).toEqual({ due: 5, runbook: 'r' });
  });

  it('knows an item that a first import found as it stood', () => {
    expect(itemOf({ ...opened, origin: 'snapshot' }).isSnapshot).toBe(true);
    expect(itemOf(opened).isSnapshot).toBe(false);
  });
});

describe('the timeline', () => {
  it('is cut wherever state, team, service or severity changed, and nowhere else', () => {
    const item = itemOf(
      { ...opened, fields: { team: 'payments', service: 'cart', severity: 3 } },
      { at: '2026-03-02T10:30Z', fields: { cause: 'disk' } },
      { at: '2026-03-02T11:00Z', fields: { team: 'search' } },
      { at: '2026-03-02T12:00Z', state: 'in_progress', fields: { severity: 1, team: 'search' } },
    );
    expect(item.stretches.map(({ from, team, severity, state }) => [short(from), state, team, severity])).toEqual([
      ['03-02 10:00', 'opened', 'payments', 3],
      ['03-02 11:00', 'opened', 'search', 3],
      ['03-02 12:00', 'in_progress', 'search', 1],
    ]);
  });

  it('does not count being told the same state again as entering it', () => {
    const item = itemOf(
      opened,
      { at: '2026-03-02T11:00Z', state: 'resolved' },
      { at: '2026-03-02T12:00Z', state: 'resolved', fields: { cause: 'disk' } },
    );
    expect(timeline(item)).toEqual(['opened 03-02 10:00 – 03-02 11:00', 'resolved 03-02 11:00 – …']);
    expect(readable(item)['resolved']).toBe('03-02 11:00');
  });

  it('lets what the earliest facts say hold back to a stated opening before them', () => {
    const item = itemOf({
      at: '2026-03-05T10:00Z',
      origin: 'snapshot',
      state: 'in_progress',
      fields: { opened: Date.parse('2026-03-01T10:00Z'), team: 'payments' },
    });
    expect(timeline(item)).toEqual(['opened 03-01 10:00 – 03-05 10:00', 'in_progress 03-05 10:00 – …']);
    expect(item.stretches[0]?.team).toBe('payments');
  });

  it('treats an open state after an end as a reopening, said or not', () => {
    const end = { at: '2026-03-02T11:00Z', state: 'closed' } as const;
    const back = itemOf(
      { kind: 'ticket', ...opened },
      { kind: 'ticket', ...end },
      { kind: 'ticket', at: '2026-03-03T09:00Z', state: 'in_progress' },
    );
    expect(readable(back)).toMatchObject({ opened: '03-02 10:00', reopened: '03-03 09:00', last_opened: '03-03 09:00' });
    expect(readable(back)).not.toHaveProperty('closed');
    const again = itemOf(opened, end, { at: '2026-03-03T09:00Z', state: 'opened' });
    expect(timeline(again).at(-1)).toBe('reopened 03-03 09:00 – …');
  });

  it('ends with cancelled, whatever is told afterwards but an explicit reopening', () => {
    const cancelled = { at: '2026-03-02T11:00Z', state: 'cancelled' } as const;
    const gone = itemOf(opened, cancelled, { at: '2026-03-02T12:00Z', state: 'in_progress' });
    expect(timeline(gone).at(-1)).toBe('cancelled 03-02 11:00 – …');
    expect(readable(gone)['cancelled']).toBe('03-02 11:00');
    const back = itemOf(opened, cancelled, { at: '2026-03-02T12:00Z', state: 'reopened' });
    expect(timeline(back).at(-1)).toBe('reopened 03-02 12:00 – …');
    expect(readable(back)).not.toHaveProperty('cancelled');
  });

  it('takes a merged item out of the queue from the merge on, and puts it back when the merge is undone', () => {
    const merge = { at: '2026-03-02T11:00Z', fields: { merged_into: 'B' } };
    const later = { at: '2026-03-02T12:00Z', state: 'in_progress' } as const;
    expect(timeline(itemOf(opened, merge, later))).toEqual(['opened 03-02 10:00 – 03-02 11:00', 'closed 03-02 11:00 – …']);
    const undone = itemOf(opened, merge, later, { at: '2026-03-02T13:00Z', fields: { merged_into: null } });
    expect(timeline(undone)).toEqual(['opened 03-02 10:00 – 03-02 12:00', 'in_progress 03-02 12:00 – …']);
  });

  it('does not close an item that was over before it was merged', () => {
    const item = itemOf(
      opened,
      { at: '2026-03-02T11:00Z', state: 'resolved' },
      { at: '2026-03-02T12:00Z', fields: { merged_into: 'B' } },
    );
    expect(readable(item)).not.toHaveProperty('closed');
    expect(timeline(item).at(-1)).toBe('resolved 03-02 11:00 – …');
  });

  it('keeps an item that was restored before it was opened closed, with both instants', () => {
    const item = itemOf({ at: '2026-03-02T09:00Z', state: 'restored' }, opened);
    expect(readable(item)).toMatchObject({ opened: '03-02 10:00', restored: '03-02 09:00' });
    expect(timeline(item)).toEqual(['restored 03-02 10:00 – …']);
    expect(item.episodes[0]?.harm).toBeNull();
  });

  it('forgets a restoration before the opening as soon as work goes on', () => {
    const item = itemOf(
      { at: '2026-03-02T09:00Z', state: 'restored' },
      opened,
      { at: '2026-03-02T10:30Z', state: 'opened', fields: { cause: 'disk' } },
      { at: '2026-03-02T11:00Z', state: 'in_progress' },
    );
    expect(timeline(item).at(-1)).toBe('in_progress 03-02 11:00 – …');
    expect(readable(item)).not.toHaveProperty('restored');
    expect(readable(item)).not.toHaveProperty('reopened');
  });

  it('has one piece for kinds without states, as it was last told, and still knows cancelled', () => {
    const item = itemOf(
      { kind: 'deployment', at: '2026-03-02T10:00Z', fields: { team: 'payments', outcome: 'failed' } },
      { kind: 'deployment', at: '2026-03-02T11:00Z', fields: { team: 'search', outcome: 'succeeded' } },
      { kind: 'deployment', at: '2026-03-02T12:00Z', state: 'cancelled', origin: 'inferred' },
    );
    expect(item.stretches.map(({ from, team, state }) => [short(from), team, state])).toEqual([['03-02 10:00', 'search', null]]);
    expect(readable(item)).toEqual({ cancelled: '03-02 12:00' });
  });
});

describe('stated dates', () => {
  const stated = (fields: Record<string, string | null>) =>
    Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text === null ? null : Date.parse(text)]));
  const log = stated({ opened: '2026-03-02T09:50Z', resolved: '2026-03-02T11:29Z', closed: '2026-03-07T12:00Z' });

  it('outrank the state column of a log that says resolved earlier', () => {
    const item = itemOf(
      { ...opened, fields: log },
      { at: '2026-03-02T10:53Z', state: 'resolved', fields: log },
      { at: '2026-03-02T11:29Z', state: 'resolved', fields: log },
      { at: '2026-03-07T12:00Z', state: 'closed', fields: log },
    );
    expect(readable(item)).toEqual({
      opened: '03-02 09:50',
      last_opened: '03-02 09:50',
      resolved: '03-02 11:29',
      restored: '03-02 11:29',
      closed: '03-07 12:00',
    });
    expect(timeline(item)).toEqual([
      'opened 03-02 09:50 – 03-02 11:29',
      'resolved 03-02 11:29 – 03-07 12:00',
      'closed 03-07 12:00 – …',
    ]);
  });

  it('keep the reopening between two resolutions, of which they date the last', () => {
    const item = itemOf(
      opened,
      { at: '2026-03-02T11:00Z', state: 'resolved' },
      { at: '2026-03-03T09:00Z', state: 'in_progress' },
      { at: '2026-03-03T10:00Z', state: 'resolved', fields: stated({ resolved: '2026-03-03T10:30Z' }) },
    );
    expect(readable(item)).toMatchObject({ reopened: '03-03 09:00', resolved: '03-03 10:30', restored: '03-03 10:30' });
    expect(item.first['resolved']).toBe(Date.parse('2026-03-02T11:00Z'));
  });

  it('give way to transitions told after them', () => {
    const item = itemOf({ ...opened, fields: stated({ resolved: null }) }, { at: '2026-03-02T11:00Z', state: 'resolved' });
    expect(readable(item)['resolved']).toBe('03-02 11:00');
  });

  it('say by null that there is no such date, whatever the state column says', () => {
    const none = stated({ resolved: null, closed: '2026-03-07T12:00Z' });
    const item = itemOf(
      { ...opened, fields: none },
      { at: '2026-03-02T11:00Z', state: 'resolved', fields: none },
      { at: '2026-03-07T12:00Z', state: 'closed', fields: none },
    );
    expect(readable(item)).not.toHaveProperty('resolved');
    expect(readable(item)).not.toHaveProperty('restored');
    expect(readable(item)['closed']).toBe('03-07 12:00');
  });

  it('are told by the last event in order that carries them', () => {
    const item = itemOf(
      { ...opened, sequence: 1, fields: stated({ resolved: '2026-03-02T12:00Z' }) },
      { at: '2026-03-02T10:30Z', fields: stated({ resolved: '2026-03-02T13:00Z' }) },
      { at: '2026-03-02T10:40Z', fields: { team: 'payments' } },
    );
    expect(readable(item)['resolved']).toBe('03-02 13:00');
  });

  it('do not make a row of the same minute look like a reopening', () => {
    const item = itemOf(opened, {
      at: '2026-03-02T11:00Z',
      sequence: 7,
      state: 'in_progress',
      fields: stated({ resolved: '2026-03-02T11:00Z' }),
    });
    expect(timeline(item)).toEqual(['opened 03-02 10:00 – 03-02 11:00', 'resolved 03-02 11:00 – …']);
    expect(readable(item)).not.toHaveProperty('reopened');
  });
});
