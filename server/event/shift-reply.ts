import { isScore, SHIFT_QUESTIONS, type AskedShift, type ShiftAnswers, type ShiftReply } from './shift-survey.ts';

/** What somebody answered, as it was put on disk; null where it is nothing that this product writes. */
export function readReply(body: string): ShiftReply | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { at, answeredAt } = value;
  const [shift, answers] = [readShift(value['shift']), readAnswers(value['answers'])];
  if (shift === null || answers === null || !isInstant(at) || !isInstant(answeredAt)) return null;
  return { shift, at, answeredAt, answers };
}

function readShift(value: unknown): AskedShift | null {
  if (!isRecord(value)) return null;
  const { ref, uid, rotation, team, responder, zone, from, to } = value;
  if (typeof ref !== 'string' || typeof uid !== 'string' || typeof responder !== 'string') return null;
  if (!isTextOrNull(rotation) || !isTextOrNull(team) || !isTextOrNull(zone) || !isInstant(from) || !isInstant(to)) return null;
  return { ref, uid, rotation, team, responder, zone, from, to };
}

function readAnswers(value: unknown): ShiftAnswers | null {
  if (!isRecord(value)) return null;
  const [feeling, rest, pages] = SHIFT_QUESTIONS.map(({ name }) => value[name]);
  return isScore(feeling) && isScore(rest) && isScore(pages) ? { feeling, rest, pages } : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isInstant = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
