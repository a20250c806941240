import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { BucketWindow } from './bucket-window.ts';
import { sortIntoBuckets } from './buckets.ts';
import { collected, isByHours, isPerOnCall, partOf, wholeOf, type Collected, type ItemMeasureOf } from './collected.ts';
import { bothCover, uncovered } from './emptiness.ts';
import { listsOf, type EntryLists, type KeepLists } from './entry-lists.ts';
import { NO_TRAIL, emptyOutcome, evaluated, listOf, type Trail } from './evidence.ts';
import type { Kpi } from './kpi.ts';
import { EMPTY_HASH } from './list-hash.ts';
import type { Emptiness, EvidenceItem } from './measurement.ts';
import type { FoundBefore } from './open-spells.ts';
import type { PassPart, Share } from './pass-part.ts';
import { hiddenByHours } from './privacy-hours.ts';
import { isSmallRotation } from './privacy-quarters.ts';
import { spanOf, spansOf } from './privacy-spans.ts';
import { hiddenBuckets } from './privacy.ts';
import type { Sums } from './sums.ts';
import type { Digests, Evaluated, Wanted, World } from './world.ts';

/** One pass over the items of a kind, for all scopes and periods at once. */
export const evaluateItems = (
  kpi: Kpi,
  measure: ItemMeasureOf,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  digests: Digests,
  keep: KeepLists | null,
  wanted: Wanted | null = null,
  parts: readonly PassPart[] | null = null,
  before: FoundBefore | null = null,
  ofAny: Wanted | null = wanted,
): Evaluated[] => {
  const shownBy = spanOf(measure);
  const spans = kpi.isPersonal ? spansOf(world.organisation.calendar, periods, shownBy, isByHours(kpi, measure)) : null;
  const all = spans?.all ?? periods;
  const asked = { kpi, measure, world, scopes, periods: all, wantsSums: true, wantsEntries: false };
  const keeps = keep !== null && !kpi.isPersonal;
  const made = collected({
    ...asked,
    wantsEntries: keeps,
    alike: keeps ? keep.alike : null,
    wantsHashes: digests === 'at once',
    wantsBearers: kpi.isPersonal,
    wanted: ofAny,
    parts,
    before,
  });
  const { pass, table, rotation } = made;

  const isGrowth = measure.type === 'depth' && measure.growth;
  const isStanding = measure.type === 'depth' || measure.type === 'age';
  const own = world.coverage({ kind: measure.of });
  const coverage = isPerOnCall(measure) || rotation !== null ? bothCover(own, world.coverage({ kind: 'shift' })) : own;
  const emptiness = periods.map(
    (period) =>
      // What changed over a period takes its beginning and its end.
      (isGrowth ? uncovered(period, coverage, world.now, false) : null) ?? uncovered(period, coverage, world.now, isStanding),
  );
  const { bearers } = pass;
  const hidden =
    spans === null || bearers === null
      ? null
      : !isByHours(kpi, measure)
        ? hiddenBuckets(table, spans, bearers, world.now, shownBy)
        : hiddenByHours(kpi, table, spans, bearers, world.now, shownBy);
  const lists = keeps ? listsOf(made) : null;
  const results = new Results(
    { ...asked, periods, emptiness, hidden, width: all.length, lists },
    made,
    digests === 'at once' ? pass.sums : null,
    () => collected({ ...asked, wantsHashes: true, wantsBearers: false }).pass.sums,
  );
  const found: Evaluated[] = [];
  for (const scope of scopes) {
    const index = table.scopes.indexOf(scope);
    for (let at = 0; at < periods.length; at += 1) {
      const period = periods[at];
      if (period === undefined) continue;
      found.push(
        wanted === null || wanted(scope, period) ? results.of(scope, index, period, at) : results.unwanted(scope, period),
      );
    }
  }
  pass.sums?.release();
  keep?.take(lists);
  return found;
};

/** What the buckets of a finished pass are read with. */
interface Reading {
  readonly kpi: Kpi;
  readonly measure: ItemMeasureOf;
  readonly world: World;
  readonly periods: readonly Period[];
  /** By period. */
  readonly emptiness: readonly (Emptiness | null)[];
  /** By bucket; null where nothing is hidden. */
  readonly hidden: Uint8Array | null;
  /** Periods of the pass, of which more may be looked at than are asked for. */
  readonly width: number;
  readonly lists: EntryLists | null;
}

