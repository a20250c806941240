import type { ReviewedKpi } from './card.ts';
import { listed, lowerFirst } from './format.ts';
import { proseOf } from './prose.ts';
import { tell } from './report-facts.ts';
import type { ReportFrame } from './report-frame.ts';
import type { ReportInput } from './report-input.ts';
import type { Figure, Moved, Narrative, Report, Risk } from './report-schema.ts';
import { commentOf } from './said.ts';
import { NARRATIVE_SLOTS, type Action, type Talk } from './talk.ts';
import { formatInstant } from '../time/instant.ts';

/** What moved is shown so often on its page, and what is at risk. */
const MOVED = 6;
const RISKS = 7;
const COMMENTS = 1;
const CHARTS = 4;

const TITLES = {
  summary: 'Summary',
  moved: 'Why it moved',
  customers: 'Customers',
  people: 'People',
  risks: 'Risks',
  asks: 'What we ask for',
} as const;

/** One a slot, with its facts as they stand and what does not agree with the snapshots. */
export function narrativesOf({ narratives }: ReportInput, figures: readonly Figure[]): Narrative[] {
  return NARRATIVE_SLOTS.map((slot): Narrative => {
    const written = narratives.find(({ body }) => body.slot === slot);
    if (written === undefined)
      return {
        slot,
        title: TITLES[slot],
        entry: null,
        revision: null,
        author: null,
        at: null,
        text: '',
        blocks: [],
        facts: [],
        checks: [],
      };
    const { text, facts, checks } = tell(written.body.text, figures);
    return {
      slot,
      title: TITLES[slot],
      entry: written.id,
      revision: written.revision,
      author: written.author,
      at: formatInstant(written.at),
      text: written.body.text,
      blocks: proseOf(text),
      facts: [...facts],
      checks: [...checks],
    };
  });
}

const WEIGHT = { against: 0, with: 1, changed: 2, routine: 3, unknown: 4 } as const;

/** What moved beyond noise: against us first, outcomes before inputs, lasting before single points. */
export function movedOf(figures: readonly Figure[]): readonly Figure[] {
  const rank = ({ move, role }: Figure): number =>
    (move.isLasting ? 0 : 100) + WEIGHT[move.judgement] * 10 + (role === 'outcome' ? 0 : 1);
  return figures
    .filter(({ move }) => move.judgement === 'against' || move.judgement === 'with' || move.judgement === 'changed')
    .toSorted((one, other) => rank(one) - rank(other));
}

export function movedPart(
  figures: readonly Figure[],
  reviewed: ReadonlyMap<string, ReviewedKpi>,
  { talk }: ReportInput,
  frame: ReportFrame,
): Pick<Report, 'moved' | 'movedRest'> {
  const all = movedOf(figures);
  const shown = all.slice(0, MOVED);
  const rest = all.slice(MOVED);
  return {
    moved: shown.map((figure): Moved => ({
      kpi: figure.kpi,
      judgement: figure.move.judgement,
      lead: leadOf(figure),
      text: figure.move.text,
      comments: talk.comments
        .flatMap((written) => {
          const period = written.kpi !== figure.kpi || written.period === null ? null : frame.week.parse(written.period);
          const isWithin = period !== null && period.endDay > frame.quarter.firstDay && period.firstDay < frame.quarter.endDay;
          return isWithin ? [{ ...commentOf(written, period, frame.week), when: frame.week.names(period).label }] : [];
        })
        .slice(-COMMENTS),
      actions: reviewed.get(figure.kpi)?.card.actions ?? [],
    })),
    movedRest:
      rest.length === 0
        ? ''
        : `Also beyond noise: ${listed(rest.map(({ name, move }) => `${lowerFirst(name)} (${move.word})`))}.`,
  };
}

function leadOf({ move, now, previous, change, better }: Figure): string {
  const word = move.word.charAt(0).toUpperCase() + move.word.slice(1);
  if (now.value === null) return `${word}; over ${now.label} ${now.text}`;
  if (previous.value === null) return `${word}: ${now.text}`;
  // Limits and the quarter before may point to different sides.
  const isLess = better === 'lower' ? now.value < previous.value : now.value > previous.value;
  const isOtherwise =
    now.value !== previous.value &&
    better !== 'neither' &&
    (move.judgement === 'with' ? !isLess : move.judgement === 'against' && isLess);
  const compared = /was/.test(change) ? `was ${previous.text}` : change;
  return isOtherwise
    ? `${word}: ${now.text}, though ${compared} against ${previous.label}`
    : `${word}: ${now.text}${/was/.test(change) ? `, ${compared}` : ` (${compared})`} against ${previous.label}`;
}

/** What was written by the end of the quarter: in a review of its weeks or before, or without one by its last day. */
export function talkWithin(talk: Talk, { quarter, week }: ReportFrame): Talk {
  const actions = talk.actions.filter(({ period, at }) => {
    const filed = period === null ? null : week.parse(period);
    return filed === null ? at < quarter.end : filed.firstDay < quarter.endDay;
  });
  return { ...talk, actions };
}

