import { parseAs, wrong } from '../cloudwatch/settings-names.ts';
import { PLACE_DIMENSIONS } from '../cloudwatch/series.ts';
import { parseDuration } from '../../time/duration.ts';
import type { Settings } from '../settings.ts';
import { keyOf, plainField, type LogSeries } from './series.ts';

const SERIES_KEYS = ['name', 'log_groups', 'query', 'columns', 'by', 'as', 'period', 'bytes_per_day'];
const NAME = /^[a-z0-9][a-z0-9._-]{0,199}$/i;
const DIMENSION = /^[a-z_@][\w.-]{0,62}$/i;
const GROUP = /^(?:[\w.#/-]{1,512}|arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[\w.#/-]{1,512})$/;
const MOST_GROUPS = 50;
const LONGEST_QUERY = 10_000;
const BIN = /\bbin\(\s*(\d+\s*[a-z]+)\s*\)(?:\s+as\s+(`[^`]+`|[\w.@]+))?/i;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const UNITS: ReadonlyMap<string, number> = new Map([
  ['MB', 1024 ** 2],
  ['GB', 1024 ** 3],
  ['TB', 1024 ** 4],
]);
/** About a quarter of a dollar. */
const BYTES_PER_DAY = 50 * 1024 ** 3;

/** The entries of `series:`. Null where any of them is wrong; what is wrong is reported, all of it. */
export function parseLogSeries(settings: Settings): LogSeries[] | null {
  if (!settings.has('series'))
    return settings.fault(
      null,
      "'series' is missing",
      "Write 'series:' and below it '- name: …', with log_groups, query and columns",
    );
  const common = parseBytes(settings);
  const sections = settings.sections('series') ?? [];
  const found = sections.map((section) => parseOne(section, common ?? BYTES_PER_DAY));
  let isSound = found.length > 0 && common !== null;
  for (const [index, series] of found.entries()) {
    const others = found.slice(0, index).flatMap((other) => other ?? []);
    if (series === null || (sections[index] !== undefined && !isTold(sections[index], series, others))) isSound = false;
  }
  return isSound ? found.flatMap((series) => series ?? []) : null;
}

/** Two that write the same points would overwrite each other; those of one name must be told apart by the same dimensions. */
function isTold(section: Settings, series: LogSeries, others: readonly LogSeries[]): boolean {
  for (const [, name] of series.columns) {
    const twin = others.find((other) => other.columns.some(([, told]) => told === name));
    if (twin === undefined) continue;
    const names = ({ by, as }: LogSeries): string => JSON.stringify([[...by].sort(), as.map(([own]) => own).sort()]);
    const values = ({ as }: LogSeries): string => JSON.stringify([...as].sort(([one], [other]) => (one < other ? -1 : 1)));
    if (names(twin) !== names(series) || values(twin) === values(series))
      return wrong(
        section,
        'columns',
        `'${name}' is told by '${twin.name}' as well`,
        "Give it another name, or tell both apart with 'as: { service: … }'",
      );
  }
  return true;
}

function parseOne(section: Settings, common: number): LogSeries | null {
  section.expect(SERIES_KEYS);
  const name = section.requiredText('name', "Say what it is called in messages, such as 'name: checkout'");
  const logGroups = parseGroups(section);
  const query = parseQuery(section);
  const columns = parseColumns(section, query?.text ?? null);
  const by = parseBy(section, query?.text ?? null);
  const as = parseAs(section, []);
  const bytesPerDay = section.has('bytes_per_day') ? parseBytes(section) : common;
  if (name === null || logGroups === null || query === null || columns === null) return null;
  if (by === null || as === null || bytesPerDay === null) return null;
  const twice = as.find(([own]) => by.includes(own));
  if (twice !== undefined) return section.fault('as', `'${twice[0]}' stands in 'by', too`, 'Leave one of them out');
  const { text, binField, periodMs } = query;
  const own = { name, logGroups, query: text, binField, periodMs, columns, by, as };
  return { ...own, bytesPerDay, key: keyOf(own) };
}

function parseGroups(section: Settings): string[] | null {
  const fix = "Write 'log_groups: [/aws/lambda/checkout]', names or ARNs";
  if (!section.has('log_groups')) return section.fault(null, "'log_groups' is missing", fix);
  const groups = section.texts('log_groups');
  if (groups === null) return null;
  const odd = groups.find((group) => !GROUP.test(group));
  if (odd !== undefined) return section.fault('log_groups', `'${odd}' is no log group`, fix);
  if (groups.length === 0 || groups.length > MOST_GROUPS)
    return section.fault('log_groups', `these are ${groups.length}`, `A query reads 1 to ${MOST_GROUPS} log groups`);
  return [...new Set(groups)];
}

interface Query {
  readonly text: string;
  readonly binField: string;
  readonly periodMs: number;
}

/** What it finds is CloudWatch's to say; that it tells a row for each period is ours. */
function parseQuery(section: Settings): Query | null {
  const text = section.requiredText('query', "Write 'query: filter … | stats count(*) as total by bin(1h)'");
  if (text === null) return null;
  if (text.length > LONGEST_QUERY)
    return section.fault('query', `this has ${text.length} characters`, `CloudWatch takes at most ${LONGEST_QUERY}`);
  if (/\|\s*limit\b/i.test(text))
    return section.fault('query', "'limit' leaves rows out, and nobody would see which", "Leave 'limit' out");
  const [bin, length = '', alias] = BIN.exec(text) ?? [];
  const periodMs = parseDuration(length);
  if (bin === undefined || periodMs === null)
    return section.fault(
      'query',
      'it does not say how long a period is',
      "End it with 'by bin(1h)', and further fields after it",
    );
  if (periodMs % MINUTE_MS !== 0 || periodMs === 0 || HOUR_MS % periodMs !== 0)
    return section.fault(
      'query',
      `bin(${length}) does not divide an hour`,
      'Write bin(1h), bin(15m) or bin(5m); days are put together here',
    );
  if (section.has('period')) {
    const written = section.duration('period');
    if (written === null) return null;
    if (written !== periodMs)
      return section.fault('period', `the query has bin(${length})`, "Write the same in both, or leave 'period' out");
  }
  return { text, binField: plainField(alias ?? bin), periodMs };
}

/** `columns: { total: requests }`: the field of a row, and the series that it makes. */
function parseColumns(section: Settings, query: string | null): (readonly [string, string])[] | null {
  const fix = "Write 'columns: { total: checkout-requests }': a field of the query and the series that it makes";
  if (!section.has('columns')) return section.fault(null, "'columns' is missing", fix);
  const own = section.section('columns');
  if (own === null) return null;
  const columns: (readonly [string, string])[] = [];
  for (const field of own.keys()) {
    const name = own.text(field);
    if (name === null) return null;
    if (!NAME.test(name))
      return own.fault(field, `'${name}' cannot be a name`, 'Use letters, digits, dots and dashes, at most 200');
    if (columns.some(([, told]) => told === name))
      return own.fault(field, `'${name}' stands here twice`, 'Give each its own name');
    if (query !== null && !query.includes(field))
      return own.fault(field, `the query has no '${field}'`, `Write '… as ${field}' in the query`);
    columns.push([field, name]);
  }
  return columns.length > 0 ? columns : section.fault('columns', 'there is none', fix);
}

function parseBy(section: Settings, query: string | null): string[] | null {
  if (!section.has('by')) return [];
  const fields = section.texts('by');
  if (fields === null) return null;
  for (const field of fields) {
    if (!DIMENSION.test(field))
      return section.fault('by', `'${field}' cannot name a dimension`, 'Use letters, digits, dots and dashes');
    if (PLACE_DIMENSIONS.includes(field))
      return section.fault(
        'by',
        `points get '${field}' of the place that they were read in`,
        "Give the field another name with 'as' in the query",
      );
    if (query !== null && !query.includes(field))
      return section.fault('by', `the query has no '${field}'`, `Write 'by bin(1h), ${field}' in the query`);
  }
  return [...new Set(fields)];
}

/** The default where it is absent, null where it is wrong. */
function parseBytes(settings: Settings): number | null {
  if (!settings.has('bytes_per_day')) return BYTES_PER_DAY;
  const text = settings.text('bytes_per_day');
  if (text === null) return null;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([MGT]B)$/i.exec(text) ?? [];
  const bytes = Number(number) * (UNITS.get(unit.toUpperCase()) ?? 0);
  return bytes > 0
    ? bytes
    : settings.fault('bytes_per_day', `'${text}' is no amount of logs`, "Write it as 'bytes_per_day: 50 GB'");
}
