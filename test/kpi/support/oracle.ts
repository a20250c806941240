import type { Organisation, Scope } from '../../../server/event/organisation.ts';
import { isOpenState } from '../../../server/event/states.ts';
import type { Where } from '../../../server/kpi/kpi.ts';
import type { Period } from '../../../server/time/period.ts';
import type { PlainItem, PlainStretch } from './plain.ts';

/** The definitions once more, as slowly and plainly as they can be said: one item, one period, one scope at a time. */
export interface OracleAnswer {
  readonly values: readonly number[];
  readonly reasons: Readonly<Record<string, number>>;
  readonly uids: readonly string[];
}

export interface OracleQuestion {
  readonly items: readonly PlainItem[];
  readonly organisation: Organisation;
  readonly scope: Scope;
  readonly period: Period;
  readonly now: number;
  readonly where: readonly Where[];
}

const stretchAt = (item: PlainItem, instant: number): PlainStretch => {
  const begun = item.stretches.filter((stretch) => stretch.from <= instant);
  const found = begun.at(-1) ?? item.stretches[0];
  if (found === undefined) throw new Error('an item without stretches');
  return found;
};

const teamOf = (stretch: PlainStretch, organisation: Organisation, instant: number): string | undefined => {
  if (stretch.team !== undefined) return stretch.team;
  const owners = organisation.services.find((service) => service.id === stretch.service)?.owners ?? [];
  return (owners.filter((owner) => owner.since <= instant).at(-1) ?? owners[0])?.team;
};

export const teamAt = (item: PlainItem, organisation: Organisation, instant: number): string | undefined =>
  teamOf(stretchAt(item, instant), organisation, instant);
export const serviceAt = (item: PlainItem, instant: number): string | undefined => stretchAt(item, instant).service;

export const isIn = (question: OracleQuestion, item: PlainItem, instant: number): boolean => {
  const stretch = stretchAt(item, instant);
  if (question.scope === 'organisation') return true;
  if (question.scope.startsWith('team:'))
    return `team:${teamOf(stretch, question.organisation, instant) ?? '?'}` === question.scope;
  return `service:${stretch.service ?? '?'}` === question.scope;
};

export const meets = (question: OracleQuestion, item: PlainItem, instant: number): boolean =>
  question.where.every(({ field, condition }) => {
    const stretch = stretchAt(item, instant);
    let value: string | number | undefined = item.numbers?.[field] ?? item.codes?.[field];
    if (field === 'state') value = stretch.state ?? undefined;
    if (field === 'overdue') value = Number(isOpenState(stretch.state) && (item.instants['due'] ?? Infinity) <= instant);
    if (field === 'team') value = teamOf(stretch, question.organisation, instant);
    if (field === 'service') value = stretch.service;
    if (condition.test === 'in') {
      const isOne =
        value !== undefined && condition.values.some((each) => (typeof each === 'boolean' ? Number(each) : each) === value);
      return isOne !== condition.negated;
    }
    if (condition.test === 'at_least') return value !== undefined && Number(value) >= condition.bound;
    if (condition.test === 'at_most') return value !== undefined && Number(value) <= condition.bound;
    throw new Error('the oracle does not know this condition');
  });

const inside = (period: Period, instant: number): boolean => instant >= period.start && instant < period.end;

const answerOf = (found: readonly { uid: string; value: number | null; reason: string | null }[]): OracleAnswer => {
  const reasons: Record<string, number> = {};
  for (const { reason } of found) if (reason !== null) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const counted = found.filter((each) => each.reason === null);
  return {
    values: counted.map((each) => each.value ?? 0).sort((left, right) => left - right),
    reasons,
    uids: counted.map((each) => each.uid).sort(),
  };
};

/** Restored or closed in the period; or begun, and not yet over when the period ended. */
export const oracleDuration = (question: OracleQuestion, from: string, to: string, countedIn: string): OracleAnswer => {
  const asOf = Math.min(question.period.end, question.now + 1000);
  return answerOf(
    question.items.flatMap((item) => {
      const known = (name: string): number | undefined => {
        const instant = item.instants[name];
        return instant !== undefined && instant <= question.now ? instant : undefined;
      };
      const start = known(from);
      if (start === undefined) return [];
      const end = known(to);
      const counted = known(countedIn);
      const cancelled = known('cancelled');
      const later =
        { acknowledged: ['restored', 'resolved', 'closed'], restored: ['resolved', 'closed'], resolved: ['closed'] }[to] ?? [];
      const ends = [...later.map(known), cancelled].filter((instant) => instant !== undefined);
      const closed = ends.length > 0 ? Math.min(...ends) : undefined;
      const told = (instant: number, value: number | null, reason: string | null) =>
        inside(question.period, instant) && isIn(question, item, instant) && meets(question, item, instant)
          ? [{ uid: item.uid, value, reason }]
          : [];

      if (item.codes?.['merged_into'] !== undefined) return told(counted ?? closed ?? start, null, 'merged');
      if (item.numbers?.['planned'] === 1) return told(counted ?? closed ?? start, null, 'planned');
      const over = counted ?? closed;
      if (start < asOf && (over === undefined || (over > start && over >= asOf))) {
        return isIn(question, item, asOf - 1000) && meets(question, item, asOf - 1000)
          ? [{ uid: item.uid, value: null, reason: 'still open' }]
          : [];
      }
      if (over === undefined) return [];
      if (cancelled !== undefined) return told(over, null, 'cancelled');
      if (end === undefined) {
        if (closed === undefined) return told(over, null, 'still open');
        return told(over, null, to === 'acknowledged' ? 'never acknowledged' : 'closed without resolution');
      }
      if (end < start) return told(over, null, `${to} before ${from}`);
      return counted === undefined ? [] : told(over, (end - start) / 1000, null);
    }),
  );
};

export const oracleCount = (question: OracleQuestion, countedIn: string): OracleAnswer =>
  answerOf(
    question.items.flatMap((item) => {
      const instant = item.instants[countedIn];
      if (instant === undefined || instant > question.now || !inside(question.period, instant)) return [];
      return isIn(question, item, instant) && meets(question, item, instant) ? [{ uid: item.uid, value: 1, reason: null }] : [];
    }),
  );

/** Open as of the period's end: the state just before it. Values are ages in seconds. */
export const oracleOpen = (question: OracleQuestion): OracleAnswer => {
  const asOf = Math.min(question.period.end, question.now + 1000);
  return answerOf(
    question.items.flatMap((item) => {
      const first = item.stretches[0];
      if (first === undefined || first.from >= asOf || !isOpenState(stretchAt(item, asOf - 1000).state)) return [];
      if (!isIn(question, item, asOf - 1000) || !meets(question, item, asOf - 1000)) return [];
      const opened = item.instants['opened'] ?? first.from;
      return [{ uid: item.uid, value: (Math.min(asOf, question.now) - opened) / 1000, reason: null }];
    }),
  );
};

/** Type 7, straight from its definition. */
export const oracleQuantile = (sorted: readonly number[], share: number): number => {
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (position - Math.floor(position)) * (high - low);
};
