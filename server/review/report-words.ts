import { listed, lowerFirst, plural } from './format.ts';
import type { Figure, Report } from './report-schema.ts';

/** `2 goals`, and `one goal`. */
const goals = (count: number): string => (count === 1 ? 'one goal' : plural(count, 'goal'));

const isGoal = ({ target, role }: Figure): boolean => target !== null && role === 'outcome';

export interface Counted {
  readonly goals: readonly Figure[];
  readonly met: readonly Figure[];
  readonly missed: readonly Figure[];
  readonly better: readonly Figure[];
  readonly worse: readonly Figure[];
}

/** What the first page counts: goals are outcomes with a target. */
export function countedIn(figures: readonly Figure[]): Counted {
  const own = figures.filter(isGoal);
  const moved = (judgement: string): Figure[] => figures.filter(({ move }) => move.judgement === judgement && move.isLasting);
  return {
    goals: own,
    met: own.filter(({ target }) => target?.isMet === true),
    missed: own.filter(({ target }) => target?.isMet === false),
    better: moved('with'),
    worse: moved('against'),
  };
}

/** `21 of 22 goals met`. */
export function headlineOf({ goals: all, met, missed }: Counted, isRunning: boolean): string {
  if (all.length === 0) return 'No goals are set';
  if (isRunning) return `${goals(all.length)}, judged when the quarter is over`.replace(/^./, (sign) => sign.toUpperCase());
  const told = met.length + missed.length;
  if (told === 0) return `None of ${goals(all.length)} can be told yet`;
  return told === all.length && missed.length === 0
    ? all.length === 1
      ? 'The one goal is met'
      : `All ${plural(all.length, 'goal')} met`
    : `${met.length} of ${plural(all.length, 'goal')} met`;
}

/** The quarter in one paragraph, from numbers only; it says "after", never "because". */
export function leadOf(counted: Counted, figures: readonly Figure[], label: string, isRunning: boolean): string {
  const { goals: all, met, missed, better, worse } = counted;
  const untold = all.length - met.length - missed.length;
  const sentences: string[] = [];
  if (missed.length > 0) sentences.push(`Missed: ${named(missed, withTarget)}.`);
  if (!isRunning && untold > 0 && met.length + missed.length > 0) sentences.push(`${capital(goals(untold))} cannot be told.`);
  if (better.length > 0) sentences.push(`Better beyond noise: ${named(better, withChange)}.`);
  if (worse.length > 0) sentences.push(`Worse beyond noise: ${named(worse, withChange)}.`);
  if (figures.every(({ move }) => move.judgement === 'unknown'))
    sentences.push(`Whether anything moved beyond noise in ${label} cannot be told yet: limits take twelve periods.`);
  else if (better.length === 0 && worse.length === 0)
    sentences.push(`Nothing moved beyond noise in ${label}: what rose or fell did so within its limits.`);
  const wont = figures.filter(({ forecast, role }) => role === 'outcome' && forecast?.is === 'will not');
  const may = figures.filter(({ forecast, role }) => role === 'outcome' && forecast?.is === 'may');
  const until = wont[0]?.forecast?.until ?? may[0]?.forecast?.until ?? '';
  if (wont.length > 0)
    sentences.push(
      `Without change ${named(wont, ({ name }) => lowerFirst(name))} will not meet ${
        wont.length === 1 ? 'its target' : 'their targets'
      } by ${until}.`,
    );
  if (may.length > 0)
    sentences.push(
      `${capital(goals(may.length))} may be met or missed by ${until}: ${
        may.length === 1 ? 'its target lies' : 'their targets lie'
      } within routine variation.`,
    );
  return sentences.join(' ');
}

const MOST = 3;
/** The first of them, and how many more there are. */
function named(figures: readonly Figure[], say: (figure: Figure) => string): string {
  const rest = figures.length - MOST;
  return listed([...figures.slice(0, MOST).map(say), ...(rest > 0 ? [`${rest} more`] : [])]);
}
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const withTarget = ({ name, now, target }: Figure): string => `${lowerFirst(name)} (${now.text}, target ${target?.text ?? ''})`;
const withChange = ({ name, now, previous }: Figure): string =>
  now.value === null || previous.value === null || now.text === previous.text
    ? lowerFirst(name)
    : `${lowerFirst(name)} (${now.text}, was ${previous.text})`;

/** How the report is made; for an appendix. */
export function methodOf(report: {
  zone: string;
  label: string;
  days: string;
  kpis: number;
  watermark: number;
  until: string;
}): Report['method'] {
  return [
    {
      term: 'Values',
      text: `Each is the settled snapshot of ${report.label} (${report.days}, ${report.zone}), evaluated from the items themselves, not averaged from weeks or months. Once settled it never changes in silence: a later change is a restatement and stands in the notes.`,
    },
    {
      term: 'Met and missed',
      text: 'The target in force on the last day of the quarter, held against the whole quarter; totals are scaled by days. Equality meets. “in 11 of 13 weeks” counts the periods for which the target is set.',
    },
    {
      term: 'Beyond noise',
      text: 'Limits of routine variation (XmR: mean ± 2.66 × mean moving range of the first 24 judged periods). A point beyond a limit, eight in a row on one side of the mean, or three of four nearer a limit than the mean. Anything else is routine, however much it changed.',
    },
    {
      term: 'Forecast',
      text: `The same limits carried to ${report.until}: a target that all of routine variation meets will be met without change, one that none of it meets will not, any other may. No line is extrapolated. After a shift the limits are those of the periods since.`,
    },
    {
      term: 'Actions',
      text: 'Eight settled periods after an action are held against limits from before it. The report says what came after, never what came because of it.',
    },
    {
      term: 'People',
      text: 'What people bore or answered is told of five or more together only, over spans that do not overlap; nobody is named or ranked. What is hidden reads hidden, never 0.',
    },
    {
      term: 'No data is not zero',
      text: 'None to measure: nothing happened. No data: no complete pass covers the quarter. Before history: nothing was known yet. None of them is drawn as 0.',
    },
    {
      term: 'Source',
      text: `${plural(report.kpis, 'KPI')} defined as files under version control; data batch ${report.watermark}.`,
    },
  ];
}
