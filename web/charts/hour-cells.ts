import type { HourMap } from '../../server/api/contract.ts';

/** The hours of a week as cells in pixels: days down and hours across, or the other way where there is little room. */
export interface HourCells {
  readonly width: number;
  readonly height: number;
  readonly cells: readonly HourCell[];
  readonly days: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly hours: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly isUpright: boolean;
}

export interface HourCell {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** How dark, 0 to 1: 0 only where there was none. */
  readonly shade: number;
  readonly isDark: boolean;
  readonly title: string;
}

const HOURS = 24;
const ACROSS_FROM = 520;
const GAP = 2;
const LEFT = 36;
const TOP = 18;

export function hourCells({ counts, days, most }: HourMap, width: number): HourCells {
  const isUpright = width < ACROSS_FROM;
  const columns = isUpright ? days.length : HOURS;
  const cellWidth = (width - LEFT) / columns;
  const cellHeight = isUpright ? 17 : 26;
  const at = (day: number, hour: number): { x: number; y: number } => {
    const [column, row] = isUpright ? [day, hour] : [hour, day];
    return { x: LEFT + column * cellWidth, y: TOP + row * cellHeight };
  };
  const every = 3;
  return {
    width,
    height: TOP + (isUpright ? HOURS : days.length) * cellHeight,
    isUpright,
    cells: counts.flatMap((row, day) =>
      row.map((count, hour): HourCell => {
        const shade = count === 0 ? 0 : 0.14 + 0.76 * (count / Math.max(1, most));
        return {
          key: `${day} ${hour}`,
          ...at(day, hour),
          width: cellWidth - GAP,
          height: cellHeight - GAP,
          count,
          shade,
          isDark: shade > 0.56,
          title: `${days[day] ?? ''} ${clock(hour)} to ${clock(hour + 1)}`,
        };
      }),
    ),
    days: days.map((text, day) => {
      const { x, y } = at(day, 0);
      return isUpright ? { x: x + cellWidth / 2, y: TOP - 6, text } : { x: LEFT - 8, y: y + (cellHeight - GAP) / 2, text };
    }),
    hours: Array.from({ length: HOURS / every }, (_, index) => {
      const hour = index * every;
      const { x, y } = at(0, hour);
      return isUpright
        ? { x: LEFT - 8, y: y + (cellHeight - GAP) / 2, text: clock(hour).slice(0, 2) }
        : { x, y: TOP - 6, text: clock(hour).slice(0, 2) };
    }),
  };
}

const clock = (hour: number): string => `${String(hour % HOURS).padStart(2, '0')}:00`;
