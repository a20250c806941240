import type { Checking } from './checking.ts';
import type { AwsPlace } from './place.ts';

/** What a source does in AWS, and where. */
export interface AwsAccess {
  readonly places: readonly AwsPlace[];
  /** IAM actions. */
  readonly actions: readonly string[];
  /** What an action can be confined to in a place; what is not confined is asked of `*`. */
  readonly confine?: (action: string, place: AwsPlace) => Confined | null;
  /** Tries what it must be allowed in a place, and whether what it is told to read is there. */
  readonly check: (checking: Checking) => Promise<void>;
}

export interface Confined {
  /** ARNs. */
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

type Condition = Readonly<Record<'StringEquals', Readonly<Record<string, string>>>>;

/** An action in a place. */
export interface Grant {
  readonly action: string;
  readonly place: AwsPlace;
  readonly confined: Confined | null;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: '*' | readonly string[];
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Whoever may take a role, and what has to be shown for it. The principal is the reader's own, and named so. */
export interface TrustDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Principal: { readonly AWS: string };
    readonly Action: 'sts:AssumeRole';
    readonly Condition?: { readonly StringEquals: { readonly 'sts:ExternalId': string | readonly string[] } };
  }[];
}

/** What one role, or the process's own user or role, must be allowed. */
export interface Policy {
  /** Null: whoever the process is. */
  readonly role: string | null;
  readonly account: string | null;
  readonly policy: PolicyDocument;
  /** Of a role that is taken; null for the process itself. */
  readonly trust: TrustDocument | null;
}

/** Stands for whoever runs the product, whom these settings do not name. */
const WHO = 'ARN-OF-WHAT-RUNS-QUARTERDECK';

/** The least that lets these sources read what they are set up to read: nothing that writes, but taking messages off a queue. */
export function policiesFor(accesses: readonly AwsAccess[]): Policy[] {
  return policiesOf(
    accesses.flatMap((access) => access.places.flatMap((place) => grantsOf(access, place))),
    new Set(accesses.flatMap(({ places }) => places.flatMap(({ role }) => role ?? []))),
  );
}

/** Of one place, so that a role is never told of what is another account's. */
export const grantsOf = ({ actions, confine }: Pick<AwsAccess, 'actions' | 'confine'>, place: AwsPlace): Grant[] =>
  actions.map((action) => ({ action, place, confined: confine?.(action, place) ?? null }));

/** The policies of those who need grants. @param taken roles that the process itself must be allowed to take */
export function policiesOf(grants: readonly Grant[], taken: ReadonlySet<string>): Policy[] {
  const roles = new Map<string | null, { readonly places: AwsPlace[]; readonly grants: Grant[] }>();
  for (const grant of grants) {
    const { role } = grant.place;
    const own = roles.get(role) ?? { places: [], grants: [] };
    roles.set(role, own);
    own.places.push(grant.place);
    own.grants.push(grant);
  }
  const own = roles.get(null);
  const itself: Permission[] = (own?.grants ?? []).map(permissionOf);
  if (taken.size > 0) itself.push({ action: 'sts:AssumeRole', resources: [...taken], condition: null });
  const ofProcess: Policy[] =
    itself.length === 0
      ? []
      : [{ role: null, account: own?.places[0]?.account ?? null, policy: documentOf(itself), trust: null }];
  return [
    ...ofProcess,
    ...[...roles]
      .flatMap(([role, each]) => (role === null ? [] : [{ role, ...each }]))
      .sort((one, other) => (one.role < other.role ? -1 : 1))
      .map(({ role, places, grants: granted }): Policy => ({
        role,
        account: places[0]?.account ?? null,
        policy: documentOf(granted.map(permissionOf)),
        trust: trustOf(places),
      })),
  ];
}

interface Permission {
  readonly action: string;
  /** Null: `*`. */
  readonly resources: readonly string[] | null;
  readonly condition: Condition | null;
}

const permissionOf = ({ action, confined }: Grant): Permission => ({
  action,
  resources: confined?.resources ?? null,
  condition: confined?.condition ?? null,
});

/** A statement for each service and set of resources, in alphabetical order, so that it only changes where what is read does. */
function documentOf(permissions: readonly Permission[]): PolicyDocument {
  const byAction = new Map<string, { action: string; on: Set<string> | null; condition: Condition | null }>();
  for (const { action, resources, condition } of permissions) {
    const key = JSON.stringify([action, condition]);
    const known = byAction.get(key) ?? { action, on: new Set<string>(), condition };
    byAction.set(key, known);
    // What is asked of everything is not confined by what is asked of something.
    known.on = known.on === null || resources === null ? null : new Set([...known.on, ...resources]);
  }
  const statements = new Map<
    string,
    { readonly service: string; readonly on: Omit<Statement, 'Sid' | 'Effect' | 'Action'>; readonly actions: string[] }
  >();
  for (const [, { action, on, condition }] of [...byAction].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [service = ''] = action.split(':');
    const own = {
      Resource: on === null ? ('*' as const) : [...on].sort(),
      ...(condition === null ? {} : { Condition: condition }),
    };
    const key = JSON.stringify([service, own]);
    const known = statements.get(key);
    if (known === undefined) statements.set(key, { service, on: own, actions: [action] });
    else known.actions.push(action);
  }
  const perService = new Map<string, number>();
  return {
    Version: '2012-10-17',
    Statement: [...statements.values()].map(({ service, on, actions }): Statement => {
      const nth = (perService.get(service) ?? 0) + 1;
      perService.set(service, nth);
      return {
        Sid: `Quarterdeck${service.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}${nth === 1 ? '' : String(nth)}`,
        Effect: 'Allow',
        Action: actions,
        ...on,
      };
    }),
  };
}

/** Who may take a role. Several external ids are each taken. @param who the ARN of what runs Quarterdeck, where it is known */
export const trustOf = (places: readonly Pick<AwsPlace, 'externalId'>[], who = WHO): TrustDocument => {
  const ids = [...new Set(places.flatMap(({ externalId }) => externalId ?? []))].sort();
  const [id] = ids;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: who },
        Action: 'sts:AssumeRole',
        ...(id === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': ids.length === 1 ? id : ids } } }),
      },
    ],
  };
};

/** What the ARNs of a Region begin with. */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
