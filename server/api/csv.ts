type Cell = string | number | null;

/**
 * RFC 4180 text. A leading `= + - @`, tab, line end or NUL would be run as a formula by a spreadsheet, so such
 * text gets a quote before it (ASVS 1.2.10); numbers stay numbers; null is an empty cell.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n') + '\r\n';
}

function cellOf(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r\n\0]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
