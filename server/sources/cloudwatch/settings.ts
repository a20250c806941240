import type { AwsPlace } from '../aws/place.ts';
import type { Settings } from '../settings.ts';
import { isSection } from '../settings.ts';
import { faultOfExpression, LONGEST_SEARCH } from './expression.ts';
import {
  dimensionsText,
  isReadIn,
  keyOfSeries,
  PLACE_DIMENSIONS,
  type Input,
  type Label,
  type Metric,
  type Series,
  type Wanted,
} from './series.ts';
import { STATISTICS_FIX, statisticOf, type Statistic } from './statistics.ts';
import { PERIODS_MS, type PeriodMs } from './windows.ts';

const SERIES_KEYS = [
  'name',
  'namespace',
  'metric',
  'dimensions',
  'expression',
  'with',
  'search',
  'label',
  'statistics',
  'period',
  'as',
];
const METRIC_KEYS = ['namespace', 'metric', 'dimensions'];
/** Properties of a label that are no dimension. */
const PROPERTIES = ['AccountId', 'AccountLabel', 'Region', 'MetricName', 'Namespace', 'Stat'];
const NAME = /^[a-z0-9][a-z0-9._-]{0,199}$/i;
const DIMENSION = /^[a-z_][\w.-]{0,62}$/i;
const INPUT = /^[a-z]\w{0,62}$/;
const MOST_DIMENSIONS = 30;
const MOST_STATISTICS = 20;
const LONGEST_NAME = 255;
const LONGEST_VALUE = 1_024;
const LONGEST_OWN = 128;
/** Leaves room for account, region and what a label tells. */
const LONGEST_AS = 300;

/** The entries of `series:`. Null where any of them is wrong; what is wrong is reported, all of it. */
export function parseSeries(settings: Settings, places: readonly AwsPlace[] | null): Series[] | null {
  if (!settings.has('series'))
    return settings.fault(
      null,
      "'series' is missing",
      "Write 'series:' and below it '- name: …', with namespace, metric and statistics",
    );
  const common = parsePeriod(settings);
  const sections = settings.sections('series') ?? [];
  const found = sections.map((section) => parseOne(section, common ?? 3_600_000, places));
  const seen = new Set<string>();
  let isSound = found.length > 0 && common !== null;
  for (const [index, series] of found.entries()) {
    if (series === null) {
      isSound = false;
      continue;
    }
    const lines = linesOf(series, places ?? []);
    const twice = [...lines].find(([line]) => seen.has(line));
    if (twice !== undefined) {
      sections[index]?.fault(
        'name',
        `'${series.name}' is told twice: its ${twice[1]} with the same dimensions stands above`,
        "Give it another name, or tell them apart with 'as: { service: … }'",
      );
      isSound = false;
    }
    for (const line of lines.keys()) seen.add(line);
  }
  return isSound ? found.flatMap((series) => series ?? []) : null;
}

/** What its points are kept as in each place, those of a search as far as it is known before; with the statistic of each. */
const linesOf = (series: Series, places: readonly AwsPlace[]): Map<string, string> =>
  new Map(
    places
      .filter((place) => isReadIn(series, place))
      .flatMap((place) =>
        series.statistics.map(({ name }) => {
          const labels = series.labels.map(({ dimension }) => dimension).sort();
          return [JSON.stringify([series.name, name, dimensionsText(series.as), labels, place.name]), name] as const;
        }),
      ),
  );

function parseOne(section: Settings, common: PeriodMs, places: readonly AwsPlace[] | null): Series | null {
  section.expect([...SERIES_KEYS, 'accounts', 'regions']);
  const name = section.requiredText('name', "Give it the name that KPI files use, such as 'name: checkout-requests'");
  const isName =
    name !== null &&
    (NAME.test(name) ||
      wrong(section, 'name', `'${name}' cannot be a name`, 'Use letters, digits, dots and dashes, at most 200'));
  const wanted = parseWanted(section);
  const statistics = parseStatistics(section);
  const periodMs = section.has('period') ? parsePeriod(section) : common;
  const labels = parseLabels(section);
  const as = parseAs(section, labels ?? []);
  const accounts = section.has('accounts') ? section.texts('accounts') : null;
  const regions = section.has('regions') ? section.texts('regions') : null;
  if (!isName || wanted === null || statistics === null || periodMs === null || labels === null || as === null) return null;
  const own = { name, wanted, statistics, periodMs, labels, as };
  const series = { ...own, accounts, regions, key: keyOfSeries(own) };
  if (places === null) return series;
  for (const [key, listed, of] of [
    ['accounts', accounts, places.map(({ account }) => account)],
    ['regions', regions, places.map(({ region }) => region)],
  ] as const) {
    const unknown = listed?.find((each) => !of.includes(each));
    if (unknown !== undefined)
      return section.fault(key, `the source does not read ${unknown}`, `Add it to the source's '${key}:', or leave it out here`);
  }
  if (!places.some((place) => isReadIn(series, place)))
    return section.fault(
      null,
      'it is read nowhere: none of its accounts has one of its Regions',
      'Name an account and a Region of it',
    );
  return series;
}

