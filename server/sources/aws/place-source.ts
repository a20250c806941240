import type { Kind } from '../../event/kinds.ts';
import type { SourceEntry } from '../config.ts';
import type { PullBatch, PullContext, PullEnd, Source } from '../source.ts';
import { dryRunOf } from './dry-run.ts';
import { pullParts } from './parts.ts';
import type { AwsPlace } from './place.ts';
import type { AwsAccess } from './policy.ts';

/** How one Region of one account is read, from where it came last. */
export type PullPlace = (place: AwsPlace, context: PullContext) => AsyncGenerator<PullBatch, PullEnd, void>;

/** What sources of a type have in common, and what they must be allowed (`actions.ts` of each). */
interface Shape extends Omit<AwsAccess, 'places'> {
  readonly type: string;
  readonly kinds: readonly Kind[];
  readonly series: readonly string[];
}

/** A source that reads places side by side, each with its own cursor. */
export function placeSource(
  { id, name, schedule, staleAfterMs }: SourceEntry,
  { type, kinds, series, actions, confine, check }: Shape,
  places: readonly AwsPlace[],
  pullPlace: PullPlace,
): Source {
  const parts = places.map((place) => ({
    name: place.name,
    pull: (context: PullContext) => pullPlace(place, context),
  }));
  const pull = (context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> => pullParts(parts, context);
  return {
    id,
    type,
    name,
    kinds,
    series,
    schedule,
    staleAfterMs,
    aws: { places, actions, check, ...(confine === undefined ? {} : { confine }) },
    pull,
    dryRun: (context, rows) => dryRunOf(pull(context), rows),
  };
}
