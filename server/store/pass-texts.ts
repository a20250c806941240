import type { PullCost, SeriesLack, Spending } from '../event/passes.ts';
import { keepable } from './door.ts';
import { fromJson, isRecord } from './json.ts';

const WHY_LENGTH = 1_000;

/** JSON of what a pass says beside its numbers; null where it says nothing. */
export const textOf = (value: PullCost | Spending | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

export const lackingText = (lacking: readonly SeriesLack[] | undefined): string | null =>
  lacking === undefined || lacking.length === 0
    ? null
    : JSON.stringify(lacking.map((lack) => ({ ...lack, why: keepable(lack.why, WHY_LENGTH) })));

/** As a part of a record: without the member where nothing was said. */
export const lackingIn = (text: string | null, column: string): { readonly lacking?: readonly SeriesLack[] } =>
  text === null ? {} : { lacking: fromJson(text, isLacking, column) };

export const costIn = (text: string | null, column: string): { readonly cost?: PullCost } =>
  text === null ? {} : { cost: fromJson(text, isCost, column) };

export const spentIn = (text: string | null, column: string): { readonly spent?: Spending } =>
  text === null ? {} : { spent: fromJson(text, isSpending, column) };

const isLacking = (value: unknown): value is SeriesLack[] =>
  Array.isArray(value) &&
  value.every(
    (lack) =>
      isRecord(lack) &&
      typeof lack['series'] === 'string' &&
      typeof lack['why'] === 'string' &&
      (lack['until'] === null || typeof lack['until'] === 'number'),
  );

const COST_MEMBERS = ['calls', 'leastMetrics', 'mostMetrics', 'bytes', 'leastDollars', 'mostDollars'];

const isCost = (value: unknown): value is PullCost =>
  isRecord(value) && COST_MEMBERS.every((name) => typeof value[name] === 'number');

const isSpending = (value: unknown): value is Spending =>
  isRecord(value) &&
  (value['first'] === null || isCost(value['first'])) &&
  Array.isArray(value['days']) &&
  value['days'].every((pair) => Array.isArray(pair) && typeof pair[0] === 'number' && isCost(pair[1]));
