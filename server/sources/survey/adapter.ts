import type { Adapter } from '../config.ts';
import type { Survey } from '../source.ts';
import { dryRunSurvey, pullSurvey } from './pull.ts';

const DAY_MS = 86_400_000;
/** Whoever stood in for an evening is not asked. */
const SHORTEST_MS = 12 * 3_600_000;
const CLOSES_AFTER_MS = 7 * DAY_MS;
/** Answers count in the month in which they are given: a round that stays open for longer would never let one settle. */
const LATEST_CLOSE_MS = 28 * DAY_MS;

/** `type: survey`: Quarterdeck itself asks whoever had a shift three questions, by link. */
export const surveyAdapter: Adapter = {
  type: 'survey',
  keys: ['rotations', 'shortest', 'closes_after'],
  parse: ({ id, name, schedule, staleAfterMs, settings }) => {
    const rotations = settings.has('rotations') ? settings.texts('rotations') : null;
    const shortestMs = settings.has('shortest') ? settings.duration('shortest') : SHORTEST_MS;
    const closesAfterMs = settings.has('closes_after') ? settings.duration('closes_after') : CLOSES_AFTER_MS;
    if (closesAfterMs !== null && closesAfterMs > LATEST_CLOSE_MS)
      return settings.fault('closes_after', 'a round that is open for so long is never over', 'Write 28 days or less');
    if (shortestMs === null || closesAfterMs === null || (settings.has('rotations') && rotations === null)) return null;
    const survey: Survey = {
      closesAfterMs,
      asks: ({ rotation, from, to }) =>
        to - from >= shortestMs && (rotations === null || (rotation !== null && rotations.includes(rotation))),
    };
    return {
      id,
      name,
      type: 'survey',
      kinds: ['feedback'],
      series: [],
      schedule,
      staleAfterMs,
      survey,
      pull: (context) => pullSurvey(id, survey, context),
      dryRun: (context, rows) => dryRunSurvey(id, survey, context, rows),
    };
  },
};
