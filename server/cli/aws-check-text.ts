import { callsText, dollarsText, metricsText } from '../event/passes.ts';
import type { CheckReport, ClockReport } from '../sources/aws/check.ts';
import type { PlaceReport, ToldFinding } from '../sources/aws/check-place.ts';
import type { Counts } from './aws-check.ts';
import { plural, wrap } from './table.ts';

const WIDTH = 118;
const RESULT = 'not tried  '.length;
const LONGEST_NAME = 52;
/** So many things that work alike are named; of more, their number is told. */
const MOST_NAMED = 3;
const SEVERAL: Readonly<Record<string, string>> = { series: 'series', 'log group': 'log groups', query: 'queries' };

/** The report as it is read: a table for each place, then what to add where, then what it took. */
export function spokenCheck(report: CheckReport, counts: Counts): string {
  return [
    ...(report.runsAs === null ? [] : [`Quarterdeck runs as ${report.runsAs}.`]),
    ...clockText(report.clock),
    ...report.places.flatMap((place) => ['', headingOf(place), ...rowsOf(place.findings)]),
    ...missingText(report),
    '',
    summaryOf(report, counts),
  ].join('\n');
}

function clockText(clock: ClockReport | null): string[] {
  if (clock === null) return [];
  const { aheadSeconds, outcome } = clock;
  const off = `${plural(Math.abs(aheadSeconds), 'second')} ${aheadSeconds > 0 ? 'behind' : 'ahead of'} that of AWS`;
  if (outcome === 'works') return [aheadSeconds === 0 ? 'Its clock agrees with that of AWS.' : `Its clock is ${off}.`];
  return [
    `${outcome === 'fails' ? 'Fails' : 'Warning'}: its clock is ${off}; AWS refuses what is 5 minutes off. Keep it set by NTP.`,
  ];
}

const headingOf = ({ account, region, role, endpoint }: PlaceReport): string =>
  [
    account === null ? region : `${account} ${region}`,
    role === null ? 'by the credentials of this process' : `by ${role}`,
    ...(endpoint === null ? [] : [`at ${endpoint}`]),
  ].join(', ');

interface Row {
  readonly finding: ToldFinding;
  readonly name: string;
}

function rowsOf(findings: readonly ToldFinding[]): string[] {
  const rows = foldedRows(findings);
  const width = Math.min(LONGEST_NAME, Math.max(0, ...rows.map(({ name }) => name.length)));
  const indent = ' '.repeat(2 + RESULT + width + 2);
  return rows.flatMap(({ finding: { outcome, words, fix, sources }, name }) => {
    const of = `for ${sources.join(', ')}`;
    const told = outcome === 'works' ? of : `${words === '' ? '' : `${words} `}(${of})`;
    const isLong = name.length > width;
    const [first = '', ...others] = wrap(told, WIDTH - indent.length).split('\n');
    const head = `  ${outcome.padEnd(RESULT)}${name.padEnd(width)}`;
    return [
      ...(isLong ? [head, `${indent}${first}`] : [`${head}  ${first}`.trimEnd()]),
      ...others.map((line) => `${indent}${line}`),
      ...(fix === null ? [] : wrap(`→ ${fix}`, WIDTH - indent.length).split('\n')).map((line) => `${indent}${line}`),
    ];
  });
}

/** What is alike is told once where it is much: what works by its number, what does not with the first of its names. */
function foldedRows(findings: readonly ToldFinding[]): Row[] {
  const alike = new Map<string, ToldFinding[]>();
  const keyOf = ({ action, thing, outcome, words, fix, sources }: ToldFinding): string | null => {
    const kind = kindOf(thing);
    return kind === null ? null : JSON.stringify([kind, action, outcome, words, fix, sources]);
  };
  for (const finding of findings) {
    const key = keyOf(finding);
    if (key !== null) alike.set(key, [...(alike.get(key) ?? []), finding]);
  }
  const told = new Set<string>();
  return findings.flatMap((finding) => {
    const key = keyOf(finding);
    const all = key === null ? [] : (alike.get(key) ?? []);
    const kind = kindOf(finding.thing);
    if (key === null || kind === null || all.length <= MOST_NAMED) return [{ finding, name: finding.thing ?? finding.action }];
    if (told.has(key)) return [];
    told.add(key);
    const names = all.slice(0, MOST_NAMED).map(({ thing }) => thing?.slice(kind.length + 1) ?? '');
    const words = `${names.join(', ')} and ${(all.length - MOST_NAMED).toLocaleString('en')} more: ${finding.words}`;
    return [{ finding: { ...finding, words }, name: `${all.length.toLocaleString('en')} ${SEVERAL[kind] ?? kind}` }];
  });
}

const kindOf = (thing: string | null): string | null =>
  Object.keys(SEVERAL).find((kind) => thing?.startsWith(`${kind} `) === true) ?? null;

function missingText({ missing, refusedRoles, runsAs }: CheckReport): string[] {
  const policies = missing.flatMap(({ role, policy }) => [
    '',
    `# To add to the policy of ${role ?? (runsAs === null ? 'what Quarterdeck runs as' : runsAs)}`,
    JSON.stringify(policy.Statement, null, 2),
  ]);
  const roles = refusedRoles.flatMap(({ role, trust }) => [
    '',
    `# ${role}: who may take it${runsAs === null ? ' (put your own ARN in)' : ''}`,
    JSON.stringify(trust, null, 2),
  ]);
  return [...policies, ...roles];
}

function summaryOf({ places, calls, cost }: CheckReport, counts: Counts): string {
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  const paid = cost.mostMetrics === 0 ? 'nothing of it billed' : `${metricsText(cost)} billed, ${dollarsText(cost)}`;
  const found = [
    `${counts.works} work`,
    ...(counts.warning === 0 ? [] : [plural(counts.warning, 'warning')]),
    ...(counts.fails === 0 ? [] : [`${counts.fails} fail`]),
    ...(counts['not tried'] === 0 ? [] : [`${counts['not tried']} not tried`]),
  ];
  return `${plural(places.length, 'place')}: ${found.join(', ')}. ${callsText(total)}, ${paid}.`;
}
