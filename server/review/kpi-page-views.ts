import type { Kpi } from '../kpi/kpi.ts';
import { formatOutcome, sentence, shownUnit } from './format.ts';
import type { Frame } from './frame.ts';
import { drawnHistory, drawnLimits, drawnSignals } from './history.ts';
import type { RestatedValue } from './kpi-page-input.ts';
import type { HistoryView } from './kpi-page-schema.ts';
import { targetLines } from './kpi-page-targets.ts';
import { judgedAs, type Process } from './process.ts';
import type { KpiCard } from './schema.ts';
import { pointOf, type Step } from './series.ts';

export interface GrainSteps {
  readonly week: readonly Step[];
  readonly month: readonly Step[];
  readonly quarter: readonly Step[];
}

interface Shown {
  readonly kpi: Kpi;
  readonly process: Process;
  readonly steps: GrainSteps;
  readonly restated: readonly RestatedValue[];
  readonly card: KpiCard;
  readonly frame: Frame;
}

const GRAINS = ['week', 'month', 'quarter'] as const;
const LABELS = { week: 'Weeks', month: 'Months', quarter: 'Quarters' } as const;

/**
 * The history by week, month and quarter, and what the rules look at where that is something else. Limits
 * stand where they are made: a month is no eighth sample of the process whose weeks are judged.
 */
export function viewsOf(shown: Shown): HistoryView[] {
  const { kpi, process, steps, card, frame } = shown;
  const views = GRAINS.flatMap((grain) => (steps[grain].length === 0 ? [] : [viewOf(shown, grain)]));
  const judged = views.find(({ limits }) => limits.length > 0);
  if (process.basis === 'value' || process.stretches.length === 0)
    return judged === undefined ? views : [judged, ...views.filter((view) => view !== judged)];
  const rules: HistoryView = {
    id: 'rules',
    label: process.basis === 'change' ? `Change per ${process.grain}` : 'Times between',
    text: `Judged by ${judgedAs(process)}.`,
    unit: card.historyUnit,
    points: drawnHistory(kpi, process, frame, Infinity),
    limits: drawnLimits(kpi, process, Infinity),
    signals: drawnSignals(kpi, process, frame.week, Infinity),
    targets: [],
    earlier: [],
  };
  return [...views, rules];
}

function viewOf({ kpi, process, steps, restated, card, frame }: Shown, grain: (typeof GRAINS)[number]): HistoryView {
  const unit = shownUnit(kpi);
  const isJudged = process.basis === 'value' && process.grain === grain;
  const points = isJudged
    ? drawnHistory(kpi, process, frame, Infinity)
    : steps[grain].map((step) => {
        const point = pointOf(unit, step, frame);
        return { ...point, drawn: point.value };
      });
  const known = new Set(points.map(({ period }) => period));
  const limits = isJudged ? drawnLimits(kpi, process, Infinity) : [];
  return {
    id: grain,
    label: LABELS[grain],
    text: limits.length > 0 ? `${sentence(limits.at(-1)?.text ?? '')}.` : notJudged(process, grain),
    // A total is drawn for its whole period here: one grain needs no common measure.
    unit: { ...card.unit, axis: card.unit.isTotal ? card.unit.label : card.unit.axis, isTotal: card.unit.isTotal },
    points,
    limits,
    signals: isJudged ? drawnSignals(kpi, process, frame.week, Infinity) : [],
    targets: targetLines(kpi, grain, steps[grain]),
    earlier: restated.flatMap(({ period, before, after }) => {
      const text = formatOutcome(unit, before);
      if (kpi.isPersonal || !known.has(period) || text === formatOutcome(unit, after)) return [];
      return [{ period, drawn: before.value, text }];
    }),
  };
}

function notJudged(process: Process, grain: string): string {
  if (process.basis === 'value' && process.stretches.length > 0 && process.grain !== grain)
    return `Judged by the ${process.grain}, so no limits are drawn by the ${grain}.`;
  const words = judgedAs(process);
  return words.startsWith('not judged') ? `${sentence(words)}.` : `Judged by ${words}.`;
}
