import type { SnapshotRow, Store, StoredRun } from '../store/store.ts';
import { Knowledge } from './knowledge.ts';
import { Measurer } from './measure.ts';
import { detailOf, readMeasuredWith, type MeasuredWith, type RunDetail } from './measured-with.ts';
import { MemoryValues } from './memory-values.ts';
import { firstRevision } from './publish.ts';

/** Runs read from the log at a time. */
const RUNS = 200;

/** Differences that are told one by one; their number is kept whole. */
const TOLD = 20;

export interface Rebuilt {
  readonly runs: number;
  /** Revisions made anew, and revisions stored. */
  readonly made: number;
  readonly stored: number;
  readonly differences: number;
  /** The first of them in words: what is stored and what the log gives. */
  readonly told: readonly string[];
  /** Runs of an early version, which cannot be repeated. */
  readonly unrepeatable: number;
  /** Revisions of what people bore that were made under other rules of what may be told: taken as they stand. */
  readonly underOtherRules: number;
  readonly snapshots: readonly SnapshotRow[];
}

/**
 * Repeats every run of the log, with the events, pulls and definitions as each knew them, and holds
 * what comes out against what is stored. Writes nothing. `rules`: the version of the rules of what may
 * be told of people; what other versions stored of them is taken as it stands.
 */
export async function rebuild(
  store: Store,
  digest: (text: string) => string,
  rules: number,
  onProgress: (done: number, of: number) => void,
): Promise<Rebuilt> {
  const total = (await store.lastRun())?.number ?? 0;
  const values = new MemoryValues();
  let repeater: Repeater | null = null;
  let unrepeatable = 0;
  for (let done = 0; done < total;) {
    const runs = await store.runs(done, RUNS);
    if (runs.length === 0) break;
    for (const run of runs) {
      const detail = detailOf(run);
      if (detail === null) unrepeatable += 1;
      else {
        repeater ??= new Repeater(store, digest, rules, values);
        await repeater.repeat(run, detail);
      }
      done = run.number;
      onProgress(done, total);
    }
  }
  const underOtherRules = repeater?.underOtherRules ?? 0;
  return { runs: total, unrepeatable, underOtherRules, ...(await compare(store, values)) };
}

class Repeater {
  readonly #store: Store;
  readonly #digest: (text: string) => string;
  readonly #rules: number;
  readonly #values: MemoryValues;
  #measurer = new Measurer(null);
  /** Revisions taken as they stand. */
  underOtherRules = 0;
  #standing: { readonly hash: string; readonly byRun: ReadonlyMap<number, readonly SnapshotRow[]> } | null = null;
  #knowledge: Knowledge | null = null;
  #with: { readonly hash: string; readonly with: MeasuredWith } | null = null;
  #hasPublications = false;

  constructor(store: Store, digest: (text: string) => string, rules: number, values: MemoryValues) {
    this.#store = store;
    this.#digest = digest;
    this.#rules = rules;
    this.#values = values;
  }

  async repeat(run: StoredRun, detail: RunDetail): Promise<void> {
    const before = this.#with;
    const used = before?.hash === detail.with ? before.with : await readMeasuredWith(this.#store, detail.with, this.#digest);
    this.#with = { hash: detail.with, with: used };
    // As whoever starts the version with the new rules.
    if (before !== null && before.with.privacyRules !== used.privacyRules) this.#measurer = new Measurer(before);
    const knowledge = (this.#knowledge ??= new Knowledge(used.organisation));
    knowledge.items.organisation = used.organisation;
    await knowledge.takeIn(this.#store, used.sources, { batch: run.watermark, pull: detail.pull });
    this.#values.run = run.number;
    this.#values.live = [];
    const kpis = used.privacyRules === this.#rules ? used.kpis : used.kpis.filter((kpi) => !kpi.isPersonal);
    await this.#measurer.measure({
      ...knowledge.measured({ organisation: used.organisation, kpis, now: run.at, digest: this.#digest }),
      store: this.#values,
      with: { ...used, kpis },
      withHash: detail.with,
      hasPublications: this.#hasPublications,
      live: run.kind === 'publish' ? 'all' : 'none',
    });
    knowledge.forgetChanges();
    if (kpis !== used.kpis) await this.#take(run.number, detail.with, used);
    if (run.kind !== 'publish') return;
    this.#hasPublications = true;
    const pinned = new Set((detail.pinned ?? []).map(([kpi, period]) => `${kpi}|${period}`));
    const live = this.#values.live.filter((row) => row.scope === detail.scope && pinned.has(`${row.kpi}|${row.period}`));
    this.#values.add(live.map((row) => firstRevision(row, run.at)));
  }

  /** What a run under other rules stored of what people bore: this version can only say what may be told now. */
  async #take(run: number, hash: string, { kpis }: MeasuredWith): Promise<void> {
    if (this.#standing?.hash !== hash) {
      const personal = new Set(kpis.flatMap(({ id, isPersonal }) => (isPersonal ? [id] : [])));
      const byRun = new Map<number, SnapshotRow[]>();
      for await (const rows of this.#store.allSnapshots())
        for (const row of rows) {
          if (!personal.has(row.kpi)) continue;
          const ofRun = byRun.get(row.run);
          if (ofRun === undefined) byRun.set(row.run, [row]);
          else ofRun.push(row);
        }
      this.#standing = { hash, byRun };
    }
    const rows = this.#standing.byRun.get(run) ?? [];
    this.underOtherRules += rows.length;
    this.#values.add(rows);
  }
}

async function compare(
  store: Store,
  values: MemoryValues,
): Promise<Pick<Rebuilt, 'made' | 'stored' | 'differences' | 'told' | 'snapshots'>> {
  const made = new Map(values.all.map((row) => [nameOf(row), row]));
  const told: string[] = [];
  let differences = 0;
  let stored = 0;
  const differ = (text: () => string): void => {
    differences += 1;
    if (told.length < TOLD) told.push(text());
  };
  for await (const rows of store.allSnapshots()) {
    for (const row of rows) {
      stored += 1;
      const name = nameOf(row);
      const other = made.get(name);
      made.delete(name);
      if (other === undefined) differ(() => `${name}: stored, but the log does not give it`);
      else if (canonical(row) !== canonical(other)) differ(() => `${name}: ${difference(row, other)}`);
    }
  }
  for (const name of made.keys()) differ(() => `${name}: the log gives it, but it is not stored`);
  return { made: values.all.length, stored, differences, told, snapshots: values.all };
}

const nameOf = (row: SnapshotRow): string => `${row.kpi}, ${row.scope}, ${row.period}, revision ${row.revision}`;

/** A row as text with names in an order of their own, so that equal rows are equal to the byte. */
const canonical = (row: SnapshotRow): string => JSON.stringify(ordered(row));

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value === undefined ? null : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, ordered(part)]),
  );
};

function difference(stored: SnapshotRow, made: SnapshotRow): string {
  const other = new Map<string, unknown>(Object.entries(made));
  return Object.entries(stored)
    .filter(([name, value]) => JSON.stringify(ordered(value)) !== JSON.stringify(ordered(other.get(name))))
    .map(([name, value]) => `${name} is stored as ${JSON.stringify(value)}, the log gives ${JSON.stringify(other.get(name))}`)
    .join('; ');
}
