import { setImmediate } from 'node:timers/promises';
import { EngineError } from './engine.ts';

/** How long an answer that is evaluated on request may take. */
const LONGEST_MS = 10_000;

/** Ends with the time that an answer may take, or with what it is made for. */
export const withinTime = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);

/**
 * Between two steps of long work: others get their turn.
 * @throws EngineError where the time is up
 */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  if (signal.aborted)
    throw new EngineError('unavailable', 'This took too long and was ended. Ask for less at once, or ask again later.');
}
