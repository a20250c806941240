import type { Instant } from '../time/period.ts';
import type { Organisation, Service } from './organisation.ts';

/** The team that owned a service at an instant; its first owner also covers all time before. Null without owners. */
export function ownerOf(service: Service, instant: Instant): string | null {
  const { owners } = service;
  for (let index = owners.length - 1; index >= 0; index -= 1) {
    const owner = owners[index];
    if (owner !== undefined && (owner.since <= instant || index === 0)) return owner.team;
  }
  return null;
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
