import type { Organisation, Scope } from '../event/organisation.ts';
import { nearest } from '../kpi/spelling.ts';
import { EngineError } from './engine.ts';

/** Names that are told where none is near; an organisation may have hundreds. */
const LISTED = 12;

/** `organisation`, `team:x` or `service:x` that exists; anything else is an EngineError with what was probably meant. */
export function scopeOf(text: string, organisation: Organisation): Scope {
  if (text === 'organisation') return text;
  const team = organisation.teams.find(({ id }) => text === `team:${id}`);
  if (team !== undefined) return `team:${team.id}`;
  const service = organisation.services.find(({ id }) => text === `service:${id}`);
  if (service !== undefined) return `service:${service.id}`;
  const [, kind = '', id = ''] = /^(team|service):(.*)$/s.exec(text) ?? [];
  if (kind === '')
    throw new EngineError(
      'not-found',
      `There is no scope "${text.slice(0, 100)}". Write organisation, team:ID or service:ID with an id of organisation.yaml.`,
    );
  throw noneCalled(kind, id, kind === 'team' ? organisation.teams : organisation.services);
}

/** Who typed a name by ear finds the one that was meant, whether by id or as people call it. */
function noneCalled(kind: string, id: string, known: readonly { readonly id: string; readonly name: string }[]): EngineError {
  const near = nearest(
    id,
    known.flatMap((one) => [one.id, one.name]),
  );
  const meant = known.find((one) => one.id === near || one.name === near);
  const none = `There is no ${kind} "${id.slice(0, 80)}".`;
  if (meant !== undefined)
    return new EngineError('not-found', `${none} Did you mean "${meant.id}"?`, {
      what: 'scope',
      id: `${kind}:${meant.id}`,
      label: meant.name,
    });
  const listed = known.slice(0, LISTED).map((one) => one.id);
  const rest = known.length - listed.length;
  const all = `${listed.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return new EngineError('not-found', `${none} organisation.yaml has ${known.length === 0 ? 'none' : all}.`);
}
