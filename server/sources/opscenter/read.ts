import type { OpsItemSummary } from '@aws-sdk/client-ssm';
import { attributedApart, toldBy, type Told } from '../aws/attribution.ts';
import { memberOf } from '../aws/json.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Rule } from '../aws/rules.ts';
import type { Reject } from '../source.ts';
import { isIssue, stateOf, type OpsItemSeen, type OpsKind } from './facts.ts';

/** What rules may go by. */
export const OPS_ITEM_NAMES: readonly string[] = ['title', 'source', 'category', 'account', 'region'];

export interface OpsItemRules {
  readonly kind: OpsKind;
  readonly rules: readonly Rule[];
  /** Keys of operational data under which service, team and severity are told. */
  readonly data: Told;
}

export type ReadItem = { readonly seen: OpsItemSeen } | { readonly reject: Reject } | null;

/** An item of a list or by itself; null for what is not ours to tell of. */
export function readOpsItem(settings: OpsItemRules, place: AwsPlace, item: OpsItemSummary): ReadItem {
  const { OpsItemId: id, Status: status = '', CreatedTime: created, LastModifiedTime: modified = created } = item;
  if (!isIssue(item.OpsItemType)) return null;
  const refuse = (reason: string): ReadItem => ({
    reject: { place: `${place.name}, OpsItem ${id ?? ''}`, reason, fix: 'The others of this pass are read', isKept: false },
  });
  if (id === undefined || id === '') return refuse('it has no id');
  const state = stateOf(status);
  if (state === null) return refuse(`its status '${status}' is none of an issue`);
  if (created === undefined || modified === undefined || !Number.isFinite(created.getTime() + modified.getTime()))
    return refuse('it does not say when it was created');
  const names = {
    title: item.Title,
    source: item.Source,
    category: item.Category,
    account: place.account ?? undefined,
    region: place.region,
  };
  const values = Object.entries(item.OperationalData ?? {}).flatMap(([key, { Value }]): [string, string][] =>
    Value === undefined ? [] : [[key, plainOf(Value)]],
  );
  const said = toldBy(settings.data, new Map(values));
  const { says, fields } = attributedApart(settings.rules, names, { ...said, severity: said.severity ?? item.Severity });
  const type = settings.kind === 'ticket' && item.Category !== undefined && item.Category !== '' ? { type: item.Category } : {};
  return {
    seen: { id, state, openedAt: created.getTime(), modifiedAt: modified.getTime(), says, fields: { ...fields, ...type } },
  };
}

/** Values are texts, often with JSON in them; a quoted text is the text. */
function plainOf(value: string): string {
  if (!value.startsWith('"')) return value;
  const told = memberOf(`{"value":${value}}`)?.['value'];
  return typeof told === 'string' ? told : value;
}
