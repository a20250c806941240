import { nearest } from '../kpi/spelling.ts';
import type { Amount, Check, Figure } from './report-schema.ts';

/** What may follow the KPI in a fact: `{time-to-restore.target}`. */
const PARTS = {
  '': ({ now }: Figure) => ({ text: shown(now), title: now.label }),
  previous: ({ previous }: Figure) => ({ text: shown(previous), title: previous.label }),
  'year-before': ({ yearBefore }: Figure) => ({ text: shown(yearBefore), title: yearBefore.label }),
  change: ({ change, previous }: Figure) => ({ text: change, title: `against ${previous.label}` }),
  count: ({ now }: Figure) => ({ text: String(now.count), title: `counted in ${now.label}` }),
  target: ({ target }: Figure) => ({ text: target?.text ?? 'no target', title: 'target' }),
} satisfies Record<string, (figure: Figure) => { readonly text: string; readonly title: string }>;
const isPart = (name: string): name is keyof typeof PARTS => Object.hasOwn(PARTS, name);

const FACT = /\{([a-z0-9-]+)(?:\.([a-z-]+))?\}/g;

export interface Told {
  /** The text with its facts as the snapshots have them. */
  readonly text: string;
  readonly facts: readonly { readonly ref: string; readonly text: string; readonly title: string }[];
  readonly checks: readonly Check[];
}

/** Puts figures in the place of `{facts}`, and holds numbers that somebody typed against the snapshots. */
export function tell(text: string, figures: readonly Figure[]): Told {
  const facts: Told['facts'][number][] = [];
  const checks: Check[] = [];
  const told = text.replace(FACT, (ref, id: string, name: string = '') => {
    const figure = figures.find(({ kpi }) => kpi === id);
    if (figure === undefined || !isPart(name)) {
      checks.push(unknown(ref, figure === undefined ? id : null, name, figures));
      return ref;
    }
    const fact = PARTS[name](figure);
    facts.push({ ref, text: fact.text, title: `${figure.name}, ${fact.title}` });
    return fact.text;
  });
  return { text: told, facts, checks: [...checks, ...checkTyped(text, figures)] };
}

function unknown(ref: string, id: string | null, name: string, figures: readonly Figure[]): Check {
  if (id === null)
    return {
      is: 'unknown',
      said: ref,
      kpi: null,
      text: `${ref}: a figure has no “${name}”.`,
      fix: `Write ${Object.keys(PARTS)
        .filter((part) => part !== '')
        .map((part) => `.${part}`)
        .join(', ')} or nothing after the KPI.`,
    };
  const meant = nearest(
    id,
    figures.map(({ kpi }) => kpi),
  );
  const fix = meant === null ? 'The catalogue names all KPIs.' : `Did you mean {${meant}}?`;
  return { is: 'unknown', said: ref, kpi: null, text: `${ref}: there is no KPI “${id}”.`, fix };
}

/** One unit that people write after a number, as a factor of what snapshots hold. */
const UNITS: readonly { readonly form: string; readonly type: string; readonly factor: number }[] = [
  { form: 'ms|milliseconds?', type: 'duration', factor: 0.001 },
  { form: 's|sec|seconds?', type: 'duration', factor: 1 },
  { form: 'm|min|mins|minutes?', type: 'duration', factor: 60 },
  { form: 'h|hrs?|hours?', type: 'duration', factor: 3_600 },
  { form: 'd|days?', type: 'duration', factor: 86_400 },
  { form: 'weeks?', type: 'duration', factor: 604_800 },
  { form: '%|percent|per cent', type: 'share', factor: 0.01 },
];

interface Typed {
  readonly said: string;
  readonly type: string;
  readonly value: number;
  /** Half of the last digit that was written. */
  readonly slack: number;
}

/**
 * Numbers with a unit in a sentence that names a KPI. One that is nobody's (this quarter's value, that of the quarter
 * or the year before, a month's, the target) is told, once for each KPI that it could be about.
 */