function parsePeriod(settings: Settings): PeriodMs | null {
  if (!settings.has('period')) return 3_600_000;
  const written = settings.duration('period');
  if (written === null) return null;
  const period = PERIODS_MS.find((each) => each === written);
  return (
    period ??
    settings.fault(
      'period',
      'this is none of the periods that CloudWatch keeps',
      'Write 1 minute, 5 minutes or 1 hour; days are put together here',
    )
  );
}

function parseWanted(section: Settings): Wanted | null {
  const ways = ['metric', 'expression', 'search'].filter((key) => section.has(key));
  if (ways.length !== 1) {
    const fix = "Write 'namespace:' and 'metric:', or 'search:', or 'expression:'";
    return section.fault(
      null,
      ways.length === 0 ? 'it does not say what to read' : `it has ${ways.join(' and ')}, one of which is too many`,
      fix,
    );
  }
  if (section.has('metric')) {
    for (const key of ['with', 'label'])
      if (section.has(key)) section.fault(key, `'${key}' is for expressions and searches`, 'Remove it');
    const metric = parseMetric(section);
    return metric === null || section.has('with') || section.has('label') ? null : { by: 'metric', ...metric };
  }
  const stray = ['namespace', 'dimensions', ...(section.has('search') ? ['with'] : [])].find((key) => section.has(key));
  if (stray !== undefined) return section.fault(stray, `'${stray}' has no meaning beside '${ways.join('')}'`, 'Remove it');
  return section.has('search') ? parseSearch(section) : parseExpression(section);
}

function parseMetric(section: Settings): Metric | null {
  const namespace = section.requiredText('namespace', "Write it as CloudWatch does, such as 'namespace: AWS/ApplicationELB'");
  const metric = section.requiredText('metric', "Write it as CloudWatch does, such as 'metric: RequestCount'");
  let isSound = true;
  for (const [key, text] of [
    ['namespace', namespace],
    ['metric', metric],
  ] as const)
    if (text !== null && text.length > LONGEST_NAME)
      isSound = wrong(section, key, `this has ${text.length} characters`, `CloudWatch has names of at most ${LONGEST_NAME}`);
  const dimensions = section.has('dimensions') ? parseDimensions(section) : [];
  return isSound && namespace !== null && metric !== null && dimensions !== null ? { namespace, metric, dimensions } : null;
}

function parseDimensions(section: Settings): (readonly [string, string])[] | null {
  const own = section.section('dimensions');
  if (own === null) return null;
  const pairs = own.keys().map((key) => [key, own.text(key)] as const);
  if (pairs.length > MOST_DIMENSIONS)
    return section.fault('dimensions', `these are ${pairs.length}`, `A metric has at most ${MOST_DIMENSIONS}`);
  for (const [key, value] of pairs) {
    if (value === '*')
      return own.fault(key, "'*' would be taken as it is written", "Find many metrics with 'search:' and 'label:'");
    if (value !== null && value.length > LONGEST_VALUE)
      return own.fault(key, `this has ${value.length} characters`, `CloudWatch has values of at most ${LONGEST_VALUE}`);
  }
  const whole = pairs.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  return whole.length === pairs.length ? whole : null;
}

