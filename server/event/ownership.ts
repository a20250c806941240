import type { Instant } from '../time/period.ts';
import type { Organisation, Service } from './organisation.ts';

/**
 * The index of the owner at a moment, by when each began (ascending, in the unit of the moment): the
 * last who had begun; the first also covers all time before. -1 without owners.
 */
export function ownerAt(since: ArrayLike<number>, moment: number): number {
  let index = since.length - 1;
  while (index > 0 && (since[index] ?? 0) > moment) index -= 1;
  return index;
}

/** The team that owned a service at an instant; null without owners. */
export function ownerOf({ owners }: Service, instant: Instant): string | null {
  const since = owners.map((owner) => owner.since);
  return owners[ownerAt(since, instant)]?.team ?? null;
}

/** Whose an item is at an instant: the team it names, else its service's owner as of then, else nobody's. */
export function teamAt(
  organisation: Organisation,
  named: { readonly team: string | null; readonly service: string | null },
  instant: Instant,
): string | null {
  if (named.team !== null) return named.team;
  const service = organisation.services.find((each) => each.id === named.service);
  return service === undefined ? null : ownerOf(service, instant);
}
