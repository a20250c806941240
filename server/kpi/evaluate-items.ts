import type { ItemColumns } from '../event/columns.ts';
import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { attributionOf, scopeTable, type ScopeTable } from './attribution.ts';
import { bearersOf } from './bearers.ts';
import { Entries, cutsOf, sortIntoBuckets, type Buckets } from './buckets.ts';
import { bothCover, uncovered } from './emptiness.ts';
import { NO_TRAIL, emptyOutcome, evaluated, trailOf, type Outcome } from './evidence.ts';
import { durationMeasure } from './evaluate-duration.ts';
import { growthMeasure } from './evaluate-growth.ts';
import { overlapMeasure } from './evaluate-overlap.ts';
import { scoreMeasure } from './evaluate-score.ts';
import { spreadMeasure } from './evaluate-spread.ts';
import { ageMeasure, depthMeasure } from './evaluate-standing.ts';
import { compilerFor, countMeasure, ratioMeasure } from './evaluate-tally.ts';
import { orderOf, presentOf, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { Exclusion } from './measurement.ts';
import { onCallTime, type OnCall } from './on-call-time.ts';
import { isSmallRotation } from './privacy-quarters.ts';
import { spanOf, spansOf } from './privacy-spans.ts';
import { hiddenBuckets } from './privacy.ts';
import { NO_ROTATION, rotationOf, type Rotation } from './rotation.ts';
import type { Evaluated, World } from './world.ts';

type ItemMeasureOf = Extract<
  Measure,
  { type: 'duration' | 'ratio' | 'count' | 'depth' | 'age' | 'overlap' | 'score' | 'spread' }
>;

/** One pass over the items of a kind, for all scopes and periods at once. */
export const evaluateItems = (
  kpi: Kpi,
  measure: ItemMeasureOf,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const columns = world.columns(measure.of);
  const shownBy = spanOf(measure);
  const spans = kpi.isPersonal ? spansOf(world.organisation.calendar, periods, shownBy) : null;
  const all = spans?.all ?? periods;
  const cuts = cutsOf(all, world.now);
  const isPerOnCall = measure.type === 'count' && measure.per === '12 hours on call';
  // Whoever was on call could have been the one, so all of them are the group among which someone is hidden.
  const isOfOnCall =
    isPerOnCall ||
    measure.of === 'interruption' ||
    measure.of === 'disrupted_hour' ||
    (measure.type === 'spread' && measure.of === 'page');
  const table = tableFor(kpi, world, columns, scopes, isOfOnCall || measure.type === 'spread');
  const onCall = isOfOnCall ? onCallTime(world, table, cuts) : null;
  const rotation = measure.type === 'spread' ? rotationOf(world, table, cuts) : null;
  const attribution = attributionOf(columns, world.organisation, table);
  const compile = compilerFor({ columns, world, attribution });
  const pass: ItemPass = {
    kpi,
    world,
    columns,
    order: orderOf(columns),
    cuts,
    attribution,
    filter: compile(kpi.where),
    entries: new Entries(),
    reasons: [''],
    now: presentOf(world),
  };
  const rule = ruleOf(measure, compile, isPerOnCall ? onCall : null, table, rotation);
  rule.collect(pass);
  const whole = rule.isPlacedByScope === true ? -1 : table.organisation;
  const buckets = sortIntoBuckets(pass.entries, cuts, table.scopes.length, whole);

  const isGrowth = measure.type === 'depth' && measure.growth;
  const isStanding = measure.type === 'depth' || measure.type === 'age';
  const own = world.coverage({ kind: measure.of });
  const coverage = isPerOnCall || rotation !== null ? bothCover(own, world.coverage({ kind: 'shift' })) : own;
  const emptiness = periods.map(
    (period) =>
      // What changed over a period takes its beginning and its end.
      (isGrowth ? uncovered(period, coverage, world.now, false) : null) ?? uncovered(period, coverage, world.now, isStanding),
  );
  const hidden = spans === null ? null : hiddenBuckets(table, spans, bearersOf(pass, onCall), world.now, shownBy);
  const isHidden = (bucket: number): boolean =>
    hidden?.[bucket] === 1 || (rotation !== null && isSmallRotation(rotation.peopleOf(bucket).size));
  const scratch = new Float64Array(largest(buckets));

  return scopes.flatMap((scope) => {
    const first = table.scopes.indexOf(scope) * all.length;
    return periods.map((period, index) => {
      const bucket = first + index;
      const lacking = emptiness[index] ?? (isHidden(bucket) ? 'hidden' : null);
      if (lacking !== null) return evaluated(kpi, world, scope, period, emptyOutcome(lacking), NO_TRAIL);
      const members = buckets.members.subarray(buckets.start[bucket], buckets.start[bucket + 1]);
      const outcome = outcomeOf(pass, rule, bucket, index, members, scratch);
      const trail = trailOf(columns, pass.entries, members, pass.reasons);
      // What people bore is shown as a number only; the digest still notices when it moves.
      return kpi.isPersonal
        ? evaluated(kpi, world, scope, period, outcome, NO_TRAIL, trail)
        : evaluated(kpi, world, scope, period, outcome, trail);
    });
  });
};

const ruleOf = (
  measure: ItemMeasureOf,
  compile: ReturnType<typeof compilerFor>,
  onCall: OnCall | null,
  table: ScopeTable,
  rotation: Rotation | null,
): ItemMeasure => {
  switch (measure.type) {
    case 'duration':
      return durationMeasure(measure);
    case 'ratio':
      return ratioMeasure(measure, compile);
    case 'count':
      return countMeasure(measure, onCall);
    case 'depth':
      return measure.growth ? growthMeasure(table.organisation) : depthMeasure();
    case 'age':
      return ageMeasure(measure);
    case 'overlap':
      return overlapMeasure(measure);
    case 'score':
      return scoreMeasure(measure);
    case 'spread':
      return spreadMeasure(measure, rotation ?? NO_ROTATION);
  }
};

const tableFor = (kpi: Kpi, world: World, columns: ItemColumns, scopes: readonly Scope[], isOfShifts: boolean): ScopeTable => {
  if (!kpi.isPersonal) return scopeTable(scopes, null, null);
  const { organisation } = world;
  const all = isOfShifts ? [columns, world.columns('shift'), world.columns('membership')] : [columns];
  const services = [
    ...organisation.services.map((service) => service.id),
    ...all.flatMap((each) => each.stretchService.dictionary),
  ];
  const owners = organisation.services.flatMap((service) => service.owners.map((owner) => owner.team));
  const teams = [...organisation.teams.map((team) => team.id), ...owners, ...all.flatMap((each) => each.stretchTeam.dictionary)];
  return scopeTable(scopes, teams, services);
};

const outcomeOf = (
  pass: ItemPass,
  rule: ItemMeasure,
  index: number,
  period: number,
  members: Int32Array,
  scratch: Float64Array,
): Outcome => {
  const { entries, reasons } = pass;
  let count = 0;
  let excluded: number[] | null = null;
  for (const entry of members) {
    const reason = entries.reason[entry] ?? 0;
    if (reason === 0) {
      scratch[count] = entries.value[entry] ?? 0;
      count += 1;
    } else {
      excluded ??= new Array<number>(reasons.length).fill(0);
      excluded[reason] = (excluded[reason] ?? 0) + 1;
    }
  }
  const sorted = scratch.subarray(0, count).sort();
  const { value, emptiness, also } = rule.finish(pass, { index, period, sorted, members });
  return { value, emptiness, count, exclusions: excluded === null ? [] : exclusionsOf(excluded, reasons), also };
};

/** In alphabetical order, so that it does not matter which was met first. */
const exclusionsOf = (counts: readonly number[], reasons: readonly string[]): Exclusion[] =>
  counts
    .map((count, index) => ({ reason: reasons[index] ?? '', count }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => (left.reason < right.reason ? -1 : 1));

const largest = (buckets: Buckets): number => {
  let size = 0;
  for (let bucket = 1; bucket < buckets.start.length; bucket += 1) {
    size = Math.max(size, (buckets.start[bucket] ?? 0) - (buckets.start[bucket - 1] ?? 0));
  }
  return size;
};
