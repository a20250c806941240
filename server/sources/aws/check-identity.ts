import type { Tally, Finding } from './checking.ts';
import { wordsOf } from './checking.ts';
import { AwsFault, awsFault, type FaultKind } from './faults.ts';
import type { AwsPlace } from './place.ts';
import { clientSettings, type ClientSettings } from './session.ts';

/** Who is behind the credentials of a place. */
export interface Identity {
  readonly findings: readonly Finding[];
  /** Null where nothing more can be asked, or would be told of another account. */
  readonly client: ClientSettings | null;
  /** As AWS tells it. */
  readonly account: string | null;
  readonly arn: string | null;
  /** By how much the clock of AWS is ahead of ours; null where nothing answered. */
  readonly aheadMs: number | null;
}

export interface Looking {
  /** The clock that signatures are made by. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

const TAKE = 'sts:AssumeRole';
const WHO = 'sts:GetCallerIdentity';
/** Without credentials every further question has the same answer. */
const NOBODY: ReadonlySet<FaultKind> = new Set(['no key', 'unknown key', 'expired']);
/** Who looks waits less than who reads. */
const MOST_ATTEMPTS = 3;

/** Takes the role of a place, and asks who that is. Nobody can be forbidden to ask. */
export async function identify(place: AwsPlace, looking: Looking): Promise<Identity> {
  const settings: ClientSettings = { ...(await clientSettings(place)), maxAttempts: MOST_ATTEMPTS };
  if (settings.credentials === undefined) return whoIs(place, settings, [], looking);
  looking.tally.count(TAKE);
  try {
    const taken = await settings.credentials();
    // Taken once for all that is asked here.
    return await whoIs(place, { ...settings, credentials: () => Promise.resolve(taken) }, [finding(TAKE, 'works')], looking);
  } catch (error) {
    const fault = awsFault(place, TAKE, error);
    return { ...NO_ONE, findings: [finding(TAKE, 'fails', wordsOf(fault), fault.fix)] };
  }
}

const NO_ONE = { findings: [], client: null, account: null, arn: null, aheadMs: null } satisfies Identity;

async function whoIs(
  place: AwsPlace,
  settings: ClientSettings,
  before: readonly Finding[],
  { clock, signal, tally }: Looking,
): Promise<Identity> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = new STSClient(settings);
  let aheadMs: number | null = null;
  client.middlewareStack.add(
    (next) => async (args) => {
      const asked = clock();
      const result = await next(args);
      aheadMs = aheadOf(result.response, asked, clock());
      return result;
    },
    // Next to the wire, where refusals pass as well.
    { step: 'deserialize', priority: 'low', name: 'clockOfAws' },
  );
  tally.count(WHO);
  try {
    const { Account = null, Arn = null } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    const known = { account: Account, arn: Arn, aheadMs };
    if (place.account !== null && Account !== null && Account !== place.account)
      return {
        ...known,
        findings: [...before, otherAccount(place.account, Account, Arn ?? '')],
        client: null,
      };
    return { ...known, findings: [...before, finding(WHO, 'works', Arn ?? '')], client: settings };
  } catch (error) {
    signal.throwIfAborted();
    const fault = awsFault(place, WHO, error);
    const isNobody = fault instanceof AwsFault && NOBODY.has(fault.is);
    return {
      findings: [...before, isNobody ? finding(WHO, 'fails', wordsOf(fault), fault.fix) : untold(place, wordsOf(fault))],
      client: isNobody ? null : settings,
      account: null,
      arn: null,
      aheadMs,
    };
  } finally {
    client.destroy();
  }
}

/** Servers that speak as CloudWatch does need not speak as STS; and of AWS itself the others may be reached. */
const untold = ({ endpoint }: AwsPlace, words: string): Finding =>
  finding(
    WHO,
    'warning',
    `who asks is not known: ${words}`,
    endpoint === null ? 'What else is asked shows whether that matters' : `Nothing, if what answers at ${endpoint} has no STS`,
  );

const otherAccount = (written: string, account: string, arn: string): Finding =>
  finding(
    WHO,
    'fails',
    `these credentials are of account ${account} (${arn}), not of ${written}, as sources.yaml says`,
    `Write id: '${account}', or the role of account ${written} that is to be taken (role:)`,
  );

const finding = (action: string, outcome: Finding['outcome'], words = '', fix: string | null = null): Finding => ({
  action,
  thing: null,
  outcome,
  words,
  fix,
  denied: null,
});

/** Answers tell their time in whole seconds. What lies within that and the time of the call is no difference. */
function aheadOf(response: unknown, asked: number, answered: number): number | null {
  const headers = typeof response === 'object' && response !== null && 'headers' in response ? response.headers : null;
  const date = typeof headers === 'object' && headers !== null && 'date' in headers ? headers.date : null;
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(at)) return null;
  const ahead = at + 500 - (asked + answered) / 2;
  return Math.abs(ahead) <= 500 + (answered - asked) / 2 ? 0 : ahead;
}
