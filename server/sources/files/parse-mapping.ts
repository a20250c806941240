import { COMMON_FIELDS, isKind, KINDS, STATES, type FieldType, type Kind, type State } from '../../event/kinds.ts';
import { parseInstant } from '../../time/instant.ts';
import { findZone } from '../../time/zone.ts';
import { suggestion } from '../../kpi/spelling.ts';
import type { Settings } from '../settings.ts';
import { dateReader } from './dates.ts';
import type { Completeness, FileMapping, InstantRule, ItemMapping, SampleMapping } from './mapping.ts';
import { Columns, readStateRule, readTextRule } from './parse-rules.ts';

const COMMON_KEYS = [
  ...['path', 'format', 'encoding', 'delimiter', 'footer', 'skip_rows_where', 'nulls', 'dates', 'zone', 'decimal', 'complete'],
  'gives',
];
const ITEM_KEYS = ['rows', 'item', 'at', 'sequence', 'state', 'severity', 'fields', 'instants', 'part'];
const SAMPLE_KEYS = ['series', 'timestamp', 'value', 'dimensions', 'statistic'];
const STATISTIC = /^(?:mean|average|sum|max|maximum|min|minimum|count|value|p\d{1,2}(?:\.\d+)?)$/;

/** Kinds that a file may give: every kind that is stored, and metric points. */
const GIVES = [...Object.keys(KINDS).filter((kind) => isKind(kind) && !KINDS[kind].isDerived), 'samples'];

/** Reads one entry of `files:`; reports all that is wrong, and gives null if anything is. */
export const parseMapping = (settings: Settings, folder: string): FileMapping | null => {
  const gives = settings.requiredText('gives', `Say what a row speaks of: ${GIVES.join(', ')}`);
  if (gives !== null && !GIVES.includes(gives)) {
    settings.fault('gives', `there is no kind of item called '${gives}'`, suggestion(gives, GIVES));
  }
  const columns = new Columns();
  const common = readCommon(settings, folder, columns);
  if (gives === 'samples') {
    settings.expect([...COMMON_KEYS, ...SAMPLE_KEYS]);
    return readSamples(settings, columns, common);
  }
  settings.expect([...COMMON_KEYS, ...ITEM_KEYS]);
  return gives !== null && GIVES.includes(gives) && isKind(gives) ? readItems(settings, gives, columns, common) : null;
};

type Common = Omit<
  ItemMapping,
  'gives' | 'rows' | 'item' | 'at' | 'sequence' | 'state' | 'severity' | 'fields' | 'instants' | 'part'
>;

const readCommon = (settings: Settings, folder: string, columns: Columns): Common => {
  if (!settings.has('path')) settings.requiredText('path', "Name the file, such as 'path: exports/incidents.csv'");
  const skip = settings.section('skip_rows_where');
  return {
    paths: settings.texts('path') ?? [],
    folder,
    format: settings.oneOf('format', ['csv', 'jsonl']),
    encoding: settings.oneOf('encoding', ['utf-8', 'utf-16le', 'windows-1252']) ?? 'utf-8',
    delimiter: readDelimiter(settings),
    footer: settings.wholeNumber('footer', 0) ?? 0,
    skipRowsWhere: (skip?.keys() ?? []).map((name) => ({
      column: columns.use(name),
      values: new Set(skip?.texts(name) ?? []),
    })),
    nulls: new Set(settings.texts('nulls') ?? []),
    columns: columns.names,
    dates: readDates(settings),
    decimal: settings.oneOf('decimal', ['point', 'comma']) ?? 'point',
    complete: readCompleteness(settings),
  };
};

