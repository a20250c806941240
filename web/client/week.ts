/**
 * A week as people type it: `46`, `w46`, `2026-W46`, `2026 46`, `46 2025`, and `46a` for what a change
 * of calendar left of one. Without a year it is the year of the week on the page. Null where it is none
 * of these; whether the year has that week is for the server to say, which knows the calendar.
 */
export function weekTyped(text: string, current: string): string | null {
  const found =
    /^(?:(?<before>\d{4})[\s\-/.]*)?w(?:eek|k)?[\s.]*(?<marked>\d{1,2}[a-z]?)(?:[\s\-/.]+(?<after>\d{4}))?$|^(?:(?<year>\d{4})[\s\-/.]+)?(?<plain>\d{1,2}[a-z]?)(?:[\s\-/.]+(?<behind>\d{4}))?$/i.exec(
      text.trim(),
    )?.groups;
  if (found === undefined) return null;
  const [week = '', letter = ''] = (found['marked'] ?? found['plain'] ?? '').toLowerCase().split(/(?=[a-z])/);
  const year = found['before'] ?? found['after'] ?? found['year'] ?? found['behind'] ?? /^\d{4}/.exec(current)?.[0];
  if (year === undefined || Number(week) < 1 || Number(week) > 53) return null;
  return `${year}-W${week.padStart(2, '0')}${letter}`;
}
