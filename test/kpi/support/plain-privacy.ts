import type { ScopeTable } from '../../../server/kpi/attribution.ts';
import type { HourClass } from '../../../server/event/organisation.ts';
import { isGroup, mayBeLeft } from '../../../server/kpi/privacy-groups.ts';
import { MixedTable } from '../../../server/kpi/privacy-mixed.ts';
import type { Span, Spans } from '../../../server/kpi/privacy-spans.ts';
import type { Instant, Period } from '../../../server/time/period.ts';

// What may be shown, as it is told: sets of names, one object for each person, place and period.

/** Someone of whom the number of a period speaks, in a team's and a service's scope. Indexes, the period's into `Spans.all`. */
export interface Bearer {
  readonly period: number;
  readonly team: number;
  readonly service: number;
  readonly person: string;
  /** Undefined where hours are not told apart. */
  readonly hours?: HourClass | undefined;
}

const sizeOf = (bearers: readonly Bearer[]): number => new Set(bearers.map(({ person }) => person)).size;

/**
 * The teams and services of one span that must not be shown. A group under five is hidden. So that the
 * organisation minus the visible teams does not give it away, the next smallest visible team is hidden
 * with it, until those hidden have five people together, or none is left; the same for services. Services
 * that would leave fewer than five people when teams and services are taken from one another are hidden, too.
 */
const hiddenScopes = (table: ScopeTable, bearers: readonly Bearer[]): Set<number> => {
  const people = peopleByScope(bearers);
  const hidden = new Set<number>();
  for (const family of [table.teams, table.services]) {
    const bySize = groupsOf(family, people);
    for (const { name, scope, size } of bySize) if (!isGroup(size) || name === '') hidden.add(scope);
    const together = new Set(bySize.flatMap(({ scope }) => (hidden.has(scope) ? [...(people.get(scope) ?? [])] : [])));
    for (const { scope } of bySize) {
      if (mayBeLeft(together.size)) break;
      if (hidden.has(scope)) continue;
      hidden.add(scope);
      for (const person of people.get(scope) ?? []) together.add(person);
    }
  }
  hideServices(table, bearers, people, hidden);
  return hidden;
};

/** All hidden teams together, and all hidden services: what the organisation less the visible ones tells of. */
const HIDDEN = -2;

/**
 * Teams are shown beside services, so a sum over some of both can be taken from another. Whatever is left
 * is made of cells: what one visible team, or all hidden ones, have of one visible service, or of all hidden
 * ones. Services are hidden, smallest first, until every cell holds nobody or at least five people.
 */
const hideServices = (
  table: ScopeTable,
  bearers: readonly Bearer[],
  people: ReadonlyMap<number, ReadonlySet<string>>,
  hidden: Set<number>,
): void => {
  const bySize = groupsOf(table.services, people);
  const shownOr = (scope: number): number => (scope < 0 || hidden.has(scope) ? HIDDEN : scope);
  for (let isDone = false; !isDone;) {
    const found = new Set<number>();
    for (const own of Map.groupBy(bearers, (bearer) => shownOr(bearer.team)).values()) {
      const cells = peopleBy(own, (bearer) => shownOr(bearer.service));
      const isSmall = (service: number): boolean => !mayBeLeft(cells.get(service)?.size ?? 0);
      for (const service of cells.keys()) if (service !== HIDDEN && isSmall(service)) found.add(service);
      const smallest = isSmall(HIDDEN) ? bySize.find(({ scope }) => scope !== HIDDEN && cells.has(scope)) : undefined;
      if (smallest !== undefined) found.add(smallest.scope);
    }
    for (const service of found) hidden.add(service);
    isDone = found.size === 0;
  }
};

const peopleBy = (bearers: readonly Bearer[], scopeOf: (bearer: Bearer) => number): Map<number, Set<string>> => {
  const people = new Map<number, Set<string>>();
  for (const bearer of bearers) {
    const scope = scopeOf(bearer);
    const own = people.get(scope) ?? new Set<string>();
    people.set(scope, own.add(bearer.person));
  }
  return people;
};

