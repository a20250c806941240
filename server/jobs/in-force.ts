import type { Organisation } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { PRIVACY_RULES } from '../kpi/privacy-rules.ts';
import { formatProblem } from '../kpi/problem.ts';
import type { Source } from '../sources/source.ts';
import type { Instant } from '../time/period.ts';
import { folderFingerprint, readDefinitions, withLastGood, type Definitions } from './definitions.ts';
import { EngineError } from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import type { Outlook } from './knowledge.ts';
import { keepMeasuredWith, type MeasuredWith } from './measured-with.ts';

/** The definitions, sources and organisation that hold now: of the files as they were read last, or their last good version. */
export class InForce {
  readonly #tools: EngineTools;
  #definitions: Definitions;
  #organisation: Organisation;
  #organisationText: string;
  /** What is measured with, and the hash it is kept under; null where it is not kept yet. */
  #with: { readonly with: MeasuredWith; readonly hash: string } | null = null;

  private constructor(tools: EngineTools, definitions: Definitions, organisation: Organisation) {
    this.#tools = tools;
    this.#definitions = definitions;
    this.#organisation = organisation;
    this.#organisationText = definitions.organisationText;
  }

  /** Throws EngineError where organisation.yaml cannot be used. */
  static async read(tools: EngineTools): Promise<InForce> {
    const read = readDefinitions(tools.kpiFolder, tools);
    if (read.organisation === null) {
      throw new EngineError(
        'invalid',
        `${tools.kpiFolder} cannot be used:\n${read.settingsProblems.map(formatProblem).join('\n')}`,
      );
    }
    return new InForce(tools, await withLastGood(read, tools.store, tools.digest, tools.clock()), read.organisation);
  }

  get definitions(): Definitions {
    return this.#definitions;
  }

  get kpis(): readonly Kpi[] {
    return this.#definitions.kpis;
  }

  get sources(): readonly Source[] {
    return this.#definitions.sources;
  }

  get organisation(): Organisation {
    return this.#organisation;
  }

  /** The text that the organisation was read from. */
  get organisationText(): string {
    return this.#organisationText;
  }

  /** Reads the folder again when a file changed; what is broken keeps its last good version. */
  async reload(): Promise<void> {
    const { kpiFolder, store, digest, clock, log } = this.#tools;
    if (folderFingerprint(kpiFolder) === this.#definitions.fingerprint) return;
    const definitions = await withLastGood(readDefinitions(kpiFolder, this.#tools), store, digest, clock());
    const keepsSources = definitions.sources.length === 0 && definitions.settingsProblems.length > 0;
    this.#definitions = { ...definitions, sources: keepsSources ? this.#definitions.sources : definitions.sources };
    this.#with = null;
    if (definitions.organisation !== null) {
      this.#organisation = definitions.organisation;
      this.#organisationText = definitions.organisationText;
    }
    log('info', 'read the definitions again, because a file changed');
  }

  /** The present as the past is looked at, for moments before anything was measured. */
  get present(): MeasuredWith {
    const { sources, kpis } = this.#definitions;
    const { zoneData, privacyRules = PRIVACY_RULES } = this.#tools;
    return { organisation: this.#organisation, kpis, sources, zoneData, privacyRules };
  }

  /** What is measured with now; kept in the store before anything is measured with it. */
  async measuredWith(now: Instant): Promise<{ readonly with: MeasuredWith; readonly hash: string }> {
    if (this.#with !== null) return this.#with;
    const { store, digest } = this.#tools;
    const { present } = this;
    const hash = await keepMeasuredWith(
      store,
      {
        organisation: this.#organisationText,
        kpis: present.kpis.map(({ file, definition }) => [file, definition] as const),
        sources: present.sources,
        zoneData: present.zoneData,
        privacyRules: present.privacyRules,
      },
      digest,
      now,
    );
    return (this.#with = { with: present, hash });
  }

  /** What was kept last, null before anything was. */
  get keptWith(): { readonly with: MeasuredWith; readonly hash: string } | null {
    return this.#with;
  }

  outlook(now: Instant): Outlook {
    return { organisation: this.#organisation, kpis: this.#definitions.kpis, now, digest: this.#tools.digest };
  }
}