function checkTyped(text: string, figures: readonly Figure[]): Check[] {
  const plain = text.replace(/`[^`]*`/g, ' ').replace(FACT, ' ');
  return sentencesOf(plain).flatMap((sentence) => {
    const named = namedIn(sentence, figures);
    if (named.length === 0) return [];
    return typedIn(sentence, named).flatMap((typed) => {
      const about = named.filter((figure) => typed.type === typeOf(figure));
      const [first] = about;
      if (first === undefined || about.some((figure) => figuresOf(figure).some((value) => isSame(typed, value)))) return [];
      return [differs(typed, first)];
    });
  });
}

function differs({ said }: Typed, { kpi, name, now }: Figure): Check {
  const fix = `Write {${kpi}} in its place: it stays what the snapshot says.`;
  if (now.value === null)
    return {
      is: 'no value',
      said,
      kpi,
      text: `The text says ${said}, but ${name} has no value in ${now.label} (${now.text}).`,
      fix,
    };
  return {
    is: 'differs',
    said,
    kpi,
    text: `The text says ${said}, the snapshot says ${shown(now)} (${name}, ${now.label}${
      (now.revision ?? 1) > 1 ? `, revision ${now.revision}` : ''
    }).`,
    fix,
  };
}

/** Not after a letter, a sign or another digit; with `,` or a space between thousands. */
const NUMBER = '(?<![\\p{L}\\p{N}.,+−-])(\\d{1,3}(?:[, \\u202f\\u00a0]\\d{3})+|\\d+)(?:\\.(\\d+))?';
const GROUPED = /[, \u202f\u00a0]/g;
const HOURS_AND_MINUTES = /(?<![\p{L}\p{N}.,+−-])(\d+)\s?(?:h|hours?)\s(?:and\s)?(\d+)\s?(?:m|min|minutes?)(?![\p{L}\p{N}])/giu;

/** A full stop inside a number ends nothing. */
const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?;])\s+|\n+/);

/** The longest name wins where one holds another: “repeat incidents” is not “incidents”. */
function namedIn(sentence: string, figures: readonly Figure[]): Figure[] {
  const names = figures
    .flatMap((figure) =>
      [figure.name, figure.alsoCalled, figure.kpi].flatMap((name) => (name === null ? [] : [{ name, figure }])),
    )
    .toSorted((one, other) => other.name.length - one.name.length);
  // “3 incidents” counts some; it does not name the KPI of that name.
  let rest = sentence.replace(/\d[\d.,]*\s?\p{L}+/gu, ' ');
  const found = new Set<Figure>();
  for (const { name, figure } of names) {
    const form = new RegExp(`(?<![\\p{L}\\p{N}-])${literal(name)}(?![\\p{L}\\p{N}-])`, 'giu');
    if (!form.test(rest)) continue;
    rest = rest.replace(form, ' ');
    found.add(figure);
  }
  return [...found];
}

function typedIn(sentence: string, named: readonly Figure[]): Typed[] {
  const labels = named.flatMap(({ unit }) => (unit.label === '' || unit.label === '%' ? [] : [unit.label]));
  const units = [...labels.map((label) => ({ form: literal(label), type: `in ${label}`, factor: 1 })), ...UNITS];
  const found: Typed[] = [];
  // `6 h 25 m` is one number.
  let rest = sentence.replace(HOURS_AND_MINUTES, (said: string, hours: string, minutes: string) => {
    found.push({ said, type: 'duration', value: Number(hours) * 3_600 + Number(minutes) * 60, slack: 30 });
    return ' ';
  });
  for (const { form, type, factor } of units) {
    // What was added or grew by a share is a change, no value.
    const pattern = new RegExp(`${NUMBER}\\s?(?:${form})(?![\\p{L}\\p{N}])`, 'giu');
    rest = rest.replace(pattern, (said: string, whole: string, decimals: string = '') => {
      const value = Number(`${whole.replace(GROUPED, '')}.${decimals || '0'}`);
      found.push({ said, type, value: value * factor, slack: 0.5 * 10 ** -decimals.length * factor });
      return ' ';
    });
  }
  return found;
}

const typeOf = ({ unit }: Figure): string =>
  unit.type === 'duration' || unit.type === 'share' ? unit.type : unit.label === '%' ? 'share' : `in ${unit.label}`;

/** All values that a sentence about a KPI may well speak of. */
function figuresOf({ unit, now, previous, yearBefore, months, target }: Figure): number[] {
  // A percentage of a metric is kept as 99.9.
  const factor = unit.label === '%' && unit.type !== 'share' ? 0.01 : 1;
  return [now.value, previous.value, yearBefore.value, ...months.map(({ value }) => value), target?.value ?? null].flatMap(
    (value) => (value === null ? [] : [value * factor]),
  );
}

const isSame = ({ value, slack }: Typed, known: number): boolean => Math.abs(value - known) <= slack * (1 + 1e-9);

const shown = ({ text }: Amount): string => text;

/** A text as a pattern that finds it. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
