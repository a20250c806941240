import type { Review } from '../../server/api/contract.ts';

export type Scope = Review['scopes'][number];
/** A line of the scope menu: services stand indented under their team. */
export interface ScopeLine {
  readonly scope: Scope;
  readonly depth: 0 | 1 | 2;
}

/** The organisation, then each team with its services, then services of no team; in the order given. */
export function scopeLines(scopes: readonly Scope[]): ScopeLine[] {
  const roots = scopes.filter(({ id }) => id === 'organisation');
  const teams = scopes.filter(({ id }) => id.startsWith('team:'));
  const services = scopes.filter(({ id }) => id.startsWith('service:'));
  const known = new Set(teams.map(({ id }) => id));
  const others = scopes.filter((scope) => !roots.includes(scope) && !teams.includes(scope) && !services.includes(scope));
  return [
    ...roots.map((scope): ScopeLine => ({ scope, depth: 0 })),
    ...teams.flatMap((team): ScopeLine[] => [
      { scope: team, depth: 1 },
      ...services.filter(({ parent }) => parent === team.id).map((scope): ScopeLine => ({ scope, depth: 2 })),
    ]),
    ...services.filter(({ parent }) => parent === null || !known.has(parent)).map((scope): ScopeLine => ({ scope, depth: 1 })),
    ...others.map((scope): ScopeLine => ({ scope, depth: 1 })),
  ];
}

/** Lines whose label holds every typed word, in any case; a team found by name brings its services along. */
export function searchScopes(lines: readonly ScopeLine[], typed: string): ScopeLine[] {
  const words = folded(typed)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [...lines];
  const matches = (scope: Scope): boolean => words.every((word) => folded(scope.label).includes(word));
  const teams = new Set(lines.filter(({ scope }) => scope.id.startsWith('team:') && matches(scope)).map(({ scope }) => scope.id));
  return lines.filter(({ scope }) => matches(scope) || (scope.parent !== null && teams.has(scope.parent)));
}

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
