import type { Instant } from '../../time/period.ts';
import { readCursorText } from '../aws/cursor-text.ts';
import { readAlarmsCursor, writeAlarmsCursor } from '../cloudwatch-alarms/cursor.ts';
import { AlarmMemory } from '../cloudwatch-alarms/episodes.ts';

/** What alarms of each Region of each account did of late, since when events are read, and when the newest post came. */
export interface BusCursor {
  readonly historyFrom: Instant | null;
  readonly heardAt: Instant | null;
  readonly memories: Map<string, AlarmMemory>;
}

export const writeBusCursor = ({ historyFrom, heardAt, memories }: BusCursor): string =>
  JSON.stringify([
    1,
    historyFrom,
    [...memories].map(([home, memory]) => [
      home,
      writeAlarmsCursor({ until: null, historyFrom: null, changes: memory.all(), retoldAt: 0, hasPaged: false }, ''),
    ]),
    heardAt,
  ]);

/** Anything else than a cursor of ours reads as "nothing read yet". */
export function readBusCursor(text: string | null): BusCursor {
  const [historyFrom, memories, heardAt] = readCursorText(text) ?? [];
  if (!Array.isArray(memories)) return { historyFrom: null, heardAt: null, memories: new Map() };
  return {
    historyFrom: typeof historyFrom === 'number' ? historyFrom : null,
    heardAt: typeof heardAt === 'number' ? heardAt : null,
    memories: new Map(memories.flatMap((memory: unknown) => memoryOf(memory) ?? [])),
  };
}

function memoryOf(memory: unknown): [[string, AlarmMemory]] | null {
  if (!Array.isArray(memory)) return null;
  const [home, changes] = memory as readonly unknown[];
  if (typeof home !== 'string' || typeof changes !== 'string') return null;
  return [[home, new AlarmMemory(readAlarmsCursor(changes, '', 0).changes)]];
}
