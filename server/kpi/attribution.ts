import { MIXED, type ItemColumns } from '../event/columns.ts';
import { KINDS } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { ownerAt } from '../event/ownership.ts';
import { secondsOf } from './buckets.ts';

/** Scope indexes by name. `organisation` is -1 where it is not asked for. */
export interface ScopeTable {
  /** Those asked for first. */
  readonly scopes: readonly Scope[];
  /** How many were asked for: of the others nobody reads a number. */
  readonly asked: number;
  readonly organisation: number;
  readonly teams: ReadonlyMap<string, number>;
  readonly services: ReadonlyMap<string, number>;
  /** Where items without a team or service go; -1 to leave them to the organisation alone. */
  readonly noTeam: number;
  readonly noService: number;
}

const TEAM = 'team:';
const SERVICE = 'service:';

/**
 * The scopes as a table. A personal KPI needs all teams and services and those who are in none,
 * because what may be shown of one depends on the others and never on what was asked for.
 */
export const scopeTable = (
  asked: readonly Scope[],
  everyTeam: readonly string[] | null,
  everyService: readonly string[] | null,
): ScopeTable => {
  const all = new Set<Scope>(asked);
  const isPersonal = everyTeam !== null && everyService !== null;
  const { size: askedFor } = all;
  if (isPersonal) {
    all.add('organisation');
    for (const team of everyTeam) all.add(`team:${team}`);
    for (const service of everyService) all.add(`service:${service}`);
    // An empty name is no team's: the column of those without one.
    all.add('team:');
    all.add('service:');
  }
  const scopes = [...all];
  const named = (prefix: string): Map<string, number> =>
    new Map(scopes.flatMap((scope, index) => (scope.startsWith(prefix) ? [[scope.slice(prefix.length), index]] : [])));
  const teams = named(TEAM);
  const services = named(SERVICE);
  return {
    scopes,
    asked: askedFor,
    organisation: scopes.indexOf('organisation'),
    teams,
    services,
    noTeam: isPersonal ? (teams.get('') ?? -1) : -1,
    noService: isPersonal ? (services.get('') ?? -1) : -1,
  };
};

interface Owners {
  readonly since: Float64Array;
  readonly teams: readonly string[];
}

/** In the place of a scope: it depends on when. */
export const BY_MOMENT = -2;

/** Columns and tables that tell stretches and scopes. */
export interface Lookups {
  readonly starts: Int32Array;
  readonly froms: Int32Array;
  /** Codes by stretch; -1 where none is named. */
  readonly teams: Int32Array;
  /** Scope indexes by code, or -1. */
  readonly teamScopes: Int32Array;
  /** Codes by row, of what all its stretches name: negative where one has to ask. Null where that is not known. */
  readonly rowTeams: Int32Array | null;
  readonly rowServices: Int32Array | null;
  readonly serviceScopes: Int32Array;
  /** Where no service is asked about, none is looked up. */
  readonly asksServices: boolean;
}

/** Who an item belonged to at a moment. Seconds since 2000 throughout. */
export interface Attribution {
  /** The stretch row that covers a second; the item's first before its beginning. */
  stretchAt(row: number, second: number): number;
  /** The team named in the stretch, else the owner of its service at that second; null for neither. */
  teamAt(stretch: number, second: number): string | null;
  serviceAt(stretch: number): string | null;
  /** Seconds from which its service had another owner, ascending, the first owner's included; empty where it names its team. */
  ownersSince(stretch: number): ArrayLike<number>;
  /** Whether its team is the same at every second. */
  isSteady(stretch: number): boolean;
  /** What most rows need, for a loop over many of them. */
  readonly lookups: Lookups;
  /** Scope indexes, or -1. */
  teamScope(stretch: number, second: number): number;
  serviceScope(stretch: number): number;
  /** The same of a row at every second, or BY_MOMENT; without a look at its stretches. */
  teamScopeOf(row: number): number;
  serviceScopeOf(row: number): number;
}

export const attributionOf = (columns: ItemColumns, organisation: Organisation, table: ScopeTable): Attribution =>
  new ByStretch(columns, organisation, table);

/** A class, because its methods are asked for every row: closures made anew for each evaluation would be compiled anew, too. */
class ByStretch implements Attribution {
  readonly lookups: Lookups;
  readonly #starts: Int32Array;
  readonly #froms: Int32Array;
  readonly #teams: Int32Array;
  readonly #services: Int32Array;
  readonly #teamNames: readonly string[];
  readonly #serviceNames: readonly string[];
  /** By code. */
  readonly #owners: readonly (Owners | null)[];
  readonly #teamScopes: Int32Array;
  readonly #serviceScopes: Int32Array;
  readonly #ownerScopes: readonly (Int32Array | null)[];
  /** Of services that were never handed over, which is nearly all: their owner's scope. */
  readonly #onlyOwnerScopes: Int32Array;
  readonly #isHandedOver: Uint8Array;
  readonly #noTeam: number;
  readonly #noService: number;
  /** Where no service is asked about, none is looked up. */
  readonly #asksServices: boolean;
  readonly #rowTeams: Int32Array | null;
  readonly #rowServices: Int32Array | null;

