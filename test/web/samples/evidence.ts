import type { EvidenceAnswer } from '../../../server/api/contract.ts';

const SERVICES = ['card-payments', 'ledger', 'cart'];

/** 9 counted and 3 left out, and as many more as it takes to turn pages. */
export function evidence(id: string, offset: number): EvidenceAnswer {
  const [kpi = '', scope = '', period = ''] = id.split('~');
  const all: EvidenceAnswer['items'] = Array.from({ length: 12 }, (_, index) => ({
    uid: `INC-${4021 + index * 7}`,
    title: ['Card payments declined in Europe', 'Ledger lags behind', 'Cart empties itself after sign-in'][index % 3] ?? '',
    value: index < 9 ? 3600 * (2 + index) : null,
    valueText: index < 9 ? `${2 + index} h 0 m` : '',
    at: Date.UTC(2026, 10, 9 + (index % 7), 14, 5),
    atText: `${9 + (index % 7)} Nov 2026, 15:05`,
    excluded: index < 9 ? null : index < 11 ? 'still open' : 'merged',
    team: index % 3 === 2 ? 'checkout' : 'payments',
    service: SERVICES[index % 3] ?? null,
    severity: 1 + (index % 2),
    state: index < 9 ? 'restored' : 'in_progress',
  }));
  return {
    kpi,
    name: 'Time to restore service',
    scope,
    period,
    periodTitle: 'Week 46, 9–15 Nov 2026',
    revision: null,
    watermark: 4711,
    value: 23_100,
    text: '6 h 25 m',
    count: 9,
    exclusions: [
      { reason: 'still open', count: 2 },
      { reason: 'merged', count: 1 },
    ],
    isConfirmed: true,
    withheld: null,
    items: all.slice(offset),
    total: all.length,
  };
}

export const withheld: EvidenceAnswer = {
  ...evidence('interruptions~organisation~2026-W46', 0),
  name: 'Interruptions per 12 h on call',
  value: null,
  text: 'hidden',
  withheld:
    'Fewer than five people were on call, so the list would say who was disturbed. It is shown for spans with five or more.',
  items: [],
  exclusions: [],
  total: 0,
};
