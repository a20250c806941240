import { describe, expect, it } from 'vitest';
import { readHistory } from '../../../server/sources/cloudwatch-alarms/history.ts';

const AT = new Date('2026-11-10T10:00:00.442Z');
const entry = (data: string | undefined, summary = 'Alarm updated from OK to ALARM') => ({
  AlarmName: 'checkout-errors',
  Timestamp: AT,
  HistoryItemType: 'StateUpdate' as const,
  HistorySummary: summary,
  ...(data === undefined ? {} : { HistoryData: data }),
});
const DATA = {
  version: '1.0',
  oldState: { stateValue: 'OK', stateReasonData: { queryDate: '2026-11-10T09:00:00.000+0000' } },
  newState: { stateValue: 'ALARM', stateReasonData: { queryDate: '2026-11-10T10:00:00.419+0000', threshold: 5 } },
};

describe('an entry of an alarm’s history', () => {
  it('names its change by when the metric was asked for', () => {
    expect(readHistory('here', entry(JSON.stringify(DATA)))).toEqual({
      change: { alarm: 'checkout-errors', at: AT.getTime() - 23, to: 'ALARM', from: 'OK', mark: '2026-11-10T10:00:00.419Z' },
    });
  });

  it('reads reason data that is JSON in JSON', () => {
    const data = { ...DATA, newState: { ...DATA.newState, stateReasonData: JSON.stringify(DATA.newState.stateReasonData) } };
    expect(readHistory('here', entry(JSON.stringify(data)))).toMatchObject({ change: { mark: '2026-11-10T10:00:00.419Z' } });
  });

  it('of a composite alarm is named by the last of those that set it off', () => {
    const causes = [
      { arn: 'a', state: { value: 'ALARM', timestamp: '2026-11-10T09:59:01.000+0000' } },
      { arn: 'b', state: { value: 'ALARM', timestamp: '2026-11-10T09:59:59.000+0000' } },
    ];
    const data = { newState: { stateValue: 'ALARM', stateReasonData: { triggeringAlarms: causes } } };
    expect(readHistory('here', entry(JSON.stringify(data)))).toMatchObject({ change: { mark: '2026-11-10T09:59:59.000Z' } });
  });

  it('counts by its summary where the JSON is cut, and reads of it what is whole', () => {
    const whole = JSON.stringify(DATA);
    expect(readHistory('here', entry(whole.slice(0, -3)))).toMatchObject({
      change: { to: 'ALARM', from: 'OK', mark: '2026-11-10T10:00:00.419Z' },
    });
    expect(readHistory('here', entry(whole.slice(0, 100)))).toMatchObject({
      change: { to: 'ALARM', mark: '2026-11-10T10:00:00.000Z' },
    });
    expect(readHistory('here', entry(undefined))).toMatchObject({ change: { to: 'ALARM', from: 'OK' } });
  });

  it('is refused with its place where it names no state, alone', () => {
    expect(readHistory('111122223333 eu-central-1', entry('{', 'Something'))).toMatchObject({
      reject: {
        place: "111122223333 eu-central-1, history of alarm 'checkout-errors' at 2026-11-10T10:00:00.442Z",
        reason: 'it names no state',
        isKept: false,
      },
    });
    expect(readHistory('here', entry(JSON.stringify({ newState: { stateValue: 'MAYBE' } })))).toMatchObject({
      reject: { reason: "there is no state 'MAYBE'" },
    });
    expect(readHistory('here', { ...entry(undefined), Timestamp: undefined })).toMatchObject({
      reject: { reason: 'it has no time' },
    });
  });

  it('is no change of state where it tells of an action, a contributor or a new threshold', () => {
    expect(readHistory('here', { ...entry(undefined), HistoryItemType: 'Action' })).toBeNull();
    expect(readHistory('here', { ...entry(undefined), HistoryItemType: 'AlarmContributorStateUpdate' })).toBeNull();
    expect(
      readHistory('here', {
        ...entry(JSON.stringify({ type: 'Update' }), 'Alarm "checkout-errors" updated'),
        HistoryItemType: 'ConfigurationUpdate',
      }),
    ).toBeNull();
  });
});
