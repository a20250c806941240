import type { AwsPlace } from './place.ts';

/** What a source does in AWS, and where. */
export interface AwsAccess {
  readonly places: readonly AwsPlace[];
  /** IAM actions. */
  readonly actions: readonly string[];
  /** ARNs that actions can be confined to, by action; all others are asked of `*`. */
  readonly resources?: Readonly<Record<string, readonly string[]>>;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: '*' | readonly string[];
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
    readonly Condition?: { readonly StringEquals: { readonly 'sts:ExternalId': string } };
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
  const roles = new Map<string | null, { readonly place: AwsPlace; readonly allowed: Map<string, Set<string>> }>();
  for (const { places, actions, resources } of accesses)
    for (const place of places) {
      let own = roles.get(place.role);
      if (own === undefined) roles.set(place.role, (own = { place, allowed: new Map<string, Set<string>>() }));
      for (const action of actions) {
        const on = own.allowed.get(action) ?? new Set<string>();
        own.allowed.set(action, on);
        for (const resource of resources?.[action] ?? ['*']) on.add(resource);
      }
    }
  const taken = [...roles.keys()].flatMap((role) => role ?? []).sort();
  const itself = roles.get(null)?.allowed ?? new Map<string, Set<string>>();
  if (taken.length > 0) itself.set('sts:AssumeRole', new Set(taken));
  const process: Policy[] =
    itself.size === 0
      ? []
      : [{ role: null, account: roles.get(null)?.place.account ?? null, policy: documentOf(itself), trust: null }];
  return [
    ...process,
    ...[...roles.values()]
      .filter(({ place }) => place.role !== null)
      .sort((one, other) => ((one.place.role ?? '') < (other.place.role ?? '') ? -1 : 1))
      .map(({ place, allowed }): Policy => ({
        role: place.role,
        account: place.account,
        policy: documentOf(allowed),
        trust: trustOf(place),
      })),
  ];
}

/** A statement for each service and set of resources, in alphabetical order, so that it only changes where what is read does. */
function documentOf(allowed: ReadonlyMap<string, ReadonlySet<string>>): PolicyDocument {
  const statements = new Map<
    string,
    { readonly service: string; readonly resources: readonly string[]; readonly actions: string[] }
  >();
  for (const [action, on] of [...allowed].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [service = ''] = action.split(':');
    const resources = on.has('*') ? ['*'] : [...on].sort();
    const key = `${service}\n${resources.join('\n')}`;
    const known = statements.get(key);
    if (known === undefined) statements.set(key, { service, resources, actions: [action] });
    else known.actions.push(action);
  }
  const perService = new Map<string, number>();
  return {
    Version: '2012-10-17',
    Statement: [...statements.values()].map(({ service, resources, actions }): Statement => {
      const nth = (perService.get(service) ?? 0) + 1;
      perService.set(service, nth);
      return {
        Sid: `Quarterdeck${service.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}${nth === 1 ? '' : String(nth)}`,
        Effect: 'Allow',
        Action: actions,
        Resource: resources[0] === '*' ? '*' : resources,
      };
    }),
  };
}

const trustOf = ({ externalId }: AwsPlace): TrustDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: WHO },
      Action: 'sts:AssumeRole',
      ...(externalId === null ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
    },
  ],
});