  constructor(columns: ItemColumns, organisation: Organisation, table: ScopeTable) {
    const { stretchTeam, stretchService } = columns;
    const owners = ownersOf(organisation);
    const scopeOfTeam = (team: string): number => table.teams.get(team) ?? -1;
    this.#starts = columns.stretchStart;
    this.#froms = columns.stretchFrom;
    this.#teams = stretchTeam.codes;
    this.#services = stretchService.codes;
    this.#teamNames = stretchTeam.dictionary;
    this.#serviceNames = stretchService.dictionary;
    this.#noTeam = table.noTeam;
    this.#noService = table.noService;
    this.#asksServices = table.services.size > 0;
    this.#owners = stretchService.dictionary.map((service) => owners.get(service) ?? null);
    this.#teamScopes = Int32Array.from(stretchTeam.dictionary, scopeOfTeam);
    this.#serviceScopes = Int32Array.from(stretchService.dictionary, (service) => table.services.get(service) ?? -1);
    this.#ownerScopes = this.#owners.map((each) => (each === null ? null : Int32Array.from(each.teams, scopeOfTeam)));
    this.#onlyOwnerScopes = Int32Array.from(this.#ownerScopes, (scopes) => scopes?.[0] ?? table.noTeam);
    this.#isHandedOver = Uint8Array.from(this.#owners, (each) => (each !== null && each.teams.length > 1 ? 1 : 0));
    // What has no states has one stretch a row.
    const isOneEach = !KINDS[columns.kind].hasStates && columns.stretchFrom.length === columns.length;
    this.#rowTeams = isOneEach ? this.#teams : (stretchTeam.ofRow ?? null);
    this.#rowServices = isOneEach ? this.#services : (stretchService.ofRow ?? null);
    this.lookups = {
      starts: this.#starts,
      froms: this.#froms,
      teams: this.#teams,
      teamScopes: this.#teamScopes,
      rowTeams: this.#rowTeams,
      rowServices: this.#rowServices,
      serviceScopes: this.#serviceScopes,
      asksServices: this.#asksServices,
    };
  }

  stretchAt(row: number, second: number): number {
    const first = this.#starts[row] ?? 0;
    let stretch = (this.#starts[row + 1] ?? first + 1) - 1;
    while (stretch > first && (this.#froms[stretch] ?? 0) > second) stretch -= 1;
    return stretch;
  }

  teamAt(stretch: number, second: number): string | null {
    const team = this.#teams[stretch] ?? -1;
    if (team >= 0) return this.#teamNames[team] ?? null;
    const owned = this.#owners[this.#services[stretch] ?? -1] ?? null;
    return owned === null ? null : (owned.teams[ownerAt(owned.since, second)] ?? null);
  }

  serviceAt(stretch: number): string | null {
    return this.#serviceNames[this.#services[stretch] ?? -1] ?? null;
  }

  ownersSince(stretch: number): ArrayLike<number> {
    if ((this.#teams[stretch] ?? -1) >= 0) return [];
    return this.#owners[this.#services[stretch] ?? -1]?.since ?? [];
  }

  isSteady(stretch: number): boolean {
    if ((this.#teams[stretch] ?? -1) >= 0) return true;
    const service = this.#services[stretch] ?? -1;
    return service < 0 || this.#isHandedOver[service] === 0;
  }

  teamScope(stretch: number, second: number): number {
    const team = this.#teams[stretch] ?? -1;
    if (team >= 0) return this.#teamScopes[team] ?? -1;
    const service = this.#services[stretch] ?? -1;
    if (service < 0) return this.#noTeam;
    return this.#isHandedOver[service] === 0 ? (this.#onlyOwnerScopes[service] ?? -1) : this.#ownerScope(service, second);
  }

  #ownerScope(service: number, second: number): number {
    const owned = this.#owners[service] ?? null;
    return owned === null ? this.#noTeam : (this.#ownerScopes[service]?.[ownerAt(owned.since, second)] ?? -1);
  }

  serviceScope(stretch: number): number {
    if (!this.#asksServices) return -1;
    const service = this.#services[stretch] ?? -1;
    return service >= 0 ? (this.#serviceScopes[service] ?? -1) : this.#noService;
  }

  teamScopeOf(row: number): number {
    const team = this.#rowTeams?.[row] ?? MIXED;
    if (team >= 0) return this.#teamScopes[team] ?? -1;
    const service = team === MIXED ? MIXED : (this.#rowServices?.[row] ?? MIXED);
    if (service === MIXED) return BY_MOMENT;
    if (service < 0) return this.#noTeam;
    return this.#isHandedOver[service] === 0 ? (this.#onlyOwnerScopes[service] ?? -1) : BY_MOMENT;
  }

  serviceScopeOf(row: number): number {
    if (!this.#asksServices) return -1;
    const service = this.#rowServices?.[row] ?? MIXED;
    if (service === MIXED) return BY_MOMENT;
    return service >= 0 ? (this.#serviceScopes[service] ?? -1) : this.#noService;
  }
}

const knownOwners = new WeakMap<Organisation, ReadonlyMap<string, Owners>>();

/** By service: the teams that had it, and since when. */
export const ownersOf = (organisation: Organisation): ReadonlyMap<string, Owners> => {
  let owners = knownOwners.get(organisation);
  if (owners === undefined) {
    const owned = organisation.services.filter((service) => service.owners.length > 0);
    owners = new Map(
      owned.map((service) => [
        service.id,
        {
          since: Float64Array.from(service.owners, (owner) => secondsOf(owner.since)),
          teams: service.owners.map((owner) => owner.team),
        },
      ]),
    );
    knownOwners.set(organisation, owners);
  }
  return owners;
};
