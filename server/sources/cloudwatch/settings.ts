import type { AwsPlace } from '../aws/place.ts';
import type { Settings } from '../settings.ts';
import { parseHistogram } from './histogram.ts';
import { textOfDimensions, isReadIn, keyOfSeries, ownerOf, type Series } from './series.ts';
import { parseAs, parseLabels, wrong } from './settings-names.ts';
import { parseWanted } from './settings-wanted.ts';
import { STATISTICS_FIX, statisticOf, type Statistic } from './statistics.ts';
import { PERIODS_MS, type PeriodMs } from './windows.ts';

const SERIES_KEYS = [
  'name',
  'namespace',
  'metric',
  'dimensions',
  'account',
  'expression',
  'with',
  'search',
  'label',
  'statistics',
  'histogram',
  'period',
  'as',
];
const NAME = /^[a-z0-9][a-z0-9._-]{0,199}$/i;
const MOST_STATISTICS = 20;

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
          return [
            JSON.stringify([series.name, name, textOfDimensions(series.as), labels, ownerOf(series, place), place.region]),
            name,
          ] as const;
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

/** Statistics, and the counts of a histogram, which may stand alone. */
function parseStatistics(section: Settings): Statistic[] | null {
  const counts = parseHistogram(section);
  if (counts === null || (counts.length > 0 && !section.has('statistics'))) return counts;
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
  if (found.length + counts.length > 1 && found.some(({ name }) => name === 'count'))
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
  return [...found, ...counts];
}
