import type { Instant } from '../../time/period.ts';
import { SourceError } from '../source.ts';
import { Checking, wordsOf, type Finding, type Outcome, type Tally } from './checking.ts';
import { identify, type Identity } from './check-identity.ts';
import { inParallel } from './check-parallel.ts';
import type { AwsPlace } from './place.ts';
import type { AwsAccess, Grant } from './policy.ts';

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

export interface CheckOptions {
  /** Until when data is looked at. */
  readonly now: Instant;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** A place, and the sources that read there; what a source calls it may differ. */
export interface Stop {
  readonly place: AwsPlace;
  readonly readers: { readonly id: string; readonly access: AwsAccess; readonly place: AwsPlace }[];
}

export interface StopReport extends PlaceReport {
  readonly identity: Identity;
  readonly denied: readonly Grant[];
}

/** Sources that are looked at side by side. */
const SOURCES_AT_ONCE = 3;

/** All that the sources of a place need there. */
export async function checkStop({ place, readers }: Stop, tally: Tally, options: CheckOptions): Promise<StopReport> {
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
const worstOf = (findings: readonly Pick<Finding, 'outcome'>[]): Outcome =>
  ORDER[Math.max(0, ...findings.map(({ outcome }) => ORDER.indexOf(outcome)))] ?? 'works';
