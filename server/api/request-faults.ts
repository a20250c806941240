import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import type { ApiError } from './contract.ts';

/** `query`, `path`, `body`, `headers`: where a fault of a request is, as people say it. */
export const contextWord = (context: string | undefined): string =>
  context === 'querystring' ? 'query' : context === 'params' ? 'path' : (context ?? 'request');

/** The validator's findings as problems that say what to write instead. */
export function problemsOf(faults: readonly FastifySchemaValidationError[], context: string | undefined): ApiError['problems'] {
  return faults.map((fault) => {
    const place = `${contextWord(context)}${fault.instancePath.replaceAll('/', '.')}`;
    const { additionalProperty, missingProperty } = fault.params;
    if (typeof additionalProperty === 'string')
      return { path: `${place}.${additionalProperty.slice(0, 80)}`, message: `is not known here${knownOf(fault)}` };
    if (typeof missingProperty === 'string') return { path: `${place}.${missingProperty}`, message: 'is missing' };
    return { path: place, message: wordsOf(fault) };
  });
}

function wordsOf(fault: FastifySchemaValidationError): string {
  const { allowedValues, limit } = fault.params;
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.map(String).join(', ')}`;
  if (fault.keyword === 'maxLength') return `is longer than ${String(limit)} characters`;
  // Everything in an address is text: another type means that it was given more than once.
  if (fault.keyword === 'type' && fault.params['type'] === 'string') return 'must be given once, as text';
  if (fault.keyword === 'pattern') return `must be: ${descriptionOf(fault) ?? fault.message ?? 'written differently'}`;
  return fault.message ?? 'is not valid';
}

/** The validator adds the schema it judged by (`verbose`). */
function parentOf(fault: FastifySchemaValidationError): Record<string, unknown> {
  const parent: unknown = 'parentSchema' in fault ? fault.parentSchema : undefined;
  return isRecord(parent) ? parent : {};
}

function descriptionOf(fault: FastifySchemaValidationError): string | null {
  const { description } = parentOf(fault);
  return typeof description === 'string' ? description : null;
}

function knownOf(fault: FastifySchemaValidationError): string {
  const { properties } = parentOf(fault);
  const known = isRecord(properties) ? Object.keys(properties) : [];
  return known.length === 0 ? '; this address takes no parameters' : `; known: ${known.join(', ')}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
