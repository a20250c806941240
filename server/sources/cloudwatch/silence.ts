import { nearest } from '../../kpi/spelling.ts';
import type { Metric, Series } from './series.ts';

interface Words {
  readonly words: string;
  readonly fix: string;
}

/**
 * What may be wrong with a series that has no points: CloudWatch says nothing of a name that is misspelt.
 * @param listed metrics of the same namespace and name that CloudWatch lists, which are those of the last two weeks; null where
 * that is not known
 */
export function silenceOf(source: string, { wanted, statistics }: Series, listed: readonly Metric[] | null): Words {
  if (wanted.by === 'search')
    return {
      words: 'it finds no metric with points in the last 7 days',
      fix: 'Check namespace, names of dimensions and MetricName in it',
    };
  if (wanted.by === 'expression')
    return { words: 'it gave no point in the last 7 days', fix: "Check the names and dimensions of the metrics under 'with:'" };
  const { namespace, metric, dimensions } = wanted;
  const silent = 'no point in the last 7 days';
  if (listed === null)
    return {
      words: `${silent}; CloudWatch says nothing of names that are misspelt`,
      fix: 'Check namespace, metric and dimensions: a metric is named by all of its dimensions',
    };
  if (listed.length === 0)
    return {
      words: `${silent}, and none in two weeks of any metric '${metric}' in '${namespace}'`,
      fix: `Check namespace and metric, and the Region; 'quarterdeck aws discover ${source} ${namespace}' lists what there is`,
    };
  const own = namesOf(wanted);
  const alike = listed.filter((each) => namesOf(each) === own);
  if (alike.length === 0)
    return {
      words: `${silent}: CloudWatch has it by ${spokenNames(listed)}, not ${own === '' ? 'without dimensions' : `by ${own}`}`,
      fix: 'Check dimensions: write all of those that name the metric, and no other',
    };
  const mine = new Map(dimensions);
  const isSame = (each: Metric): boolean => each.dimensions.every(([name, value]) => mine.get(name) === value);
  if (alike.some(isSame)) {
    const [statistic] = statistics;
    return {
      words: `${silent}, though CloudWatch lists it`,
      fix: `Nothing, if nothing happened${/^p|^t/i.test(statistic?.asked ?? '') ? `; or it is put in without what ${statistic?.asked ?? ''} needs` : ''}`,
    };
  }
  const near = nearestOf(dimensions, alike);
  return {
    words: `${silent}: CloudWatch lists it with other values${near === null ? '' : `, such as ${near}`}`,
    fix: 'Check dimensions: their values are taken to the letter',
  };
}

const namesOf = ({ dimensions }: Pick<Metric, 'dimensions'>): string =>
  dimensions
    .map(([name]) => name)
    .sort()
    .join(', ');

const MOST_SPOKEN = 3;
const spokenNames = (listed: readonly Metric[]): string => {
  const all = [...new Set(listed.map(namesOf))].map((names) => (names === '' ? 'no dimension' : names));
  return `${all.slice(0, MOST_SPOKEN).join(' or by ')}${all.length > MOST_SPOKEN ? ' and others' : ''}`;
};

/** The value that was probably meant, of the one dimension that differs, or else of the first. */
function nearestOf(dimensions: Metric['dimensions'], alike: readonly Metric[]): string | null {
  for (const [name, value] of dimensions) {
    const others = dimensions.filter(([other]) => other !== name);
    const values = alike
      .filter((each) => others.every(([other, own]) => each.dimensions.some((pair) => pair[0] === other && pair[1] === own)))
      .flatMap((each) => each.dimensions.flatMap((pair) => (pair[0] === name ? [pair[1]] : [])));
    const near = nearest(value, values) ?? values[0];
    if (near !== undefined) return `${name}: ${near}`;
  }
  const [first] = alike;
  return first === undefined ? null : first.dimensions.map((pair) => pair.join(': ')).join(', ');
}