function parseSearch(section: Settings): Wanted | null {
  const search = section.text('search');
  if (search === null) return null;
  const fix = `Write what stands inside: search: '{AWS/SQS,QueueName} MetricName="ApproximateAgeOfOldestMessage"'`;
  if (/\bSEARCH\s*\(/i.test(search)) return section.fault('search', 'SEARCH( is put around it here', fix);
  if (search.includes("'"))
    return section.fault('search', 'a single quote would end the search', `Use double quotes inside. ${fix}`);
  if (search.length > LONGEST_SEARCH)
    return section.fault('search', `this has ${search.length} characters`, `CloudWatch takes ${LONGEST_SEARCH}: split it`);
  if (!section.has('label'))
    return section.fault(
      null,
      "'label' is missing: found series could not be told apart",
      "Write 'label: { queue: QueueName }', with the dimensions that differ",
    );
  return { by: 'search', search };
}

function parseExpression(section: Settings): Wanted | null {
  const expression = section.text('expression');
  const inputs = section.has('with') ? parseInputs(section) : [];
  if (expression === null || inputs === null) return null;
  const fault = faultOfExpression(
    expression,
    inputs.map(({ id }) => id),
  );
  return fault === null ? { by: 'expression', expression, inputs } : section.fault('expression', fault.message, fault.fix);
}

function parseInputs(section: Settings): Input[] | null {
  const own = section.section('with');
  if (own === null) return null;
  const inputs = own.keys().map((id): Input | null => {
    if (!INPUT.test(id))
      return own.fault(id, `'${id}' cannot name a metric`, 'Begin with a small letter; letters, digits and _ may follow');
    const each = own.section(id);
    if (each === null) return null;
    each.expect([...METRIC_KEYS, 'statistic']);
    const metric = parseMetric(each);
    const written = each.requiredText('statistic', STATISTICS_FIX);
    const statistic =
      written === null
        ? null
        : (statisticOf(written) ?? each.fault('statistic', `CloudWatch has no statistic '${written}'`, STATISTICS_FIX));
    return metric === null || statistic === null ? null : { id, ...metric, statistic: statistic.asked };
  });
  const whole = inputs.flatMap((input) => input ?? []);
  return whole.length === inputs.length ? whole : null;
}

function parseStatistics(section: Settings): Statistic[] | null {
  if (!section.has('statistics'))
    return section.fault(null, "'statistics' is missing", `Write 'statistics: [Sum]'. ${STATISTICS_FIX}`);
  const written = section.texts('statistics');
  if (written === null) return null;
  const found: Statistic[] = [];
  for (const text of written) {
    const statistic = statisticOf(text);
    if (statistic === null) return section.fault('statistics', `CloudWatch has no statistic '${text}'`, STATISTICS_FIX);
    if (!found.some(({ name }) => name === statistic.name)) found.push(statistic);
  }
  if (found.length === 0 || found.length > MOST_STATISTICS)
    return section.fault(
      'statistics',
      found.length === 0 ? 'there is none' : `these are ${found.length}`,
      `Write 1 to ${MOST_STATISTICS} of them`,
    );
  if (found.length > 1 && found.some(({ name }) => name === 'count'))
    return section.fault(
      'statistics',
      'SampleCount counts what the others measure',
      'Give it a series of its own, with another name',
    );
  if (section.has('expression') && found.length > 1)
    return section.fault(
      'statistics',
      'an expression gives one value at a time',
      'Write the one that says what its points are, such as [Sum]',
    );
  return found;
}

function parseLabels(section: Settings): Label[] | null {
  if (!section.has('label') || section.has('metric')) return [];
  const labels: Label[] = [];
  const written = section.raw('label');
  const own = isSection(written) ? section.section('label') : null;
  for (const dimension of own === null ? ['label'] : own.keys()) {
    const text = (own ?? section).text(dimension);
    if (text === null) return null;
    const name = own === null ? text : dimension;
    if (!isOwnName(section, 'label', name)) return null;
    labels.push({ dimension: name, property: PROPERTIES.includes(text) ? text : `Dim.${text}` });
    if (/['"{}$\\]/.test(text))
      return (own ?? section).fault(
        dimension,
        `'${text}' is no dimension`,
        'Write the name of a dimension of the metrics, such as QueueName',
      );
  }
  return labels;
}

function parseAs(section: Settings, labels: readonly Label[]): (readonly [string, string])[] | null {
  if (!section.has('as')) return [];
  const own = section.section('as');
  if (own === null) return null;
  const pairs: (readonly [string, string])[] = [];
  for (const name of own.keys()) {
    const value = own.text(name);
    if (value === null || !isOwnName(own, name, name)) return null;
    if (labels.some(({ dimension }) => dimension === name))
      return own.fault(name, `'${name}' comes from the label, too`, 'Leave one of them out');
    if (value.length > LONGEST_OWN) return own.fault(name, `this has ${value.length} characters`, `Write at most ${LONGEST_OWN}`);
    pairs.push([name, value]);
  }
  const { length } = dimensionsText(pairs);
  return length > LONGEST_AS
    ? section.fault('as', `this comes to ${length} characters`, `Write at most ${LONGEST_AS} in all`)
    : pairs;
}

function isOwnName(settings: Settings, key: string, name: string): boolean {
  if (PLACE_DIMENSIONS.includes(name))
    return wrong(settings, key, `points get '${name}' of the place that they were read in`, 'Choose another name');
  return (
    DIMENSION.test(name) || wrong(settings, key, `'${name}' cannot name a dimension`, 'Use letters, digits, dots and dashes')
  );
}

const wrong = (settings: Settings, key: string, message: string, fix: string): false => {
  settings.fault(key, message, fix);
  return false;
};
