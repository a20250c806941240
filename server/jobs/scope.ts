import type { Organisation, Scope } from '../event/organisation.ts';
import { EngineError } from './engine.ts';

/** `organisation`, `team:x` or `service:x` that exists; anything else is an EngineError with what to write. */
export function scopeOf(text: string, organisation: Organisation): Scope {
  if (text === 'organisation') return text;
  const team = organisation.teams.find(({ id }) => text === `team:${id}`);
  if (team !== undefined) return `team:${team.id}`;
  const service = organisation.services.find(({ id }) => text === `service:${id}`);
  if (service !== undefined) return `service:${service.id}`;
  throw new EngineError(
    'not-found',
    `There is no scope "${text.slice(0, 100)}". Write organisation, team:ID or service:ID with an id of organisation.yaml.`,
  );
}
