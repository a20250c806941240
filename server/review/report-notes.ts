import type { Kpi } from '../kpi/kpi.ts';
import { dayTitle, quarterName } from '../time/calendar.ts';
import { formatOutcome, formatShort, listed, plural, sentenceNumbers, shownUnit } from './format.ts';
import type { FigureRevision, ReportInput, ReportKpiInput } from './report-input.ts';
import type { ReportFrame } from './report-frame.ts';
import type { Report } from './report-schema.ts';

type Note = Report['notes'][number];
type Unnumbered = Omit<Note, 'number'>;

const SILENT = new Set(['settled', 'published']);

/** Footnotes: figures that were restated, definitions, targets and limits that changed in the quarter, data that is missing. */
export function notesOf(input: ReportInput, frame: ReportFrame): Note[] {
  const notes: Unnumbered[] = [
    ...input.kpis.flatMap((each) => [...restatedIn(each, frame), ...changedIn(each.kpi, frame), ...openIn(each, input, frame)]),
    ...input.broken.map(({ file, lastGoodKpi }): Unnumbered => ({
      kind: 'definition',
      kpi: lastGoodKpi,
      text: `${file} cannot be read as it stands${lastGoodKpi === null ? '' : '; its last good version is measured'}.`,
    })),
  ];
  return notes.map((note, index) => ({ number: index + 1, ...note }));
}

function restatedIn({ kpi, revisions }: ReportKpiInput, frame: ReportFrame): Unnumbered[] {
  return [frame.quarter, frame.previous, frame.yearBefore].flatMap((period): Unnumbered[] => {
    const own = revisions.filter((one) => one.period === period.id);
    const last = own.at(-1);
    const before = firstStanding(own);
    if (last === undefined || before === undefined || before === last) return [];
    const since = own.filter(({ revision }) => revision > before.revision);
    const causes = [...new Set(since.flatMap((one) => one.causes.filter((cause) => !SILENT.has(cause))))];
    if (causes.length === 0) return [];
    const isRedefined = causes.includes('redefined');
    const head = `${kpi.name}, ${quarterName(period)}`;
    const why = `${listed(causes)}; ${plural(
      since.reduce((sum, { moved }) => sum + moved, 0),
      'item',
    )} moved`;
    const on = dayTitle(frame.calendar.zone.dayOf(last.at));
    if (kpi.isPersonal)
      return [
        {
          kind: isRedefined ? 'definition' : 'restated',
          kpi: kpi.id,
          text: `${head}: restated on ${on} (${listed(causes)}). What it said before is not told: the difference could single somebody out.`,
        },
      ];
    const [was, is] = bothTexts(kpi, before, last);
    // What nobody could see is no footnote.
    if (shownOf(kpi, before) === shownOf(kpi, last) && !isRedefined) return [];
    return [
      {
        kind: isRedefined ? 'definition' : 'restated',
        kpi: kpi.id,
        text:
          was === is
            ? `${head}: redefined on ${on}; it says ${is}, as before.`
            : `${head}: ${was} until ${on}, ${is} since (${why}).`,
      },
    ];
  });
}

/** As the report shows it. */
function shownOf(kpi: Kpi, { value, emptiness }: FigureRevision): string {
  const unit = shownUnit(kpi);
  return value === null || unit.style === 'budget' ? formatOutcome(unit, { value, emptiness }) : formatShort(unit, value);
}

/** What settled first, else what a publication pinned. */
const firstStanding = (revisions: readonly FigureRevision[]): FigureRevision | undefined =>
  revisions.find(({ causes }) => causes.includes('settled')) ?? revisions[0];

function bothTexts(kpi: Kpi, before: FigureRevision, after: FigureRevision): [string, string] {
  const unit = shownUnit(kpi);
  if (before.value === null || after.value === null || unit.style === 'budget')
    return [formatOutcome(unit, before), formatOutcome(unit, after)];
  const write = sentenceNumbers(unit, before.value === after.value ? [after.value] : [after.value, before.value]);
  return [write(before.value), write(after.value)];
}

function changedIn(kpi: Kpi, { quarter }: ReportFrame): Unnumbered[] {
  const isWithin = (day: number): boolean => day >= quarter.firstDay && day < quarter.endDay;
  const targets = kpi.targets
    .filter(({ since }) => isWithin(since))
    .map((target) => {
      const says = `${target.direction === 'at_most' ? 'at most' : 'at least'} ${target.text} every ${target.every}`;
      return `${kpi.name}: its target is ${says} since ${dayTitle(target.since)}${because(target.because)}.`;
    });
  const dividers = kpi.dividers
    .filter(({ on }) => isWithin(on))
    .map(({ on, because: why }) => `${kpi.name}: its limits begin anew on ${dayTitle(on)}${because(why)}.`);
  return [...targets, ...dividers].map((text) => ({ kind: 'definition', kpi: kpi.id, text }));
}

const because = (why: string | null): string => (why === null || why === '' ? '' : ` (${why})`);

/** A value that is not settled, though the quarter is over, or rests on a source that is behind. */
function openIn(
  { kpi, figures, sources }: ReportKpiInput,
  input: ReportInput,
  { quarter, isRunning }: ReportFrame,
): Unnumbered[] {
  const row = figures.find(({ period }) => period === quarter.id);
  if (row === undefined || isRunning) return [];
  if (row.emptiness === 'no data')
    return [{ kind: 'data', kpi: kpi.id, text: `${kpi.name}: no data. ${behind() || 'No complete pass covers the quarter.'}` }];
  if (row.flags.includes('stale')) return [{ kind: 'data', kpi: kpi.id, text: `${kpi.name}: stale. ${behind()}`.trim() }];
  if (row.flags.includes('unsettled'))
    return [{ kind: 'data', kpi: kpi.id, text: `${kpi.name}: not settled yet, so it may still change.` }];
  return [];

  function behind(): string {
    const late = input.sources.filter(({ id, freshness }) => sources.includes(id) && freshness !== 'fresh');
    return late.map(({ name, text }) => `${name}: ${text}.`).join(' ');
  }
}
