import { KINDS, STATES, type Kind } from '../event/kinds.ts';
import { fieldsOf, pluralWords } from './fields.ts';
import type { Measure } from './kpi.ts';
import { momentAt, part, summaryOf } from './parse-parts.ts';
import type { Reader } from './reader.ts';
import { DurationSchema, OverlapSchema } from './schema-measure.ts';
import { nearest, suggestion } from './spelling.ts';

type Body = Readonly<Record<string, unknown>>;

/** `duration: { of, from, to, excluding?, clock? }`. */
export const durationOf = (
  reader: Reader,
  body: Body,
  kind: Kind,
  summarise: unknown,
): Extract<Measure, { type: 'duration' }> => {
  const { from, to } = momentsOf(reader, body, 'duration', kind);
  const excluding = part(DurationSchema.properties.excluding, body['excluding']) ?? [];
  for (const [index, state] of excluding.entries()) {
    const path = ['measure', 'duration', 'excluding', index];
    if (!KINDS[kind].hasStates) reader.report(path, `${pluralWords(kind)} have no states to leave out`, "Remove 'excluding'");
    else if (!STATES.some((known) => known === state))
      reader.report(path, `'${state}' is not a state`, suggestion(state, STATES, 'States'));
  }
  const clock = part(DurationSchema.properties.clock, body['clock']) ?? 'wall';
  return { type: 'duration', of: kind, from, to, excluding, clock, summarise: summaryOf(summarise) };
};

/** `overlap: { of, from, to, once_per? }`. */
export const overlapOf = (reader: Reader, body: Body, kind: Kind): Extract<Measure, { type: 'overlap' }> => {
  const { from, to } = momentsOf(reader, body, 'overlap', kind);
  const oncePer = part(OverlapSchema.properties.once_per, body['once_per']) ?? null;
  if (oncePer !== null) checkOncePer(reader, oncePer, kind);
  return { type: 'overlap', of: kind, from, to, oncePer };
};

const checkOncePer = (reader: Reader, name: string, kind: Kind): void => {
  const path = ['measure', 'overlap', 'once_per'];
  const fields = fieldsOf(kind);
  const field = fields.get(name);
  if (field?.type === 'code') return;
  if (field?.type === 'person') {
    reader.report(path, `'${name}' names people`, 'Leave it out: people are not metrics; ask by team, service or rotation');
    return;
  }
  const usable = [...fields].filter(([, { type }]) => type === 'code').map(([known]) => known);
  const own = usable.filter((known) => !known.includes('.'));
  reader.report(
    path,
    field === undefined ? `${pluralWords(kind)} have no field '${name}'` : `'${name}' is no name that items could share`,
    suggestion(name, nearest(name, usable) === null ? own : usable, 'They can share'),
  );
};

const momentsOf = (
  reader: Reader,
  body: Body,
  measure: 'duration' | 'overlap',
  kind: Kind,
): { readonly from: string; readonly to: string } => {
  const from = momentAt(reader, body['from'], ['measure', measure, 'from'], kind);
  const to = momentAt(reader, body['to'], ['measure', measure, 'to'], kind);
  if (from !== null && from === to) {
    reader.report(['measure', measure, 'to'], `it ends with the moment it starts with ('${from}')`, 'Name two different moments');
  }
  return { from: from ?? '', to: to ?? '' };
};