/** Pictures for those with a target first, outcomes first; what is hidden is named. */
export function partOf(figures: readonly Figure[], isIn: (figure: Figure) => boolean): Report['customers'] {
  const own = figures.filter(isIn);
  const hidden = own.filter(({ now }) => now.emptiness === 'hidden');
  const told = own.filter((figure) => !hidden.includes(figure)).toSorted((one, other) => weightOf(one) - weightOf(other));
  const charts = told.filter(({ trend }) => trend.points.some(({ value }) => value !== null)).slice(0, CHARTS);
  return {
    charts: charts.map(({ kpi }) => kpi),
    rest: told.filter((figure) => !charts.includes(figure)).map(({ kpi }) => kpi),
    hidden: hidden.map(({ kpi }) => kpi),
  };
}

const weightOf = ({ role, target, move }: Figure): number =>
  (role === 'outcome' ? 0 : 4) + (target === null ? 2 : 0) + (move.judgement === 'against' ? 0 : 1);

/** What may keep a goal from being met, the surest first. */
export function risksOf(
  figures: readonly Figure[],
  reviewed: ReadonlyMap<string, ReviewedKpi>,
): { readonly shown: readonly Figure[]; readonly risks: Risk[]; readonly rest: string } {
  const all = figures
    .flatMap((figure) => {
      const weight = riskWeight(figure, reviewed.get(figure.kpi));
      return weight === null ? [] : [{ figure, weight }];
    })
    .toSorted((one, other) => one.weight - other.weight)
    .map(({ figure }) => figure);
  const shown = all.slice(0, RISKS);
  const rest = all.slice(RISKS);
  return {
    shown,
    risks: shown.map((figure) => riskOf(figure, reviewed.get(figure.kpi))),
    rest: rest.length === 0 ? '' : `Less pressing: ${listed(rest.map(({ name }) => lowerFirst(name)))}.`,
  };
}

function riskWeight({ forecast, target, move, role }: Figure, reviewed: ReviewedKpi | undefined): number | null {
  const input = role === 'input' ? 0.5 : 0;
  const isMissed = target?.isMet === false;
  if (forecast?.is === 'will not') return input;
  if (isMissed && move.judgement === 'against') return 1 + input;
  if (isMissed) return 2 + input;
  if (move.judgement === 'against' && move.isLasting) return 3 + input;
  if (reviewed?.card.atRisk !== null && reviewed !== undefined) return 4 + input;
  if (forecast?.is === 'may' && target !== null && isOftenMissed(target.kept)) return 5 + input;
  return null;
}

/** In fewer than three of four periods. */
function isOftenMissed(kept: string): boolean {
  const [, met, of] = /in (\d+) of (\d+)/.exec(kept) ?? [];
  return met !== undefined && of !== undefined && Number(met) * 4 < Number(of) * 3;
}

function riskOf({ kpi, owner, target, now, move, forecast }: Figure, reviewed: ReviewedKpi | undefined): Risk {
  const stand =
    target === null
      ? `${now.text} in ${now.label}`
      : `${target.isMet === false ? 'Missed' : target.isMet === true ? 'Met' : capital(target.stand)}: ${now.text} for ${target.text}${
          target.kept === '' ? '' : `, kept ${target.kept}`
        }`;
  const atRisk = reviewed?.card.atRisk ?? null;
  const calls = [
    owner,
    ...(atRisk?.escalateTo == null ? [] : [`escalates to ${atRisk.escalateTo}`]),
    ...(atRisk?.runbook == null ? [] : [atRisk.runbook]),
  ];
  return { kpi, why: `${stand}.`, trend: move.text, forecast: forecast?.text ?? null, calls: calls.join(' · ') };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What the numbers ask of whoever reads: an action for each risk that has none, and what is overdue. */
export function asksOf(
  risks: readonly Figure[],
  reviewed: ReadonlyMap<string, ReviewedKpi>,
  others: readonly Action[],
): Report['asks'] {
  const open = (kpi: string): Action[] => (reviewed.get(kpi)?.card.actions ?? []).filter(({ state }) => state === 'open');
  const wanted = risks
    .filter(({ kpi }) => open(kpi).length === 0)
    .map(({ name, owner, target }) => ({
      text: `Agree on an action for ${lowerFirst(name)}${target === null ? '' : `, or on another target than ${target.text}`}: none is open.`,
      owner,
    }));
  const all = [...[...reviewed.values()].flatMap(({ card }) => card.actions), ...others];
  const overdue = all
    .filter(({ isOverdue }) => isOverdue)
    .map(({ title, dueText, owner }) => ({ text: `Finish or drop “${title}”: ${dueText}.`, owner }));
  return [...overdue, ...wanted].slice(0, 8);
}
