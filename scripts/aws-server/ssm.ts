import { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Output, Service } from './service.ts';

/** As GetOpsItem has it; what is not given is left out. */
export interface OpsItem {
  OpsItemId: string;
  OpsItemType?: string;
  Title: string;
  Source: string;
  Status: string;
  Severity?: string;
  Category?: string;
  CreatedTime: Date;
  LastModifiedTime: Date;
  OperationalData?: Record<string, { Value: string; Type: 'SearchableString' | 'String' }>;
}

export interface SsmState {
  /** OpsItems of a Region of an account, to add to, to change and to take away. */
  opsItems(account: string, region: string): OpsItem[];
  /** Accounts that never set OpsCenter up. */
  readonly notEnabled: Set<string>;
}

const MOST = 50;
/** Which filters there are, by what they compare. */
const BY_TIME = new Set(['CreatedTime', 'LastModifiedTime']);
const BY_TEXT = new Set(['Status', 'Title', 'Source', 'Severity', 'Category', 'OpsItemId', 'OpsItemType', 'Priority']);

/** OpsCenter, a part of Systems Manager; AWS JSON 1.1. */
export function createSsm(): Service<SsmState> {
  const shelf = new Shelf<OpsItem>();
  const state: SsmState = { opsItems: (account, region) => shelf.of(account, region), notEnabled: new Set() };
  return {
    name: 'ssm',
    target: { prefix: 'AmazonSSM', protocol: 'json-1.1' },
    state,
    handle(action, input, { caller: { account, region } }) {
      if (state.notEnabled.has(account))
        throw new AwsError('OpsItemAccessDeniedException', 'OpsCenter is not set up: choose Get Started in its console.');
      const items = shelf.of(account, region);
      if (action === 'DescribeOpsItems') return describeOpsItems(items, input);
      if (action === 'GetOpsItem') return getOpsItem(items, input);
      throw new AwsError('UnknownOperationException', `Systems Manager has no ${action} here`);
    },
  };
}

function describeOpsItems(items: readonly OpsItem[], input: Input): Output {
  const size = input.integer('MaxResults', 1, MOST) ?? MOST;
  const filters = input.children('OpsItemFilters').map(filterOf);
  const found = items
    .filter((item) => filters.every((filter) => filter(item)))
    .sort((one, other) => other.CreatedTime.getTime() - one.CreatedTime.getTime());
  const page = pageOf(found, input.text('NextToken'), size, 'InvalidNextToken');
  return { OpsItemSummaries: page.items, NextToken: page.token };
}

function getOpsItem(items: readonly OpsItem[], input: Input): Output {
  const id = input.requiredText('OpsItemId');
  const item = items.find(({ OpsItemId }) => OpsItemId === id);
  if (item === undefined) throw new AwsError('OpsItemNotFoundException', `The specified OpsItem does not exist: ${id}`);
  return { OpsItem: item };
}

function filterOf(filter: Input): (item: OpsItem) => boolean {
  const key = filter.requiredText('Key');
  const operator = filter.requiredText('Operator');
  const values = filter.texts('Values');
  const refuse = (message: string): AwsError => new AwsError('OpsItemInvalidParameterException', message);
  const textOf = (item: OpsItem): string => {
    const value = Object.getOwnPropertyDescriptor(item, key)?.value as unknown;
    return value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : '';
  };
  if (BY_TIME.has(key)) {
    const at = Date.parse(values[0] ?? '');
    if (values.length !== 1 || Number.isNaN(at)) throw refuse(`The filter value of ${key} is no time`);
    if (operator === 'GreaterThan') return (item) => Date.parse(textOf(item)) > at;
    if (operator === 'LessThan') return (item) => Date.parse(textOf(item)) < at;
    throw refuse(`The operator ${operator} is not there for ${key}`);
  }
  if (!BY_TEXT.has(key)) throw refuse(`There is no filter ${key}`);
  if (operator === 'Equal') return (item) => values.includes(textOf(item));
  if (operator === 'Contains') return (item) => values.some((value) => textOf(item).includes(value));
  throw refuse(`The operator ${operator} is not there for ${key}`);
}