const peopleByScope = (bearers: readonly Bearer[]): Map<number, Set<string>> =>
  new Map([...peopleBy(bearers, (bearer) => bearer.team), ...peopleBy(bearers, (bearer) => bearer.service)]);

interface Group {
  readonly name: string;
  readonly scope: number;
  readonly size: number;
}

/** Smallest first; of equal ones by name, so that the order of arrival changes nothing. */
const groupsOf = (family: ReadonlyMap<string, number>, people: ReadonlyMap<number, ReadonlySet<string>>): Group[] =>
  [...family]
    .map(([name, scope]) => ({ name, scope, size: people.get(scope)?.size ?? 0 }))
    .sort((left, right) => left.size - right.size || (left.name < right.name ? -1 : 1));

/** Whether teams may be told of some days together whose parts the organisation is told of (privacy-mixed.test.ts holds the rule itself). */
const mayTellTeams = (within: ReadonlySet<number>, told: readonly Told[]): boolean => {
  const columns = inseparable(told);
  if (columns.length < 2) return true;
  const weeks = new Set(columns.flatMap((parts) => parts.map(({ week }) => week)));
  return [null, ...weeks].every((week) => isSafe(within, columns, week));
};

const isSafe = (within: ReadonlySet<number>, byPart: readonly (readonly Told[])[], taken: number | null): boolean => {
  const mixed = new MixedTable(byPart.length);
  const [rows, people] = [new Map<string, number>(), new Map<string, number>()];
  const numberIn = (known: Map<string, number>, name: string): number => {
    const number = known.get(name) ?? known.size;
    known.set(name, number);
    return number;
  };
  const shownOr = (scope: number): number => (scope < 0 || within.has(scope) ? HIDDEN : scope);
  byPart.forEach((parts, column) => {
    for (const { own, beyond, week } of parts) {
      for (const { team, service, person } of own)
        mixed.add(column, numberIn(rows, `${shownOr(team)} ${shownOr(service)}`), numberIn(people, person));
      for (const { team, service, person } of week === taken ? beyond : [])
        mixed.add(column, numberIn(rows, `beyond ${team} ${service}`), numberIn(people, person));
    }
  });
  return mixed.isSafe();
};

/** Of whom the organisation is told as one, in some days of a week or at some hours of them. */
interface Told {
  readonly own: readonly Bearer[];
  /** Whoever was there on the other days of the week, of which it is told at these hours with those alone. */
  readonly beyond: readonly Bearer[];
  readonly week: number;
}

/** Parts put together for as long as two of them have a group in the same places; in their order. */
const inseparable = (told: readonly Told[]): readonly (readonly Told[])[] => {
  const placesOf = (bearers: readonly Bearer[]): Map<string, string> =>
    new Map(bearers.map(({ team, service, person }) => [`${team} ${service} ${person}`, person]));
  const areAlike = (one: readonly Bearer[], other: readonly Bearer[]): boolean => {
    const places = placesOf(other);
    return isGroup(new Set([...placesOf(one)].flatMap(([place, person]) => (places.has(place) ? [person] : []))).size);
  };
  let sets = told.filter(({ own }) => own.length > 0).map((part) => [part]);
  for (let isDone = false; !isDone;) {
    isDone = true;
    for (const one of sets)
      for (const other of sets)
        if (one !== other && one.some((part) => other.some((next) => areAlike(part.own, next.own))) && isDone) {
          one.push(...other);
          sets = sets.filter((set) => set !== other);
          isDone = false;
        }
  }
  return sets;
};

/** Hours that are told apart, coarsest first; nights are a part of what is outside business hours, and so on. */
const HOURS: readonly (readonly (readonly HourClass[])[])[] = [
  [['business'], ['evening', 'night', 'weekend', 'holiday']],
  [['business'], ['night'], ['evening', 'weekend', 'holiday']],
  [['business'], ['night'], ['evening'], ['weekend', 'holiday']],
];

/** The finest hours of which this holds, by name: those together of which the organisation is told. */
const finest = (holds: (isIn: (bearer: Bearer) => boolean) => boolean): number =>
  HOURS.findLastIndex((classes) => classes.every((own) => holds(({ hours }) => hours !== undefined && own.includes(hours))));

