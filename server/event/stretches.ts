import type { Instant } from '../time/period.ts';
import type { Fact } from './facts.ts';
import type { Stretch } from './item.ts';
import type { State } from './kinds.ts';
import type { Entry } from './walk.ts';

type Growing = { -readonly [part in keyof Stretch]: Stretch[part] };

/**
 * Cuts an item's time wherever its state, team, service or severity changed. What its earliest facts
 * say of team, service and severity holds back to `start`, which stated dates may put before them.
 */
export function stretchesOf(facts: readonly Fact[], entries: readonly Entry[], start: Instant): Stretch[] {
  const stretches: Growing[] = [];
  let state: State | null = null;
  let team: string | null = null;
  let service: string | null = null;
  let severity: number | null = null;
  let nextFact = 0;
  let nextEntry = 0;
  let from = start;
  let reach = Math.max(start, facts[0]?.effectiveAt ?? start);
  for (;;) {
    for (let fact = facts[nextFact]; fact !== undefined && fact.effectiveAt <= reach; fact = facts[++nextFact]) {
      team = textOf(fact, 'team', team);
      service = textOf(fact, 'service', service);
      severity = severityOf(fact, severity);
    }
    for (let entry = entries[nextEntry]; entry !== undefined && entry.at <= from; entry = entries[++nextEntry])
      state = entry.state;
    const last = stretches.at(-1);
    const hasChanged =
      last === undefined || last.state !== state || last.team !== team || last.service !== service || last.severity !== severity;
    if (hasChanged) {
      if (last !== undefined) last.to = from;
      stretches.push({ from, to: null, state, team, service, severity });
    }
    const next = Math.min(facts[nextFact]?.effectiveAt ?? Infinity, entries[nextEntry]?.at ?? Infinity);
    if (next === Infinity) return stretches;
    from = next;
    reach = Math.max(reach, next);
  }
}

function textOf(fact: Fact, name: 'team' | 'service', before: string | null): string | null {
  const value = fact.fields[name];
  if (value === undefined) return before;
  return typeof value === 'string' && value !== '' ? value : null;
}

function severityOf(fact: Fact, before: number | null): number | null {
  const value = fact.fields['severity'];
  if (value === undefined) return before;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The part of a list of stretches in [from, to). */
export function clip(stretches: readonly Stretch[], from: Instant, to: Instant | null): Stretch[] {
  return stretches
    .filter((stretch) => (stretch.to === null || stretch.to > from) && (to === null || stretch.from < to))
    .map((stretch) => ({
      ...stretch,
      from: Math.max(stretch.from, from),
      to: to === null ? stretch.to : Math.min(stretch.to ?? to, to),
    }));
}
