import type { SourceAnswer } from '../../../server/api/contract.ts';

const pull = (startedAt: string, outcome: string, error: string | null = null): SourceAnswer['pulls'][number] => ({
  startedAt,
  seconds: 1.4,
  outcome,
  newEvents: outcome === 'complete' ? 41 : 0,
  newSamples: 0,
  rejected: 0,
  error,
  cost: null,
});

const POLL: SourceAnswer['pulls'][number]['cost'] = {
  calls: 3,
  leastMetrics: 96,
  mostMetrics: 108,
  bytesScanned: 0,
  leastDollars: 0.001,
  mostDollars: 0.001,
  text: '3 calls, 96 to 108 metrics, less than $0.01',
};

export const sources: SourceAnswer[] = [
  {
    id: 'tracker',
    name: 'Incident tracker',
    type: 'files',
    kinds: ['incident', 'ticket'],
    series: [],
    schedule: '*/15 * * * *',
    nextRunAt: '2026-11-16T06:15:00Z',
    freshness: 'fresh',
    text: 'last complete pass 14 minutes ago; knows everything until 15 Nov 2026',
    progress: null,
    completeUntil: '2026-11-16T00:00:00Z',
    lastCompletedAt: '2026-11-16T06:00:00Z',
    lastErrorAt: null,
    lastError: null,
    rejectedCount: 2,
    rejected: [
      'incidents.csv, line 4031: opened "30/02/2026" is not a day that exists',
      'incidents.csv, line 8112: restored before opened',
    ],
    lacking: [],
    spent: null,
    pulls: [pull('2026-11-16T06:00:00Z', 'complete'), pull('2026-11-16T05:45:00Z', 'complete')],
  },
  {
    id: 'metrics',
    name: 'CloudWatch metrics',
    type: 'demo',
    kinds: [],
    series: ['checkout.latency', 'checkout.requests'],
    schedule: '*/5 * * * *',
    nextRunAt: '2026-11-16T06:10:00Z',
    freshness: 'stale',
    text: 'last complete pass 3 days ago; knows everything until 12 Nov 2026',
    progress: null,
    completeUntil: '2026-11-12T09:00:00Z',
    lastCompletedAt: '2026-11-12T09:00:00Z',
    lastErrorAt: '2026-11-16T06:05:00Z',
    lastError: 'rate exceeded; asked again 5 times over 61 s',
    rejectedCount: 0,
    rejected: [],
    lacking: [
      {
        series: 'checkout.latency',
        until: null,
        why: '111122223333 eu-central-1: is not complete: Forbidden. Allow cloudwatch:GetMetricData for it',
      },
    ],
    spent: 'first read: 114 calls, 2,004 metrics, $0.02 to $0.09; last 30 days: 834 calls, 2,724 metrics, $0.03 to $0.12',
    pulls: [
      pull('2026-11-16T06:05:00Z', 'failed', 'rate exceeded; asked again 5 times over 61 s'),
      { ...pull('2026-11-12T09:00:00Z', 'complete'), cost: POLL },
    ],
  },
];
