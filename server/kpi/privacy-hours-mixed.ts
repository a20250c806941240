import type { Instant, Period } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import type { Bearers } from './bearers.ts';
import type { KnownGroups } from './known-groups.ts';
import { mayBeLeft } from './privacy-groups.ts';
import { levelOfPart, levelOfWeek } from './privacy-hour-levels.ts';
import { MixedTable, rowBeyond, rowOf } from './privacy-mixed.ts';
import { isWithin, weeksOf, type Span, type Spans } from './privacy-spans.ts';

type Days = Pick<Period, 'firstDay' | 'endDay'>;

/** All classes of hours together. */
const EVERY_HOUR = [-1];

/**
 * Days of which nothing may be told by hours of the last level, because a number over more hours taken from it would leave
 * a few: a team that alone works at night is told as a whole by the month, and that less the organisation's nights is
 * whoever of it was on call by day. So is a week that a month's bound cuts, each side of which is told as a whole; and
 * where one side is known by hours from what its teams and services are told of, so is the other, in whatever month.
 * `hiddenAt`: what is hidden over all hours, and at each level.
 */
export const hoursThatLeaveFew = (
  table: ScopeTable,
  { all, parts }: Spans,
  bearers: Bearers,
  levels: readonly (readonly number[])[],
  groups: KnownGroups,
  hiddenAt: readonly Uint8Array[],
  now: Instant,
  shownBy: Span,
): Days[] => {
  const isHidden = (level: number, scope: number, period: number): boolean =>
    hiddenAt[level]?.[scope * all.length + period] !== 0;
  const found: Days[] = [];
  all.forEach((month, index) => {
    // While a month runs nothing is told of its teams.
    if (month.grain !== 'month' || parts[index]?.some((part) => (all[part]?.end ?? Infinity) > now) === true) return;
    const weeks = weeksOf(parts[index] ?? [], all).map((pieces) => {
      const within = pieces.filter((piece) => isWithin(all[piece], month));
      const asWeek = levelOfWeek(bearers, levels, pieces);
      const asPart = levelOfPart(bearers, levels, pieces, within);
      const level = levels[Math.max(asWeek, asPart)] ?? EVERY_HOUR;
      return { pieces, within, asWeek, asPart, level };
    });
    for (const { pieces, asWeek } of weeks) {
      const [first, last] = [all[pieces[0] ?? 0], all[pieces.at(-1) ?? 0]];
      if (first === undefined || last === undefined || asWeek < levels.length - 1) continue;
      if (leavesFewOfWeek(bearers, pieces, levels)) found.push({ firstDay: first.firstDay, endDay: last.endDay });
    }
    // Of a month in which the organisation is not told only spreads tell of teams, and those yield to hours (privacy-quarters.ts);
    // how the load of some hours was spread may tell of them by whatever is shown.
    const isSilent = isHidden(0, table.organisation, index);
    if (isSilent && shownBy !== 'quarter') return;
    const { present } = groups.of(bearers, index);
    const levelOf = (scope: number): number =>
      scope < 0
        ? 0
        : Math.max(
            0,
            hiddenAt.findLastIndex((_, level) => !isHidden(level, scope, index)),
          );
    // Every part of every team is told as finely, and what is told of services is parts of the same.
    const isWhole = (scope: number): boolean => present[scope] === 0 || levelOf(scope) === levels.length;
    const isTold = (scope: number): boolean => present[scope] === 1 && !isHidden(0, scope, index);
    const services = [...table.services.values()];
    if ([...table.teams.values(), ...services.filter(isTold)].every(isWhole)) return;

    const columns = weeks.flatMap(({ within, level }) => within.flatMap((piece) => level.map((lanes) => ({ piece, lanes }))));
    const ways: ((team: number, service: number) => number)[] = isSilent
      ? [(team, service) => rowOf(table, () => false, team, service), (team) => team, (_, service) => service]
      : [(team, service) => rowOf(table, (scope) => isHidden(0, scope, index), team, service)];
    const columnsOf = levels.map((level) =>
      level.map((hours) => columns.reduce((sum, { lanes }, column) => ((lanes & ~hours) === 0 ? sum | (1 << column) : sum), 0)),
    );
    const leavesFew = (rowIn: (team: number, service: number) => number, beyond: Beyond | null): boolean => {
      const mixed = new MixedTable(columns.length);
      const told = new Map<number, { readonly sets: readonly number[]; readonly beside: number }>();
      columns.forEach(({ piece, lanes }, column) => {
        const { person, service, team } = bearers.among([piece], lanes);
        person.forEach((who, role) => {
          const [ofTeam, ofService] = [team[role] ?? -1, service[role] ?? -1];
          const level = Math.max(levelOf(ofTeam), levelOf(ofService));
          const numberOf = (row: number): number => row * (levels.length + 1) + level;
          const own = numberOf(rowIn(ofTeam, ofService));
          const beside = levelOf(ofTeam) === level ? numberOf(rowIn(ofTeam, -1)) : -1;
          if (!told.has(own)) told.set(own, { sets: columnsOf[level - 1] ?? [], beside });
          mixed.add(column, own, who);
        });
      });
      columns.forEach(({ piece, lanes }, column) => {
        if (beyond?.within.includes(piece) !== true || beyond.known.includes(lanes)) return;
        const { person, service, team } = bearers.among(beyond.others, lanes);
        person.forEach((who, role) => {
          mixed.add(column, rowBeyond(table, team[role] ?? -1, service[role] ?? -1), who);
        });
      });
      return !mixed.isSafe((own) => told.get(own) ?? { sets: [], beside: -1 });
    };
    if (ways.some((rowIn) => leavesFew(rowIn, null))) {
      found.push(month);
      return;
    }
    // Of a week that is told by hours with days of another month alone, those days are left, too.
    for (const { pieces, within, asWeek, asPart } of weeks) {
      const [first, last] = [all[pieces[0] ?? 0], all[pieces.at(-1) ?? 0]];
      if (asWeek <= asPart || within.length === pieces.length || first === undefined || last === undefined) continue;
      const others = pieces.filter((piece) => !within.includes(piece));
      if (ways.some((rowIn) => leavesFew(rowIn, { within, others, known: levels[asPart] ?? [] })))
        found.push({ firstDay: first.firstDay, endDay: last.endDay });
    }
  });
  return found;
};