const readDelimiter = (settings: Settings): string | null => {
  const raw = settings.raw('delimiter');
  if (raw === undefined) return null;
  const text = raw === 'tab' ? '\t' : raw;
  if (typeof text === 'string' && text.length === 1 && !/["\r\n\w]/.test(text)) return text;
  return settings.fault(
    'delimiter',
    'this cannot separate columns',
    "Write one character in quotes, such as ';', or the word tab",
  );
};

const readDates = (settings: Settings): Common['dates'] => {
  const zoneName = settings.text('zone');
  const zone = zoneName === null ? null : findZone(zoneName);
  if (zoneName !== null && zone === null) {
    settings.fault(
      'zone',
      `there is no time zone called '${zoneName}'`,
      'Use an IANA name such as Europe/Berlin, America/New_York or UTC',
    );
  }
  const reader = dateReader(settings.texts('dates') ?? ['ISO'], zone);
  if (typeof reader !== 'string') return reader;
  const isZone = reader.includes('zone');
  if (!isZone || zoneName === null) {
    settings.fault(
      'dates',
      reader,
      isZone ? "Add 'zone: Europe/Berlin' (or UTC)" : 'Write it like D/M/YYYY HH:mm, ISO or epoch seconds',
    );
  }
  return Object.assign(() => ({ reason: reader, fix: 'Correct the mapping' }), { plain: null });
};

const readCompleteness = (settings: Settings): Completeness => {
  const text = settings.text('complete');
  if (text === null || text === 'newest row') return 'newest row';
  if (text === 'when written' || text === 'when read') return text;
  const at = parseInstant(text);
  if (at !== null) return at;
  settings.fault(
    'complete',
    `'${text}' does not say up to when the file is complete`,
    "Write 'newest row', 'when written', 'when read' or a time such as 2026-11-01T00:00Z",
  );
  return 'newest row';
};

const readItems = (settings: Settings, gives: Kind, columns: Columns, common: Common): ItemMapping => {
  const shape = KINDS[gives];
  const rows = settings.oneOf('rows', ['one an item', 'history']) ?? 'one an item';
  const column = (key: string): number | null => {
    const name = settings.text(key);
    return name === null ? null : columns.use(name);
  };
  const mapping: ItemMapping = {
    ...common,
    gives,
    rows,
    item: column('item'),
    at: column('at'),
    sequence: column('sequence'),
    state: readStateRule(settings, columns),
    severity: settings.has('severity') ? readSeverity(settings, columns) : null,
    fields: readFields(settings, gives, columns),
    instants: readInstants(settings, gives, columns),
    part: settings.text('part') ?? '',
  };
  if (mapping.item === null && (shape.hasStates || rows === 'history') && !settings.has('item')) {
    settings.fault(null, "'item' is missing", `Name the column that tells one ${gives} from another: 'item: number'`);
  }
  if (rows === 'history' && mapping.at === null && !settings.has('at')) {
    settings.fault(null, "'at' is missing", "Rows that are a history need the column with each change's time: 'at: updated_at'");
  }
  if (!shape.hasStates && mapping.state !== null)
    settings.fault('state', `${shape.plural} have no states`, "Remove 'state'; give their dates under 'instants'");
  if (rows === 'one an item' && mapping.state !== null && mapping.at === null) {
    settings.fault(
      'state',
      'a state needs the time at which it was reached',
      "Add 'at:' with the column of the last change, or map dates under 'instants' instead",
    );
  }
  if (
    rows === 'one an item' &&
    mapping.instants.length === 0 &&
    !(shape.hasStates && mapping.state !== null) &&
    !settings.has('instants')
  ) {
    settings.fault(
      null,
      "'instants' is missing",
      `Name the columns with dates, such as 'instants: { ${shape.countedIn}: ${shape.countedIn}_at }'`,
    );
  }
  return mapping;
};

const readSeverity = (settings: Settings, columns: Columns): ItemMapping['severity'] => {
  const rule = readTextRule(settings, 'severity', columns);
  if (rule === null) return null;
  const targets = [...(rule.map?.values() ?? []), rule.otherwise ?? null, 'value' in rule.from ? rule.from.value : null];
  const wrong = targets.find((target) => target !== null && !/^[1-5]$/.test(target));
  if (wrong !== undefined)
    settings.fault('severity', `'${String(wrong)}' is not a severity`, 'Severities are 1 (worst) to 5, or null for none');
  return { rule };
};

const typeOf = (kind: Kind, name: string): FieldType | null => {
  const own: Readonly<Record<string, FieldType>> = KINDS[kind].fields;
  if (Object.hasOwn(own, name)) return own[name] ?? null;
  return Object.hasOwn(COMMON_FIELDS, name) && name !== 'severity' ? (COMMON_FIELDS[name] ?? null) : null;
};

const readFields = (settings: Settings, kind: Kind, columns: Columns): ItemMapping['fields'] => {
  const section = settings.section('fields');
  if (section === null) return [];
  const known = [...Object.keys(KINDS[kind].fields), ...Object.keys(COMMON_FIELDS).filter((name) => name !== 'severity')];
  return section.keys().flatMap((name) => {
    const type = typeOf(kind, name);
    if (type === null) {
      const fix = name === 'severity' ? "Write 'severity:' beside 'fields:', not inside" : suggestion(name, known);
      section.fault(name, `${KINDS[kind].plural} have no field '${name}'`, fix);
      return [];
    }
    if (type === 'instant') {
      section.fault(name, `'${name}' is a date`, "Put it under 'instants'");
      return [];
    }
    const rule = readTextRule(section, name, columns);
    return rule === null ? [] : [{ name, type, rule }];
  });
};

const readInstants = (settings: Settings, kind: Kind, columns: Columns): InstantRule[] => {
  const section = settings.section('instants');
  if (section === null) return [];
  const shape = KINDS[kind];
  const own = Object.entries(shape.fields).flatMap(([name, type]) => (type === 'instant' ? [name] : []));
  const known = [...(shape.hasStates ? STATES : []), ...own];
  return section.keys().flatMap((name) => {
    const column = section.text(name);
    if (!known.includes(name)) {
      section.fault(name, `${shape.plural} have no date '${name}'`, suggestion(name, known));
      return [];
    }
    if (column === null) return [];
    const state: State | null = own.includes(name) ? null : (STATES.find((candidate) => candidate === name) ?? null);
    return [{ name, state, column: columns.use(column) }];
  });
};

const readSamples = (settings: Settings, columns: Columns, common: Common): SampleMapping | null => {
  const timestamp = settings.requiredText('timestamp', "Name the column with the time: 'timestamp: time'");
  const statistic = settings.requiredText('statistic', 'Say what each point is: average, sum, maximum, minimum, count or p99');
  if (statistic !== null && !STATISTIC.test(statistic)) {
    settings.fault(
      'statistic',
      `'${statistic}' does not say what a point is`,
      'Write average, sum, maximum, minimum, count or p99',
    );
  }
  const section = settings.has('dimensions') ? (settings.texts('dimensions') ?? []) : [];
  const values = readValues(settings, columns);
  if (timestamp === null || statistic === null || values === null) return null;
  return {
    ...common,
    gives: 'samples',
    timestamp: columns.use(timestamp),
    values,
    dimensions: section.map((name) => ({ name, column: columns.use(name) })),
    statistic,
  };
};

/** `series: name` or `{column: …}` with `value:`; or, one column a series, `series: {name: column}`. */
const readValues = (settings: Settings, columns: Columns): SampleMapping['values'] | null => {
  if (!settings.has('series'))
    return settings.fault(null, "'series' is missing", "Name the series: 'series: checkout-requests', with 'value: column'");
  const value = settings.text('value');
  const raw = settings.raw('series');
  if (value !== null) {
    if (typeof raw === 'string')
      return [{ series: { from: { value: raw }, map: null, otherwise: undefined }, value: columns.use(value) }];
    const series = readTextRule(settings, 'series', columns);
    return series === null ? null : [{ series, value: columns.use(value) }];
  }
  if (typeof raw === 'string')
    return settings.fault(null, "'value' is missing", "Name the column with the numbers: 'value: value'");
  const section = settings.section('series');
  if (section === null) return null;
  return section.keys().flatMap((name) => {
    const column = section.text(name);
    return column === null
      ? []
      : [{ series: { from: { value: name }, map: null, otherwise: undefined }, value: columns.use(column) }];
  });
};
