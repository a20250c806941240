import type { PullCost } from '../../event/passes.ts';
import { Tally, type Outcome } from './checking.ts';
import { identify } from './check-identity.ts';
import { inParallel } from './check-parallel.ts';
import { checkStop, type CheckOptions, type PlaceReport, type Stop, type StopReport } from './check-place.ts';
import type { AwsPlace } from './place.ts';
import { policiesOf, trustOf, type AwsAccess, type Policy, type TrustDocument } from './policy.ts';

/** By so much AWS's clock is ahead of ours, where they differ most. */
export interface ClockReport {
  readonly aheadSeconds: number;
  readonly outcome: Outcome;
}

/** A role that cannot be taken, and what its trust policy has to say. */
export interface RefusedRole {
  readonly role: string;
  readonly account: string | null;
  readonly trust: TrustDocument;
}

export interface CheckReport {
  /** Who the process is, where it is known. */
  readonly runsAs: string | null;
  /** Null where nothing answered. */
  readonly clock: ClockReport | null;
  readonly places: readonly PlaceReport[];
  /** What has to be added to the policy of each role, and of the process itself. */
  readonly missing: readonly Policy[];
  readonly refusedRoles: readonly RefusedRole[];
  readonly calls: ReadonlyMap<string, number>;
  /** Of what is paid for by the call. */
  readonly cost: PullCost;
}

export interface Checked {
  readonly id: string;
  readonly aws: AwsAccess;
}

/** AWS refuses signatures that are 5 minutes off; the SDK then corrects them, at the price of a call. */
const REFUSED_SECONDS = 240;
const DOUBTFUL_SECONDS = 30;
/** Places that are looked at side by side. */
const PLACES_AT_ONCE = 6;

/** Tries everything that sources need, in every place: reading only, once for each action. One place that fails stops no other. */
export async function checkAccess(sources: readonly Checked[], options: CheckOptions): Promise<CheckReport> {
  const tally = new Tally();
  const stops = stopsOf(sources);
  let done = 0;
  const progress = (): void => options.onProgress(`${done} of ${stops.length} places, ${tally.total} calls`);
  const reports = await inParallel(stops, PLACES_AT_ONCE, async (stop) => {
    const report = await checkStop(stop, tally, options);
    done += 1;
    progress();
    return report;
  });
  const refused = new Map<string, AwsPlace[]>();
  for (const [index, { identity }] of reports.entries()) {
    const place = stops[index]?.place;
    const isRefused = identity.findings.some(({ action, outcome }) => action === 'sts:AssumeRole' && outcome === 'fails');
    if (place === undefined || place.role === null || !isRefused) continue;
    refused.set(place.role, [...(refused.get(place.role) ?? []), place]);
  }
  const own = await runsAs(stops, reports, tally, options);
  return {
    runsAs: own,
    clock: clockOf(reports),
    places: reports.map(({ identity: _, denied: __, ...report }) => report),
    missing: policiesOf(
      reports.flatMap(({ denied }) => denied),
      new Set(refused.keys()),
    ).map((policy) => ({ ...policy, trust: null })),
    refusedRoles: [...refused].map(([role, places]) => ({
      role,
      account: places[0]?.account ?? null,
      trust: trustOf(places, own === null ? undefined : principalOf(own)),
    })),
    calls: tally.calls,
    cost: tally.cost,
  };
}

function stopsOf(sources: readonly Checked[]): Stop[] {
  const stops = new Map<string, Stop>();
  for (const { id, aws } of sources)
    for (const place of aws.places) {
      const { account, region, role, externalId, endpoint } = place;
      const key = JSON.stringify([account, role, externalId, endpoint, region]);
      const stop = stops.get(key) ?? { place, readers: [] };
      stops.set(key, stop);
      stop.readers.push({ id, access: aws, place });
    }
  return [...stops].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, stop]) => stop);
}

/** Who the process is, which a trust policy has to name: known where it reads by itself, asked where all roles are taken. */
async function runsAs(
  stops: readonly Stop[],
  reports: readonly StopReport[],
  tally: Tally,
  options: CheckOptions,
): Promise<string | null> {
  const own = reports.find(({ role, identity }) => role === null && identity.arn !== null);
  if (own !== undefined) return own.identity.arn;
  const [first] = stops;
  if (first === undefined || first.place.role === null) return null;
  const { arn } = await identify({ ...first.place, account: null, role: null, externalId: null }, { ...options, tally });
  return arn;
}

function clockOf(reports: readonly StopReport[]): ClockReport | null {
  const all = reports.flatMap(({ identity }) => identity.aheadMs ?? []);
  if (all.length === 0) return null;
  const aheadSeconds = Math.round(all.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most)) / 1_000);
  const off = Math.abs(aheadSeconds);
  return { aheadSeconds, outcome: off >= REFUSED_SECONDS ? 'fails' : off >= DOUBTFUL_SECONDS ? 'warning' : 'works' };
}

/** A trust policy names a role itself, not one of its sessions. */
function principalOf(arn: string): string {
  const [, partition = '', account = '', name = ''] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return name === '' ? arn : `arn:${partition}:iam::${account}:role/${name}`;
}
