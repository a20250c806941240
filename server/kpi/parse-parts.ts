import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { Kind } from '../event/kinds.ts';
import type { DocumentPath } from './document.ts';
import { PLURALS, instantsOf, kindOfPlural, pluralWords } from './fields.ts';
import type { Summary } from './kpi.ts';
import type { Reader } from './reader.ts';
import { nearest, suggestion } from './spelling.ts';

/** A part of a file where it has the shape it should have; undefined otherwise (and that is reported elsewhere). */
export const part = <Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> | undefined =>
  Check(schema, value) ? value : undefined;

/** The kind that is named, or was probably meant (the shape reports it). */
export const kindOf = (written: unknown): Kind | null => {
  if (typeof written !== 'string') return null;
  const near = kindOfPlural(written) === null ? nearest(written, PLURALS) : written;
  return near === null ? null : kindOfPlural(near);
};

/** A moment of a kind; one that it lacks is reported. */
export const momentAt = (reader: Reader, written: unknown, path: DocumentPath, kind: Kind): string | null => {
  if (typeof written !== 'string') return null;
  const known = instantsOf(kind);
  if (known.includes(written)) return written;
  reader.report(path, `${pluralWords(kind)} have no moment '${written}'`, suggestion(written, known, 'Their moments'));
  return null;
};

export const isPercentile = (text: string): text is `p${number}` => /^p[1-9][0-9]?(\.[0-9]+)?$/.test(text);

/** A summary by its name, `silent` where the file says nothing or something wrong (and that is reported by the shape). */
export const summaryOf = (written: unknown, silent: Summary = 'median'): Summary => {
  if (typeof written !== 'string') return silent;
  if (isPercentile(written)) return written;
  return (['median', 'mean', 'max', 'min', 'sum'] as const).find((known) => known === written) ?? silent;
};