/** A week that is told by hours of which its days within the month are not. */
interface Beyond {
  readonly within: readonly number[];
  /** Its days beyond the month, which are told with those alone at such hours, and at all hours together by themselves. */
  readonly others: readonly number[];
  /** Hours at which each side is told by itself. */
  readonly known: readonly number[];
}

/** Of a week that is told by hours and cut in pieces told over more: whether few are left of some hours of one and others of another. */
const leavesFewOfWeek = (bearers: Bearers, pieces: readonly number[], levels: readonly (readonly number[])[]): boolean => {
  const finest = levels.at(-1) ?? EVERY_HOUR;
  if (pieces.length < 2 || pieces.every((piece) => finest.every((lanes) => mayBeLeft(bearers.sizeOf([piece], lanes)))))
    return false;
  const mixed = new MixedTable(finest.length);
  pieces.forEach((piece) => {
    finest.forEach((lanes, column) => {
      bearers.among([piece], lanes).person.forEach((who) => {
        mixed.add(column, piece, who);
      });
    });
  });
  return [[], ...levels.slice(0, -1)].some((coarse) => {
    const told = coarse.map((hours) =>
      finest.reduce((sum, own, column) => ((own & ~hours) === 0 ? sum | (1 << column) : sum), 0),
    );
    return !mixed.isSafe(() => ({ sets: told, beside: -1 }));
  });
};