const DAYS_OF_WEEK = 7;
const NOBODY: readonly Bearer[] = [];
const NONE: readonly string[] = [];

/**
 * What is hidden of how a load was spread, which is shown by the quarter. A spread tells how many items
 * there were, and a count of them is shown by the week and the month, so the quarter must not give away
 * what a count hides (`asCount`: which buckets that are).
 *
 * The organisation is shown where its weeks that are hidden have nobody or at least five people together,
 * and no bound of the quarter cuts a few people off a week that is shown. A team or service is shown where each of its
 * months is shown or held nobody. Months in which the organisation itself is hidden tell nothing of teams;
 * they count as one span, by the rules of any other, beside what the organisation is told of their weeks and hours.
 */
const hiddenByQuarter = (
  table: ScopeTable,
  { all, parts, monthsOf }: Spans,
  byPeriod: ReadonlyMap<number, readonly Bearer[]>,
  now: Instant,
  asCount: Uint8Array,
): Uint8Array => {
  const hidden = new Uint8Array(asCount.length).fill(1);
  const bearersOf = (periods: readonly number[]): Bearer[] => periods.flatMap((period) => byPeriod.get(period) ?? []);
  const isHidden = (scope: number, period: number): boolean => asCount[scope * all.length + period] === 1;
  const isOver = (part: number): boolean => (all[part]?.end ?? Infinity) <= now;
  const isByHours = [...byPeriod.values()].some((bearers) => bearers.some(({ hours }) => hours !== undefined));

  for (const [quarter, months] of monthsOf) {
    const own = parts[quarter] ?? [];
    const bearers = bearersOf([quarter]);
    if (!isGroup(sizeOf(bearers)) || !own.every(isOver)) continue;
    const weeks = weeksOf(own, all);
    const isFew = (days: readonly number[]): boolean => !mayBeLeft(sizeOf(bearersOf(days)));
    if (weeks.some((week) => !isFew(week) && week.some((piece) => isFew([piece])))) continue;
    const untold = weeks.filter(isFew).flat();
    if (isFew(untold.filter((piece) => isWithin(all[piece], all[quarter])))) continue;
    hidden[table.organisation * all.length + quarter] = 0;
    if (months.length === 0) continue;

    const silent = months.filter((month) => isHidden(table.organisation, month));
    // What the organisation is told of silent months: some days each, weeks of a few together, and their hours.
    const inSilence = silent.flatMap((month) =>
      weeksOf(parts[month] ?? [], all).flatMap((week) => {
        const isCutOff = week.some((piece) => isFew([piece]));
        const pieces = week.filter((piece) => isWithin(all[piece], all[month]));
        const asWeek = finest((isIn) => mayBeLeft(sizeOf(bearersOf(week).filter(isIn))));
        const asPart = finest(
          (isIn) => !bearersOf(pieces).some(isIn) || week.every((piece) => mayBeLeft(sizeOf(bearersOf([piece]).filter(isIn)))),
        );
        const isPart = pieces.length < week.length;
        const beyond = week.filter((piece) => !silent.some((each) => isWithin(all[piece], all[each])));
        const plain = { week: week[0] ?? 0, beyond: NOBODY, known: NONE };
        if (isFew(week)) return pieces.map((piece) => ({ ...plain, piece, told: 'few', level: -1 }));
        if (isCutOff) return pieces.map((piece) => ({ ...plain, piece, told: `${week[0] ?? 0}`, level: asWeek }));
        if (!isPart || asPart >= asWeek)
          return pieces.map((piece) => ({ ...plain, piece, told: `${piece}`, level: isPart ? asPart : asWeek }));
        const known = HOURS[asPart]?.map(String) ?? NONE;
        return pieces.map((piece) => ({
          week: plain.week,
          beyond: bearersOf(beyond),
          known,
          piece,
          told: `${piece}`,
          level: asWeek,
        }));
      }),
    );
    const byHours = [...Map.groupBy(inSilence, ({ told }) => told).values()].flatMap((days) => {
      const those = bearersOf(days.map(({ piece }) => piece));
      const { level = -1, week = 0, beyond = NOBODY, known = NONE } = days[0] ?? {};
      return (
        (isByHours ? HOURS[level] : undefined)?.map((classes) => {
          const isIn = ({ hours }: Bearer): boolean => hours !== undefined && classes.includes(hours);
          return { own: those.filter(isIn), beyond: known.includes(String(classes)) ? NOBODY : beyond.filter(isIn), week };
        }) ?? [{ own: those, beyond: NOBODY, week }]
      );
    });
    const spans = [
      { people: peopleByScope(bearersOf(silent)), within: hiddenScopes(table, bearersOf(silent)) },
      ...months
        .filter((month) => !silent.includes(month))
        .map((month) => ({
          people: peopleByScope(bearersOf([month])),
          within: new Set(scopesOf(table).filter((scope) => isHidden(scope, month))),
        })),
    ];
    const within = hiddenScopes(table, bearers);
    for (const { people, within: own } of spans) for (const scope of own) if (people.has(scope)) within.add(scope);
    if (!mayTellTeams(within, byHours)) for (const scope of spans[0]?.people.keys() ?? []) within.add(scope);
    for (const scope of scopesOf(table)) if (!within.has(scope)) hidden[scope * all.length + quarter] = 0;
  }
  return hidden;
};

