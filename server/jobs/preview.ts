import type { Organisation } from '../event/organisation.ts';
import { loadCatalogue } from '../kpi/catalogue.ts';
import { parseKpi } from '../kpi/parse.ts';
import type { Problem } from '../kpi/problem.ts';
import type { World } from '../kpi/world.ts';
import { diffOf, type KpiDiff, type Version } from './diff.ts';
import type { Definitions } from './definitions.ts';
import { EngineError } from './engine.ts';
import { scopeOf } from './scope.ts';
import { withinTime } from './turns.ts';

export interface PreviewAsked {
  /** A KPI file as it would be written. */
  readonly text: string;
  /** Where it would stand; for the places of problems, and to know it by when its id changes. */
  readonly file: string | null;
  /** `organisation`, `team:x`, `service:x`. */
  readonly scopes: readonly string[];
}

/** What a definition would have said. `diff` is null exactly where there are problems. */
export interface Preview {
  readonly problems: readonly Problem[];
  readonly diff: KpiDiff | null;
}

/** The same, to be sent: the difference is JSON already, because objects this large take long to hand over and to write. */
export interface PreviewMade {
  readonly problems: readonly Problem[];
  /** A KpiDiff as JSON, in UTF-8. */
  readonly diff: Uint8Array<ArrayBuffer> | null;
}

export const madeOf = ({ problems, diff }: Preview): PreviewMade => ({
  problems,
  diff: diff === null ? null : new TextEncoder().encode(JSON.stringify(diff)),
});

export interface PreviewRequest {
  readonly world: World;
  readonly organisation: Organisation;
  readonly definitions: Pick<Definitions, 'kpis' | 'entries'>;
  readonly digest: (text: string) => string;
  /** Ends the work between two passes. */
  readonly signal: AbortSignal;
  readonly asked: PreviewAsked;
}

/** Previews are made one at a time: each may look at every item of years. */
export class Previews {
  #isBusy = false;

  /** `make` makes one until the signal says that it takes too long. */
  async make(signal: AbortSignal, make: (signal: AbortSignal) => Promise<PreviewMade>): Promise<PreviewMade> {
    if (this.#isBusy) throw new EngineError('unavailable', 'Another preview is being made; ask again in a moment.');
    this.#isBusy = true;
    try {
      return await make(withinTime(signal));
    } finally {
      this.#isBusy = false;
    }
  }
}

/**
 * Reads a definition as if it stood in the folder and holds it against the one that is measured, over
 * the last 12 weeks and months. Its cases are not run. A file that is wrong is an answer, not an error.
 * @throws EngineError for a scope that does not exist, or where it takes too long
 */
export async function previewOf({ world, organisation, definitions, digest, signal, asked }: PreviewRequest): Promise<Preview> {
  const scopes = [...new Set(asked.scopes.map((scope) => scopeOf(scope, organisation)))];
  const { problems, after } = read(asked, definitions, digest);
  if (after === null) return { problems, diff: null };
  const { kpis } = definitions;
  const kpi = kpis.find(({ id }) => id === after.kpi.id) ?? kpis.find(({ file }) => isFile(file, asked.file ?? UNNAMED));
  return { problems, diff: await diffOf({ world, before: kpi === undefined ? null : { kpi, kpis }, after, scopes, signal }) };
}

interface Read {
  readonly problems: readonly Problem[];
  readonly after: Version | null;
}

/** No file has this name: it may not end like one. */
const UNNAMED = '(preview)';

/** Alone where it stands alone; with the whole folder where it combines others, which must be there and good. */
function read(
  { text, file }: PreviewAsked,
  definitions: Pick<Definitions, 'kpis' | 'entries'>,
  digest: (text: string) => string,
): Read {
  const name = file ?? UNNAMED;
  const { kpi, problems } = parseKpi(text, name, { digest });
  if (kpi === null) return { problems, after: null };
  const others = definitions.entries.filter((entry) => (file === null ? entry.kpi?.id !== kpi.id : !isFile(entry.file, file)));
  const holder = others.find((entry) => entry.kpi?.id === kpi.id);
  if (holder !== undefined) {
    const message = `the id '${kpi.id}' is taken by ${holder.file}`;
    const problem = { file: name, line: 1, column: 1, path: 'id', message, fix: 'Give one of the two another id' };
    return { problems: [problem], after: null };
  }
  const kpis = others.flatMap((entry) => entry.kpi ?? []);
  if (kpi.measure.type !== 'combine') return { problems, after: { kpi, kpis: [...kpis, kpi] } };
  const texts = others.map((entry) => ({ file: entry.file, text: entry.text }));
  const { files } = loadCatalogue([...texts, { file: UNNAMED, text }], { digest });
  const own = files.find((entry) => entry.file === UNNAMED);
  const found = own?.problems.map((problem) => ({ ...problem, file: name })) ?? [];
  return { problems: found, after: own?.kpi == null ? null : { kpi: own.kpi, kpis: [...kpis, own.kpi] } };
}

/** Files are known by their path from where the server runs; people may leave out the folder. */
const isFile = (path: string, named: string): boolean => path === named || path.endsWith(`/${named}`);
