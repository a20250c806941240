import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { windowOver } from './bucket-window.ts';
import { sortIntoBuckets } from './buckets.ts';
import { collected, isPerOnCall, partOf, wholeOf, type ItemMeasureOf } from './collected.ts';
import { bothCover, uncovered } from './emptiness.ts';
import { listsOf, type KeepLists } from './entry-lists.ts';
import { NO_TRAIL, emptyOutcome, evaluated, listOf, type Trail } from './evidence.ts';
import type { Kpi } from './kpi.ts';
import { EMPTY_HASH } from './list-hash.ts';
import type { EvidenceItem } from './measurement.ts';
import type { FoundBefore } from './open-spells.ts';
import type { PassPart, Share } from './pass-part.ts';
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
  const spans = kpi.isPersonal ? spansOf(world.organisation.calendar, periods, shownBy) : null;
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
  const { pass, rule, table, rotation } = made;

  const isGrowth = measure.type === 'depth' && measure.growth;
  const isStanding = measure.type === 'depth' || measure.type === 'age';
  const own = world.coverage({ kind: measure.of });
  const coverage = isPerOnCall(measure) || rotation !== null ? bothCover(own, world.coverage({ kind: 'shift' })) : own;
  const emptiness = periods.map(
    (period) =>
      // What changed over a period takes its beginning and its end.
      (isGrowth ? uncovered(period, coverage, world.now, false) : null) ?? uncovered(period, coverage, world.now, isStanding),
  );
  const hidden = spans === null || pass.bearers === null ? null : hiddenBuckets(table, spans, pass.bearers, world.now, shownBy);
  const isHidden = (bucket: number): boolean =>
    hidden?.[bucket] === 1 || (rotation !== null && isSmallRotation(rotation.sizeOf(bucket)));
  const window = windowOver(made);
  // What people bore is shown as a number only; the digest still notices when it moves.
  const listed = (scope: number, period: number): EvidenceItem[] => {
    const [asked, during] = [table.scopes[scope], periods[period]];
    return kpi.isPersonal || asked === undefined || during === undefined ? [] : listBehind(kpi, measure, world, asked, during);
  };

  let hashed = digests === 'at once' ? pass.sums : null;
  const hashes = (): Sums | null => {
    if (hashed === null) {
      hashed = collected({ ...asked, wantsHashes: true, wantsBearers: false }).pass.sums;
      hashed?.release();
    }
    return hashed;
  };

  const lists = keeps ? listsOf(made) : null;
  // Most of a large grid may not be wanted: one stands for all of those.
  let unwanted: Evaluated | null = null;
  const results = scopes.flatMap((scope) => {
    const index = table.scopes.indexOf(scope);
    return periods.map((period, at) => {
      if (wanted !== null && !wanted(scope, period))
        return (unwanted ??= evaluated(kpi, scope, period, emptyOutcome('no data'), NO_TRAIL));
      const lacking = emptiness[at] ?? (isHidden(index * all.length + at) ? 'hidden' : null);
      if (lacking !== null) return evaluated(kpi, scope, period, emptyOutcome(lacking), NO_TRAIL);
      if (lists !== null) lists.isListed[index * all.length + at] = 1;
      window.move(index, at);
      const { value, emptiness: lack, also } = rule.finish(pass, window.bucket);
      const outcome = { value, emptiness: lack, count: window.bucket.count, exclusions: window.exclusions(), also };
      return evaluated(kpi, scope, period, outcome, new ItemTrail(listed, hashes, index, at));
    });
  });
  pass.sums?.release();
  keep?.take(lists);
  return results;
};

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
    periods: kpi.isPersonal ? spansOf(world.organisation.calendar, periods, spanOf(measure)).all : periods,
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
  readonly #listed: (scope: number, period: number) => EvidenceItem[];
  readonly #hashes: () => Sums | null;
  readonly #scope: number;
  readonly #period: number;

  constructor(
    listed: (scope: number, period: number) => EvidenceItem[],
    hashes: () => Sums | null,
    scope: number,
    period: number,
  ) {
    this.#listed = listed;
    this.#hashes = hashes;
    this.#scope = scope;
    this.#period = period;
  }

  items(): EvidenceItem[] {
    return this.#listed(this.#scope, this.#period);
  }

  hash(): string {
    return this.#hashes()?.hashOf(this.#scope, this.#period) ?? EMPTY_HASH;
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
