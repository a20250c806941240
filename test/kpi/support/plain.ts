import { EPOCH_2000_MS, NEVER, type Codes, type ItemColumns, type SeriesColumns } from '../../../server/event/columns.ts';
import { STATES, type Kind, type State } from '../../../server/event/kinds.ts';
import type { HourRules, Organisation } from '../../../server/event/organisation.ts';
import type { Kpi, Measure } from '../../../server/kpi/kpi.ts';
import type { Coverage, World } from '../../../server/kpi/world.ts';
import { findZone, type Zone } from '../../../server/time/zone.ts';

/** An item as a person would note it down: instants in epoch milliseconds (whole seconds). */
export interface PlainItem {
  readonly uid: string;
  readonly instants: Readonly<Record<string, number>>;
  readonly codes?: Readonly<Record<string, string>>;
  readonly numbers?: Readonly<Record<string, number>>;
  /** Ascending; each lasts until the next one begins. */
  readonly stretches: readonly PlainStretch[];
}

export interface PlainStretch {
  readonly from: number;
  readonly state: State | null;
  readonly team?: string | undefined;
  readonly service?: string | undefined;
}

const seconds = (instant: number): number => Math.floor((instant - EPOCH_2000_MS) / 1000);

const coded = (texts: readonly (string | undefined)[]): Codes => {
  const dictionary = [...new Set(texts.filter((text) => text !== undefined))];
  return { dictionary, codes: Int32Array.from(texts, (text) => (text === undefined ? -1 : dictionary.indexOf(text))) };
};

const namesIn = (items: readonly PlainItem[], pick: (item: PlainItem) => object): string[] => [
  ...new Set(items.flatMap((item) => Object.keys(pick(item)))),
];

/** Items as columns, in the order given. */
export const plainColumns = (kind: Kind, items: readonly PlainItem[]): ItemColumns => {
  const stretches = items.flatMap((item) => item.stretches);
  const starts = [0];
  for (const item of items) starts.push((starts.at(-1) ?? 0) + item.stretches.length);
  return {
    kind,
    length: items.length,
    dead: null,
    parts: null,
    hashes: null,
    uids: items.map((item) => item.uid),
    instants: Object.fromEntries(
      namesIn(items, (item) => item.instants).map((name) => [
        name,
        Int32Array.from(items, (item) => (item.instants[name] === undefined ? NEVER : seconds(item.instants[name]))),
      ]),
    ),
    codes: Object.fromEntries(
      namesIn(items, (item) => item.codes ?? {}).map((name) => [name, coded(items.map((item) => item.codes?.[name]))]),
    ),
    numbers: Object.fromEntries(
      namesIn(items, (item) => item.numbers ?? {}).map((name) => [
        name,
        Float64Array.from(items, (item) => item.numbers?.[name] ?? Number.NaN),
      ]),
    ),
    lists: {},
    stretchStart: Int32Array.from(starts),
    stretchFrom: Int32Array.from(stretches, (stretch) => seconds(stretch.from)),
    stretchTo: Int32Array.from(
      items.flatMap((item) =>
        item.stretches.map((_, index) => {
          const next = item.stretches[index + 1];
          return next === undefined ? NEVER : seconds(next.from);
        }),
      ),
    ),
    stretchState: Int8Array.from(stretches, (stretch) => (stretch.state === null ? -1 : STATES.indexOf(stretch.state))),
    stretchTeam: coded(stretches.map((stretch) => stretch.team)),
    stretchService: coded(stretches.map((stretch) => stretch.service)),
    stretchSeverity: new Int8Array(stretches.length),
    isSnapshot: new Uint8Array(items.length),
  };
};

export const zoneNamed = (name: string): Zone => {
  const zone = findZone(name);
  if (zone === null) throw new Error(`no zone ${name}`);
  return zone;
};

export const HOURS: HourRules = {
  night: { from: 22 * 60, to: 7 * 60 },
  evenings: [
    { from: 18 * 60, to: 22 * 60 },
    { from: 7 * 60, to: 9 * 60 },
  ],
  weekend: [6, 7],
};

/** Two teams, three services; `search` moves from platform to payments on 15 March 2026, and nobody owns `attic`. */
export const ORGANISATION: Organisation = {
  name: 'Northwind Cloud',
  calendar: { zone: zoneNamed('Europe/Berlin'), weekStart: 1, fiscalYearEndMonth: 12 },
  hours: HOURS,
  holidays: { all: ['2026-01-01'] },
  teams: [
    { id: 'payments', name: 'Payments', zone: 'Europe/Berlin', hours: HOURS },
    { id: 'platform', name: 'Platform', zone: 'America/New_York', hours: HOURS },
  ],
  services: [
    { id: 'checkout', name: 'Checkout', tier: null, owners: [{ team: 'payments', since: 0 }] },
    {
      id: 'search',
      name: 'Search',
      tier: null,
      owners: [
        { team: 'platform', since: Date.UTC(2024, 0, 1) },
        { team: 'payments', since: Date.UTC(2026, 2, 14, 23) },
      ],
    },
    { id: 'attic', name: 'Attic', tier: null, owners: [] },
  ],
};

/** FNV-1a: enough to see that two texts differ. */
export const digest = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16);
};

export interface PlainWorld {
  readonly items?: Partial<Record<Kind, readonly PlainItem[]>>;
  readonly series?: readonly SeriesColumns[];
  readonly kpis?: readonly Kpi[];
  readonly now: number;
  readonly organisation?: Organisation;
  readonly coverage?: Coverage;
}

export const plainWorld = (parts: PlainWorld): World => {
  const columns = new Map<Kind, ItemColumns>();
  return {
    organisation: parts.organisation ?? ORGANISATION,
    columns(kind) {
      const known = columns.get(kind) ?? plainColumns(kind, parts.items?.[kind] ?? []);
      columns.set(kind, known);
      return known;
    },
    series: (name) => (parts.series ?? []).filter((each) => each.series === name),
    coverage: () => parts.coverage ?? { from: null, until: parts.now },
    kpi: (id) => parts.kpis?.find((kpi) => kpi.id === id),
    now: parts.now,
    digest,
  };
};

/** A KPI of a measure, everything else at its default. */
export const kpiOf = (measure: Measure, more: Partial<Kpi> = {}): Kpi => ({
  id: 'measured',
  name: 'Measured',
  alsoCalled: null,
  question: 'How many?',
  section: 'Incidents',
  role: 'outcome',
  owner: 'Service Operations',
  better: 'lower',
  measure,
  where: [],
  countedIn: null,
  alsoShow: [],
  sliceBy: [],
  targets: [],
  baseline: null,
  whenEmpty: 'none to measure',
  minimumCount: 1,
  settlesAfterMs: 0,
  limitsFrom: null,
  dividers: [],
  atRisk: null,
  unit: { type: 'number', label: '', isTotal: false },
  isPersonal: false,
  minimumCoverage: measure.type === 'budget' || (measure.type === 'level' && measure.statistic === 'sum') ? 1 : 0,
  definition: '',
  file: 'kpis/measured.yaml',
  ...more,
});
