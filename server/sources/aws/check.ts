import type { PullCost } from '../../event/passes.ts';
import type { Instant } from '../../time/period.ts';
import { SourceError } from '../source.ts';
import { Checking, Tally, wordsOf, type Finding, type Outcome } from './checking.ts';
import { identify, type Identity } from './check-identity.ts';
import { inParallel } from './check-parallel.ts';
import type { AwsPlace } from './place.ts';
import { policiesOf, trustOf, type AwsAccess, type Grant, type Policy, type TrustDocument } from './policy.ts';

/** What was found, and which sources it is of. */
export interface ToldFinding extends Finding {
  readonly sources: readonly string[];
}

/** One Region of one account, by one role. */
export interface PlaceReport {
  readonly account: string | null;
  readonly region: string;
  readonly role: string | null;
  /** Where it is not AWS's own. */
  readonly endpoint: string | null;
  /** The worst of what was found. */
  readonly outcome: Outcome;
  readonly findings: readonly ToldFinding[];
}

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

export interface CheckOptions {
  /** Until when data is looked at. */
  readonly now: Instant;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface Checked {
  readonly id: string;
  readonly aws: AwsAccess;
}

/** AWS refuses signatures that are 5 minutes off; the SDK then corrects them, at the price of a call. */
const REFUSED_SECONDS = 240;
const DOUBTFUL_SECONDS = 30;
/** Places, and sources in each, that are looked at side by side. */
const PLACES_AT_ONCE = 6;
const SOURCES_AT_ONCE = 3;

/** A place, and the sources that read there; what a source calls it may differ. */
interface Stop {
  readonly place: AwsPlace;
  readonly readers: { readonly id: string; readonly access: AwsAccess; readonly place: AwsPlace }[];
}

interface StopReport extends PlaceReport {
  readonly identity: Identity;
  readonly denied: readonly Grant[];
}

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

async function checkStop({ place, readers }: Stop, tally: Tally, options: CheckOptions): Promise<StopReport> {
  const identity = await identify(place, { ...options, tally });
  const ids = readers.map(({ id }) => id);
  const told: ToldFinding[] = identity.findings.map((finding) => ({ ...finding, sources: ids }));
  const denied: Grant[] = [];
  const found = await inParallel(readers, SOURCES_AT_ONCE, async ({ id, access, place: own }) => {
    const findings = await findingsOf(access, own, identity, tally, options);
    return { id, access, own, findings };
  });
  for (const { id, access, own, findings } of found) {
    for (const finding of findings) {
      if (finding.denied !== null && access.actions.includes(finding.denied))
        denied.push({ action: finding.denied, place: own, confined: access.confine?.(finding.denied, own) ?? null });
      const same = told.findIndex((each) => isSame(each, finding));
      const known = told[same];
      if (known === undefined) told.push({ ...finding, sources: [id] });
      else if (!known.sources.includes(id)) told[same] = { ...known, sources: [...known.sources, id] };
    }
  }
  const { account, region, role, endpoint } = place;
  return {
    account: account ?? identity.account,
    region,
    role,
    endpoint,
    outcome: worstOf(told),
    findings: told,
    identity,
    denied,
  };
}

const isSame = (one: Finding, other: Finding): boolean =>
  one.action === other.action && one.thing === other.thing && one.outcome === other.outcome && one.words === other.words;

async function findingsOf(
  access: AwsAccess,
  place: AwsPlace,
  { client, account, findings: known }: Identity,
  tally: Tally,
  { now, signal }: CheckOptions,
): Promise<readonly Finding[]> {
  const actions = new Set(access.actions);
  if (client === null) {
    const why = known.find(({ outcome }) => outcome === 'fails')?.action ?? '';
    return [...actions].map((action) => untried(action, `nothing can be asked before ${why} is as it should`));
  }
  const checking = new Checking({ place, account: account ?? place.account ?? '', now, signal, client, tally });
  try {
    await access.check(checking);
  } catch (error) {
    signal.throwIfAborted();
    const [first = ''] = [...actions].filter((action) => checking.findings.every((finding) => finding.action !== action));
    const fault = error instanceof SourceError ? error : new SourceError(place.name, String(error), null);
    checking.tell(first, 'fails', { words: wordsOf(fault), fix: fault.fix });
  }
  for (const action of actions)
    if (checking.findings.every((finding) => finding.action !== action))
      checking.findings.push(untried(action, 'what comes before it does not work'));
  return checking.findings;
}

const untried = (action: string, words: string): Finding => ({
  action,
  thing: null,
  outcome: 'not tried',
  words,
  fix: null,
  denied: null,
});

const ORDER: readonly Outcome[] = ['works', 'not tried', 'warning', 'fails'];
export const worstOf = (findings: readonly Pick<Finding, 'outcome'>[]): Outcome =>
  ORDER[Math.max(0, ...findings.map(({ outcome }) => ORDER.indexOf(outcome)))] ?? 'works';

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
