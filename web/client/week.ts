/**
 * A week as people type it: `46`, `w46`, `2026-W46`, `2026 46`, `46 2025`. Without a year it is the
 * year of the week on the page. Null where it is none of these; whether the year has that week is
 * for the server to say, which knows the calendar.
 */
export function weekTyped(text: string, current: string): string | null {
  const found =
    /^(?:(?<before>\d{4})[\s\-/.]*)?w(?:eek|k)?[\s.]*(?<marked>\d{1,2})(?:[\s\-/.]+(?<after>\d{4}))?$|^(?:(?<year>\d{4})[\s\-/.]+)?(?<plain>\d{1,2})(?:[\s\-/.]+(?<behind>\d{4}))?$/i.exec(
      text.trim(),
    )?.groups;
  if (found === undefined) return null;
  const week = Number(found['marked'] ?? found['plain']);
  const year = found['before'] ?? found['after'] ?? found['year'] ?? found['behind'] ?? /^\d{4}/.exec(current)?.[0];
  if (year === undefined || week < 1 || week > 53) return null;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
