import { parseOrganisation } from '../kpi/organisation.ts';
import type { Organisation } from '../event/organisation.ts';
import { loadCatalogue } from '../kpi/catalogue.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { StoreError, type Store, type StoredRun } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { SourceShape } from './coverage.ts';

/** Everything besides events and pulls that decides what a measuring gives. */
export interface MeasuredWith {
  readonly organisation: Organisation;
  readonly kpis: readonly Kpi[];
  readonly sources: readonly SourceShape[];
  /** Version of the time zone data: other rules cut other days. */
  readonly zoneData: string;
  /** Version of the rules of what may be told of people (kpi/privacy-rules.ts); 0 in runs that did not keep it. */
  readonly privacyRules: number;
}

/** The texts that it was read from, as they are kept. */
export interface KeptTexts {
  readonly organisation: string;
  /** File names and definition hashes; the texts are kept by their hashes when they are first read. */
  readonly kpis: readonly (readonly [file: string, definition: string])[];
  readonly sources: readonly SourceShape[];
  readonly zoneData: string;
  readonly privacyRules?: number;
}

/** What the run log keeps of each run, beside its time and watermark. */
export interface RunDetail {
  /** Hash under which MeasuredWith is kept. */
  readonly with: string;
  /** Number of the last pull that it knew of. */
  readonly pull: number;
  /** For a publication: the values it pinned, as KPI and period, and the review as it was shown. */
  readonly pinned?: readonly (readonly [kpi: string, period: string])[];
  readonly scope?: string;
  readonly review?: unknown;
}

/** Keeps what is measured with under a hash of its content, once, and returns the hash. */
export async function keepMeasuredWith(
  store: Store,
  texts: KeptTexts,
  digest: (text: string) => string,
  recordedAt: Instant,
): Promise<string> {
  const organisation = digest(texts.organisation);
  const sources = texts.sources.map(({ id, kinds, series, staleAfterMs }) => ({ id, kinds, series, staleAfterMs }));
  const { kpis, zoneData, privacyRules } = texts;
  const text = JSON.stringify({ organisation, kpis, sources, zoneData, privacyRules });
  const hash = digest(text);
  if ((await store.definition(hash)) === null) {
    await store.keepDefinition({ hash: organisation, kpi: 'organisation.yaml', text: texts.organisation, recordedAt });
    await store.keepDefinition({ hash, kpi: 'measured with', text, recordedAt });
  }
  return hash;
}

/**
 * Reads back what a run measured with.
 * @throws StoreError `corrupt` where a part of it was not kept or cannot be read
 */
export async function readMeasuredWith(store: Store, hash: string, digest: (text: string) => string): Promise<MeasuredWith> {
  const kept = (await store.definition(hash))?.text;
  const texts: unknown = kept === undefined ? null : JSON.parse(kept);
  if (!isKept(texts)) throw lost(`what runs measured with (${hash})`);
  const files: { file: string; text: string }[] = [];
  for (const [file, definition] of texts.kpis) {
    const text = (await store.definition(definition))?.text;
    if (text === undefined) throw lost(`the definition ${definition} of ${file}`);
    files.push({ file, text });
  }
  const organisationText = (await store.definition(texts.organisation))?.text;
  const { organisation } = parseOrganisation(organisationText ?? '', 'organisation.yaml');
  if (organisation === null) throw lost(`organisation.yaml (${texts.organisation})`);
  return {
    organisation,
    kpis: [...loadCatalogue(files, { digest }).kpis.values()],
    sources: texts.sources,
    zoneData: texts.zoneData,
    privacyRules: texts.privacyRules ?? 0,
  };
}

const lost = (what: string): StoreError =>
  new StoreError(
    'corrupt',
    `The database does not hold ${what}, or this version cannot read it.`,
    'Use the version that measured with it, or restore a backup.',
  );

interface Kept extends KeptTexts {
  readonly organisation: string;
}

const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && 'organisation' in value && 'kpis' in value && 'sources' in value;

/** What the log says of a run; null for one of an early version, which kept too little to repeat it. */
export function detailOf(run: StoredRun | null): RunDetail | null {
  const detail: unknown = run === null ? null : JSON.parse(run.detail);
  return isDetail(detail) ? detail : null;
}

const isDetail = (value: unknown): value is RunDetail =>
  typeof value === 'object' &&
  value !== null &&
  'with' in value &&
  typeof value.with === 'string' &&
  'pull' in value &&
  typeof value.pull === 'number';

/**
 * Why settled values may come out different under another organisation: `redefined` where time is cut
 * or hours are named otherwise, `remapped` where teams and services changed. Null where neither did.
 */
export function organisationChange(before: MeasuredWith, after: MeasuredWith): 'redefined' | 'remapped' | null {
  const rules = ({ organisation: { calendar, hours, holidays, teams }, zoneData }: MeasuredWith): string =>
    textOf([calendar, hours, holidays, teams.map(({ id, name: _, ...rest }) => [id, rest]), zoneData]);
  if (rules(before) !== rules(after)) return 'redefined';
  const owners = ({ organisation }: MeasuredWith): string =>
    textOf([organisation.services.map(({ id, owners: own }) => [id, own])]);
  return owners(before) === owners(after) ? null : 'remapped';
}

/** Zones are compared by name. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && 'startOfDay' in part && 'name' in part ? part.name : part,
  );
