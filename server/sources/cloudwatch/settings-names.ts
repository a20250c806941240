import { isSection, type Settings } from '../settings.ts';
import { textOfDimensions, PLACE_DIMENSIONS, type Label } from './series.ts';

/** Properties of a label that are no dimension. */
const PROPERTIES = ['AccountId', 'AccountLabel', 'Region', 'MetricName', 'Namespace', 'Stat'];
const DIMENSION = /^[a-z_][\w.-]{0,62}$/i;
const LONGEST_OWN = 128;
/** Leaves room for account, region and what a label tells. */
const LONGEST_AS = 300;

/** `label: QueueName`, or `label: { queue: QueueName }`: what tells found series apart, and what it is called here. */
export function parseLabels(section: Settings): Label[] | null {
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

/** `as: { service: checkout }`. */
export function parseAs(section: Settings, labels: readonly Label[]): (readonly [string, string])[] | null {
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
  const { length } = textOfDimensions(pairs);
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

/** Reports a fault of a check. */
export const wrong = (settings: Settings, key: string, message: string, fix: string): false => {
  settings.fault(key, message, fix);
  return false;
};
