import type { Day } from '../../time/period.ts';
import { dayFrom } from '../../time/day.ts';
import { findZone, type Zone } from '../../time/zone.ts';

/** Who there is at Northwind Cloud. kpis/organisation.yaml says the same; a test compares them. */
export interface DemoTeam {
  readonly id: string;
  readonly zone: Zone;
  /** Share of alert pages, tickets and deployments; relative weights. */
  readonly pages: number;
  readonly tickets: number;
  readonly deployments: number;
}

export interface DemoService {
  readonly id: string;
  readonly tier: 1 | 2 | 3;
  /** Owner from the beginning. */
  readonly team: string;
  /** Later owner. */
  readonly moved: { readonly team: string; readonly since: Day } | null;
  /** Customers meet it: it has request and satisfaction series. */
  readonly isCustomerFacing: boolean;
}

export interface DemoPerson {
  /** Input of the pseudonym, e.g. `person-17`; nobody has a name here. */
  readonly id: string;
  readonly team: string;
  readonly zone: Zone;
  /** Weeks of the history in which the person is in the rotation: from (inclusive) to (exclusive). */
  readonly fromWeek: number;
  readonly toWeek: number;
}

export function zoneOf(name: string): Zone {
  const zone = findZone(name);
  if (zone === null) throw new RangeError(`no such zone: ${name}`);
  return zone;
}

function dayOf(year: number, month: number, day: number): Day {
  const found = dayFrom(year, month, day);
  if (found === null) throw new RangeError(`no such day: ${year}-${month}-${day}`);
  return found;
}

const team = (id: string, zone: string, pages: number, tickets: number, deployments: number): DemoTeam => ({
  id,
  zone: zoneOf(zone),
  pages,
  tickets,
  deployments,
});

export const TEAMS: readonly DemoTeam[] = [
  team('payments', 'Europe/Berlin', 13, 10, 14),
  team('checkout', 'Europe/Berlin', 14, 8, 20),
  team('search', 'America/New_York', 12, 6, 15),
  team('identity', 'Europe/Berlin', 10, 14, 10),
  team('platform', 'America/New_York', 20, 10, 13),
  team('data', 'Asia/Kolkata', 13, 8, 11),
  team('mobile', 'Australia/Sydney', 10, 8, 12),
  team('support', 'Europe/Berlin', 8, 36, 5),
];

/** `name!` is met by customers; the number is the tier. */
const SERVICES_OF: Readonly<Record<string, readonly (readonly [string, 1 | 2 | 3])[]>> = {
  payments: [
    ['card-payments!', 1],
    ['payouts!', 1],
    ['ledger', 1],
    ['fraud-check', 2],
    ['invoices', 3],
  ],
  checkout: [
    ['cart!', 1],
    ['checkout!', 1],
    ['pricing', 2],
    ['promotions', 3],
    ['receipts', 3],
  ],
  search: [
    ['search!', 1],
    ['suggestions!', 2],
    ['catalogue', 2],
    ['recommendations', 3],
    ['indexing', 2],
  ],
  identity: [
    ['sign-in!', 1],
    ['accounts!', 1],
    ['permissions', 1],
    ['audit-log', 2],
    ['consent', 3],
  ],
  platform: [
    ['api-gateway!', 1],
    ['message-bus', 1],
    ['object-storage', 1],
    ['build-service', 3],
    ['service-mesh', 2],
  ],
  data: [
    ['event-pipeline', 2],
    ['warehouse', 2],
    ['reports!', 2],
    ['experiments', 3],
    ['feature-store', 3],
  ],
  mobile: [
    ['mobile-backend!', 1],
    ['push-notifications', 2],
    ['app-config', 2],
    ['device-registry', 3],
    ['crash-reports', 3],
  ],
  support: [
    ['help-centre!', 2],
    ['case-desk', 2],
    ['chat', 2],
    ['status-page', 2],
    ['knowledge-base', 3],
  ],
};

/** The one service that changed hands: `receipts`, from checkout to payments. */
export const RECEIPTS_MOVED: Day = dayOf(2026, 3, 2);

export const SERVICES: readonly DemoService[] = Object.entries(SERVICES_OF).flatMap(([owner, services]) =>
  services.map(([name, tier]) => {
    const id = name.replace('!', '');
    return {
      id,
      tier,
      team: owner,
      moved: id === 'receipts' ? { team: 'payments', since: RECEIPTS_MOVED } : null,
      isCustomerFacing: name.endsWith('!'),
    };
  }),
);

const HEADS: Readonly<Record<string, number>> = {
  payments: 8,
  checkout: 7,
  search: 7,
  identity: 7,
  platform: 8,
  data: 7,
  mobile: 7,
  support: 9,
};
/** Weeks in which somebody joined or left; everyone else was there all along. */
const JOINED: Readonly<Record<string, number>> = { 'person-15': 40, 'person-29': 75, 'person-44': 22, 'person-60': 58 };
const LEFT: Readonly<Record<string, number>> = { 'person-9': 84, 'person-30': 51, 'person-52': 101 };
/** Every ninth person lives far from the team, so hours must be read in their own zone. */
const FAR_ZONES = ['Europe/Lisbon', 'America/Sao_Paulo', 'Asia/Singapore'] as const;

export const PEOPLE: readonly DemoPerson[] = TEAMS.flatMap((of) => Array.from({ length: HEADS[of.id] ?? 0 }, () => of)).map(
  (of, index) => {
    const id = `person-${index + 1}`;
    const far = index % 9 === 4 ? FAR_ZONES[Math.floor(index / 9) % FAR_ZONES.length] : undefined;
    return {
      id,
      team: of.id,
      zone: far === undefined ? of.zone : zoneOf(far),
      fromWeek: JOINED[id] ?? Number.NEGATIVE_INFINITY,
      toWeek: LEFT[id] ?? Number.POSITIVE_INFINITY,
    };
  },
);

/** The team that owns a service on a day (of the organisation's calendar). */
export function ownerOf(service: DemoService, day: Day): DemoTeam {
  const id = service.moved !== null && day >= service.moved.since ? service.moved.team : service.team;
  return teamOf(id);
}

export function teamOf(id: string): DemoTeam {
  const found = TEAMS.find((each) => each.id === id);
  if (found === undefined) throw new RangeError(`no such team: ${id}`);
  return found;
}

/** Busier the closer to customers; relative weight for incidents and alerts. */
export const busyness = (service: DemoService): number => ({ 1: 3, 2: 2, 3: 1 })[service.tier];
