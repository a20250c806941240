import type { KpiEntry } from '../../server/api/contract.ts';

export interface Group {
  readonly section: string;
  readonly slug: string;
  readonly entries: readonly KpiEntry[];
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** The anchor of an entry: its KPI id; of a file that never had one, the file's name. */
export const slugOf = (entry: KpiEntry): string => entry.id ?? slug(entry.file);

/** By section in the order in which sections first appear; within one, as given. */
export function groupEntries(entries: readonly KpiEntry[]): Group[] {
  const groups = new Map<string, KpiEntry[]>();
  for (const entry of entries) {
    const section = entry.section === '' ? 'Without a section' : entry.section;
    const group = groups.get(section);
    if (group === undefined) groups.set(section, [entry]);
    else group.push(entry);
  }
  return [...groups].map(([section, of]) => ({ section, slug: slug(section), entries: of }));
}

/** Every typed word stands somewhere in what a reader sees of the entry. */
export function matchesEntry(entry: KpiEntry, typed: string): boolean {
  const text = [entry.id, entry.name, entry.alsoCalled, entry.question, entry.section, entry.owner, entry.words, entry.file]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
