import type { Settings } from '../settings.ts';

/** How CloudWatch is spoken to: AWS itself in `json`, servers that stand in for it often in one of older SDKs alone. */
export const PROTOCOLS = ['json', 'query', 'cbor'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** One Region of one account, and how it is entered. */
export interface AwsPlace {
  /** What it is called in messages and cursors: the account's number or name, and the Region. */
  readonly name: string;
  /** As written; null where the process's own credentials are used as they are. */
  readonly account: string | null;
  readonly region: string;
  readonly role: string | null;
  readonly externalId: string | null;
  /** Another server that speaks the same, for tests and for stores that are compatible; null: the SDK's own choice. */
  readonly endpoint: string | null;
  /** Of CloudWatch; absent: found out. */
  readonly protocol?: Protocol;
  /** Which share of AWS's quotas calls may use; absent: a quarter. */
  readonly budget?: number;
}

/** Settings that every AWS source has. */
export const PLACE_KEYS: readonly string[] = ['accounts', 'regions', 'endpoint', 'budget'];

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/;
const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/;
/** What STS takes. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/**
 * The Regions of all accounts: `accounts: [{ id, role, external_id, regions }]`, each with its own `regions` or those of the
 * source. Without `accounts` the process's own credentials are used. Null where something is wrong, which is reported.
 */
export function parsePlaces(settings: Settings): AwsPlace[] | null {
  const shared = parseShared(settings);
  const common = parseRegions(settings);
  if (!settings.has('accounts')) {
    if (!settings.has('regions'))
      return settings.fault(
        null,
        "'regions' is missing",
        "Write 'regions: [eu-central-1]', or a list of 'accounts:' with theirs",
      );
    return shared === null ? null : (common?.map((region) => placeOf(null, region, null, null, shared)) ?? null);
  }
  const sections = settings.sections('accounts') ?? [];
  const places: AwsPlace[] = [];
  let isSound = sections.length > 0 && shared !== null && (common !== null || !settings.has('regions'));
  for (const section of sections) {
    const own = parseAccount(section, common, shared ?? { endpoint: null });
    if (own === null) isSound = false;
    for (const place of own ?? []) {
      if (places.some(({ name }) => name === place.name)) {
        section.fault('id', `${place.name} stands here twice`, 'Write each account once, with all of its Regions');
        isSound = false;
      } else places.push(place);
    }
  }
  return isSound ? places : null;
}

function parseAccount(section: Settings, common: readonly string[] | null, shared: Shared): AwsPlace[] | null {
  section.expect(['id', 'role', 'external_id', 'regions']);
  const id = section.requiredText('id', "Write the account's number in quotes, such as id: '111122223333'");
  const isId =
    id !== null && (ACCOUNT.test(id) || faultOf(section, 'id', `'${id}' is no account`, 'Write its twelve digits in quotes'));
  const role = section.text('role');
  const of = role === null ? null : ROLE.exec(role);
  let isSound = isId && (role === null || of !== null);
  if (role !== null && of === null)
    section.fault('role', `'${role}' is no role`, 'Write its ARN: arn:aws:iam::111122223333:role/quarterdeck');
  else if (of !== null && isId && of[1] !== id)
    isSound = faultOf(
      section,
      'role',
      `this role is of account ${String(of[1])}, not of ${id}`,
      'Write a role of the account itself',
    );
  const externalId = section.text('external_id');
  if (externalId !== null && !EXTERNAL_ID.test(externalId))
    isSound = faultOf(
      section,
      'external_id',
      'this is no external id',
      'Write the 2 to 1,224 letters, digits and =,.@:/- that the trust policy names',
    );
  if (externalId !== null && role === null)
    isSound = faultOf(
      section,
      'external_id',
      'an external id is shown where a role is taken',
      "Add 'role: arn:aws:iam::…:role/…'",
    );
  const regions = section.has('regions') ? parseRegions(section) : common;
  if (regions === null && !section.has('regions'))
    section.fault(null, "'regions' is missing", "Write 'regions: [eu-central-1]' here, or beside 'accounts:' for all of them");
  return isSound && regions !== null ? regions.map((region) => placeOf(id, region, role, externalId, shared)) : null;
}

function parseRegions(settings: Settings): string[] | null {
  const regions = settings.texts('regions');
  if (regions === null) return null;
  const wrong = regions.find((region) => !REGION.test(region));
  if (wrong !== undefined) return settings.fault('regions', `'${wrong}' is no Region`, 'Write names such as eu-central-1');
  if (regions.length === 0) return settings.fault('regions', 'there is none', 'Write at least one, such as eu-central-1');
  return [...new Set(regions)];
}

/** What is the same for all places of a source. */
type Shared = Pick<AwsPlace, 'endpoint' | 'protocol' | 'budget'>;

/** Null where any of it is wrong. */
function parseShared(settings: Settings): Shared | null {
  const [endpoint, protocol, budget] = [parseEndpoint(settings), parseProtocol(settings), parseBudget(settings)];
  if (endpoint === undefined || protocol === undefined || budget === undefined) return null;
  return { endpoint, ...(protocol === null ? {} : { protocol }), ...(budget === null ? {} : { budget }) };
}

/** Undefined where it is wrong. */
function parseProtocol(settings: Settings): Protocol | null | undefined {
  const text = settings.text('protocol');
  if (text === null) return settings.has('protocol') ? undefined : null;
  const protocol = PROTOCOLS.find((each) => each === text);
  if (protocol !== undefined) return protocol;
  settings.fault('protocol', `'${text}' is no protocol of CloudWatch`, `Write ${PROTOCOLS.join(', ')}, or leave it out`);
  return undefined;
}

/** `budget: 10%`. Undefined where it is wrong. */
function parseBudget(settings: Settings): number | null | undefined {
  const text = settings.text('budget');
  if (text === null) return settings.has('budget') ? undefined : null;
  const share = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text)?.[1];
  const budget = share === undefined ? 0 : Number(share) / 100;
  if (budget > 0 && budget <= 1) return budget;
  settings.fault('budget', `'${text}' is no share of a quota`, "Write the share of AWS's quotas that calls may use: budget: 25%");
  return undefined;
}

/** Undefined where it is wrong. */
function parseEndpoint(settings: Settings): string | null | undefined {
  const text = settings.text('endpoint');
  if (text === null) return settings.has('endpoint') ? undefined : null;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '') return text;
  settings.fault(
    'endpoint',
    `'${text}' is no address of a server`,
    'Write it like http://127.0.0.1:4566, without a user or password',
  );
  return undefined;
}

const placeOf = (
  account: string | null,
  region: string,
  role: string | null,
  externalId: string | null,
  shared: Shared,
): AwsPlace => ({ name: account === null ? region : `${account} ${region}`, account, region, role, externalId, ...shared });

const faultOf = (settings: Settings, key: string, message: string, fix: string): false => {
  settings.fault(key, message, fix);
  return false;
};