/** One bucket after another as it is published. A class, so that what runs for each is compiled once for all evaluations. */
class Results {
  readonly #reading: Reading;
  readonly #made: Collected;
  readonly #window: BucketWindow;
  readonly #hash: () => Sums | null;
  #hashed: Sums | null;
  /** Most of a large grid may not be wanted: one stands for all of those. */
  #unwanted: Evaluated | null = null;

  constructor(reading: Reading, made: Collected, hashed: Sums | null, hash: () => Sums | null) {
    this.#reading = reading;
    this.#made = made;
    this.#window = new BucketWindow(made);
    this.#hashed = hashed;
    this.#hash = hash;
  }

  unwanted(scope: Scope, period: Period): Evaluated {
    return (this.#unwanted ??= evaluated(this.#reading.kpi, scope, period, emptyOutcome('no data'), NO_TRAIL));
  }

  of(scope: Scope, index: number, period: Period, at: number): Evaluated {
    const { emptiness, kpi, lists, width } = this.#reading;
    const bucket = index * width + at;
    const lacking = emptiness[at] ?? (this.#isHidden(bucket) ? 'hidden' : null);
    if (lacking !== null) return evaluated(kpi, scope, period, emptyOutcome(lacking), NO_TRAIL);
    if (lists !== null) lists.isListed[bucket] = 1;
    const window = this.#window;
    window.move(index, at);
    const { value, emptiness: lack, also } = this.#made.rule.finish(this.#made.pass, window.bucket);
    const outcome = { value, emptiness: lack, count: window.bucket.count, exclusions: window.exclusions(), also };
    return evaluated(kpi, scope, period, outcome, new ItemTrail(this, index, at));
  }

  #isHidden(bucket: number): boolean {
    if (this.#reading.hidden?.[bucket] === 1) return true;
    const { rotation } = this.#made;
    return rotation !== null && isSmallRotation(rotation.sizeOf(bucket));
  }

  /** What people bore is shown as a number only; the digest still notices when it moves. */
  listed(index: number, at: number): EvidenceItem[] {
    const { kpi, measure, periods, world } = this.#reading;
    const [scope, period] = [this.#made.table.scopes[index], periods[at]];
    return kpi.isPersonal || scope === undefined || period === undefined ? [] : listBehind(kpi, measure, world, scope, period);
  }

  hashes(): Sums | null {
    if (this.#hashed === null) {
      this.#hashed = this.#hash();
      this.#hashed?.release();
    }
    return this.#hashed;
  }
}

/** What the same evaluation finds in a share of the rows, to be given to one as `parts`. */
export const evaluateShare = (
  kpi: Kpi,
  measure: ItemMeasureOf,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  digests: Digests,
  share: Share,
): PassPart => {
  const made = collected({
    kpi,
    measure,
    world,
    scopes,
    periods: kpi.isPersonal
      ? spansOf(world.organisation.calendar, periods, spanOf(measure), isByHours(kpi, measure)).all
      : periods,
    wantsSums: true,
    wantsEntries: false,
    wantsHashes: digests === 'at once',
    wantsBearers: kpi.isPersonal,
    share,
  });
  return partOf(made, share);
};

/** There are as many as buckets, so they hold little. */
class ItemTrail implements Trail {
  readonly #results: Results;
  readonly #scope: number;
  readonly #period: number;

  constructor(results: Results, scope: number, period: number) {
    this.#results = results;
    this.#scope = scope;
    this.#period = period;
  }

  items(): EvidenceItem[] {
    return this.#results.listed(this.#scope, this.#period);
  }

  hash(): string {
    return this.#results.hashes()?.hashOf(this.#scope, this.#period) ?? EMPTY_HASH;
  }
}

/** The list behind a number: the same pass once more, for its scope and period alone, with entries kept. */
const listBehind = (kpi: Kpi, measure: ItemMeasureOf, world: World, scope: Scope, period: Period): EvidenceItem[] => {
  const made = collected({
    kpi,
    measure,
    world,
    scopes: [scope],
    periods: [period],
    wantsSums: false,
    wantsHashes: false,
    wantsEntries: true,
    wantsBearers: false,
  });
  const { pass } = made;
  const { members } = sortIntoBuckets(pass.entries, pass.cuts, 1, wholeOf(made));
  return listOf(pass.columns, pass.entries, members, pass.reasons);
};