const scopesOf = (table: ScopeTable): number[] => [...table.teams.values(), ...table.services.values()];

/** Parts as weeks: whole ones, and the pieces that a bound makes of one, in their order. */
const weeksOf = (parts: readonly number[], all: readonly Period[]): number[][] => {
  const weeks: number[][] = [];
  let wasWhole = true;
  for (const part of parts) {
    const days = all[part];
    const isWhole = days !== undefined && days.endDay - days.firstDay === DAYS_OF_WEEK;
    if (isWhole || wasWhole) weeks.push([part]);
    else weeks.at(-1)?.push(part);
    wasWhole = isWhole;
  }
  return weeks;
};

const isWithin = (part: Period | undefined, whole: Period | undefined): boolean =>
  part !== undefined && whole !== undefined && whole.firstDay <= part.firstDay && part.endDay <= whole.endDay;

/**
 * Which (scope, period) buckets of a personal KPI must not be shown: 1 for hidden. The table must
 * hold every team and service, and those of none, so that the answer depends on the data alone.
 *
 * The organisation is shown week by week. A longer range is shown where taking weeks or other ranges
 * away from it leaves nobody or at least five: none of its parts (privacy-spans.ts) has one to four
 * people, and all of its weeks have ended, because a number seen twice tells what came in between.
 * Teams and services have one span, the month, in those in which the organisation is shown, and are
 * hidden as privacy-groups.ts says. What was answered is shown by whole months alone, a spread by the
 * quarter alone (privacy-quarters.ts).
 */
export const plainlyHidden = (
  table: ScopeTable,
  spans: Spans,
  bearers: readonly Bearer[],
  now: Instant,
  shownBy: Span = 'week',
): Uint8Array => {
  const { all, parts } = spans;
  const hidden = new Uint8Array(table.scopes.length * all.length).fill(1);
  const byPeriod = Map.groupBy(bearers, (bearer) => bearer.period);
  const sizes = all.map((_, index) => sizeOf(byPeriod.get(index) ?? []));
  const isSafe = (part: number): boolean => (all[part]?.end ?? Infinity) <= now && mayBeLeft(sizes[part] ?? 0);
  parts.forEach((own, index) => {
    if (own.length === 0 || !isGroup(sizes[index] ?? 0) || !own.every(isSafe)) return;
    hidden[table.organisation * all.length + index] = 0;
    if (all[index]?.grain !== 'month') return;
    const within = hiddenScopes(table, byPeriod.get(index) ?? []);
    const pieces = own.filter((part) => isWithin(all[part], all[index]));
    if (
      shownBy !== 'month' &&
      !mayTellTeams(
        within,
        pieces.map((piece) => ({ own: byPeriod.get(piece) ?? [], beyond: NOBODY, week: piece })),
      )
    )
      return;
    for (const family of [table.teams, table.services])
      for (const scope of family.values()) if (!within.has(scope)) hidden[scope * all.length + index] = 0;
  });
  return shownBy === 'quarter' ? hiddenByQuarter(table, spans, byPeriod, now, hidden) : hidden;
};
