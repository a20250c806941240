import type { Settings } from '../settings.ts';
import { faultOfExpression, LONGEST_SEARCH } from './expression.ts';
import type { Input, Metric, Wanted } from './series.ts';
import { wrong } from './settings-names.ts';
import { STATISTICS_FIX, statisticOf } from './statistics.ts';

const METRIC_KEYS = ['namespace', 'metric', 'dimensions', 'account'];
const ACCOUNT = /^\d{12}$/;
const INPUT = /^[a-z]\w{0,62}$/;
const MOST_DIMENSIONS = 30;
const LONGEST_NAME = 255;
const LONGEST_VALUE = 1_024;

/** What an entry of `series:` asks CloudWatch for; null where it is wrong, which is reported. */
export function parseWanted(section: Settings): Wanted | null {
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
  const stray = ['namespace', 'dimensions', ...(section.has('search') ? ['with'] : ['account'])].find((key) => section.has(key));
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
  const owner = parseOwner(section);
  if (owner === null) isSound = false;
  return isSound && namespace !== null && metric !== null && dimensions !== null
    ? { namespace, metric, dimensions, ...owner }
    : null;
}

/** `account: '444455556666'`: who owns it, where the account that is asked sees others. Null where it is wrong. */
function parseOwner(section: Settings): { readonly account?: string } | null {
  if (!section.has('account')) return {};
  const account = section.text('account');
  if (account !== null && ACCOUNT.test(account)) return { account };
  return account === null ? null : section.fault('account', `'${account}' is no account`, 'Write its twelve digits in quotes');
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
  const owner = parseOwner(section);
  return owner === null ? null : { by: 'search', search, ...owner };
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
