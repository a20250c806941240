import { Type, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { DocumentPath } from './document.ts';
import { nearest, suggestion } from './spelling.ts';

/** Says that something is wrong at a path: at the key or at the value. */
export type Report = (path: DocumentPath, message: string, fix: string, at?: 'key' | 'value') => void;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}…` : value}'`;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a group of keys';
};

const stringOf = (schema: TSchema, key: 'title' | 'description'): string | null => {
  const value: unknown = Reflect.get(schema, key);
  return typeof value === 'string' ? value : null;
};

const limitOf = (schema: TSchema, key: 'maxLength' | 'minItems' | 'maxItems'): number | null => {
  const value: unknown = Reflect.get(schema, key);
  return typeof value === 'number' ? value : null;
};

/** How to write a value of a schema, from its first example. */
const exampleOf = (schema: TSchema): string | null => {
  const examples: unknown = Reflect.get(schema, 'examples');
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  if (first === undefined) return null;
  return typeof first === 'string'
    ? first
    : JSON.stringify(first).replaceAll('"', '').replaceAll(':', ': ').replaceAll(',', ', ');
};

const howTo = (schema: TSchema): string => {
  const example = exampleOf(schema);
  const description = stringOf(schema, 'description');
  if (example !== null) return `Write it like ${example}`;
  if (description === null) return 'Look at the reference of KPI files';
  return `Write ${stringOf(schema, 'title') ?? 'it'}: ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
};

/**
 * Reports everything in which a value departs from a schema, in words, each with its fix. Agrees with
 * TypeBox's own check on what is right. `unknownKey` may answer for a key that the schema does not know.
 */
export const checkShape = (
  schema: TSchema,
  value: unknown,
  path: DocumentPath,
  report: Report,
  unknownKey: (path: DocumentPath, key: string) => boolean = () => false,
): void => {
  if (Type.IsObject(schema)) checkObject(schema, value, path, report, unknownKey);
  else if (Type.IsArray(schema)) checkArray(schema, value, path, report, unknownKey);
  else if (Type.IsUnion(schema)) checkUnion(schema, value, path, report, unknownKey);
  else if (Check(schema, value)) return;
  else if (Type.IsEnum(schema)) {
    const known = schema.enum.map(String);
    const near = nearest(String(value), known);
    report(
      path,
      `${shown(value)} is not ${known.length > 8 ? (stringOf(schema, 'title') ?? 'known here') : `one of ${known.join(', ')}`}`,
      near === null ? `Write one of ${known.length > 8 ? known.join(', ') : 'these'}` : `Did you mean '${near}'?`,
    );
  } else
    report(
      path,
      `${shown(value)} is not ${stringOf(schema, 'title') ?? 'valid here'}${lengthNote(schema, value)}`,
      howTo(schema),
    );
};

const lengthNote = (schema: TSchema, value: unknown): string => {
  if (typeof value !== 'string') return '';
  if (value === '') return ': it is empty';
  const maxLength = limitOf(schema, 'maxLength');
  return maxLength !== null && value.length > maxLength ? ` of at most ${maxLength} characters` : '';
};

const checkObject = (
  schema: ReturnType<typeof Type.Object>,
  value: unknown,
  path: DocumentPath,
  report: Report,
  unknownKey: (path: DocumentPath, key: string) => boolean,
): void => {
  if (!isRecord(value)) {
    const keys = Object.keys(schema.properties);
    report(
      path,
      `${shown(value)} stands where a group of keys is expected`,
      exampleOf(schema) === null
        ? `Write keys below it, one a line: ${keys.slice(0, 6).join(', ')}`
        : `Write it like ${exampleOf(schema) ?? ''}`,
    );
    return;
  }
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(value, key)) continue;
    const inner = schema.properties[key];
    const description = inner === undefined ? null : stringOf(inner, 'description');
    report(
      [...path, key],
      `'${key}' is missing`,
      `Add '${key}:'${description === null ? '' : ` (${description.charAt(0).toLowerCase()}${description.slice(1)})`}`,
      'value',
    );
  }
  const known = Object.keys(schema.properties);
  const open: unknown = Reflect.get(schema, 'additionalProperties');
  const other = Type.IsSchema(open) ? open : undefined;
  for (const [key, item] of Object.entries(value)) {
    const inner = Object.hasOwn(schema.properties, key) ? schema.properties[key] : other;
    if (inner !== undefined) checkShape(inner, item, [...path, key], report, unknownKey);
    else if (!unknownKey(path, key)) {
      const near = nearest(key, known);
      const isThere = near !== null && Object.hasOwn(value, near);
      const free = known.filter((name) => !Object.hasOwn(value, name));
      const fix = isThere ? `'${near}' is there already; remove this one` : suggestion(key, free.length === 0 ? known : free);
      report([...path, key], `unknown key '${key}'`, fix, 'key');
    }
  }
};

const checkArray = (
  schema: ReturnType<typeof Type.Array>,
  value: unknown,
  path: DocumentPath,
  report: Report,
  unknownKey: (path: DocumentPath, key: string) => boolean,
): void => {
  if (!Array.isArray(value)) {
    report(
      path,
      `${shown(value)} stands where a list is expected`,
      `Write it like ${exampleOf(schema) ?? '[one, two]'}, with '- ' before each item or in [brackets]`,
    );
    return;
  }
  const minItems = limitOf(schema, 'minItems') ?? 0;
  const maxItems = limitOf(schema, 'maxItems') ?? Number.MAX_SAFE_INTEGER;
  if (value.length < minItems) {
    report(
      path,
      `the list has ${value.length === 0 ? 'no items' : `only ${value.length}`}, at least ${minItems} expected`,
      minItems === 1 ? 'Name at least one, or remove the key' : 'Add the missing ones',
    );
  }
  if (value.length > maxItems) report(path, `the list has ${value.length} items, at most ${maxItems} allowed`, 'Remove some');
  for (const [index, item] of value.entries()) checkShape(schema.items, item, [...path, index], report, unknownKey);
};

/** Of the ways a value may be written, the one it comes closest to is the one to talk about. */
const checkUnion = (
  schema: ReturnType<typeof Type.Union>,
  value: unknown,
  path: DocumentPath,
  report: Report,
  unknownKey: (path: DocumentPath, key: string) => boolean,
): void => {
  if (Check(schema, value)) return;
  const branches = flatten(schema.anyOf);
  if (isRecord(value)) {
    const objects = branches.filter((branch) => Type.IsObject(branch));
    const meant = objects.find((branch) => Object.keys(value).some((key) => Object.hasOwn(branch.properties, key)));
    if (meant !== undefined) return checkShape(meant, value, path, report, unknownKey);
    const keys = objects.flatMap((branch) => Object.keys(branch.properties));
    const key = Object.keys(value)[0];
    if (key !== undefined && keys.length > 0) return report([...path, key], `unknown key '${key}'`, suggestion(key, keys), 'key');
  }
  if (Array.isArray(value)) {
    const list = branches.find((branch) => Type.IsArray(branch));
    if (list !== undefined) return checkShape(list, value, path, report, unknownKey);
  }
  report(path, `${shown(value)} is not ${stringOf(schema, 'title') ?? 'valid here'}`, howTo(schema));
};

const flatten = (branches: readonly TSchema[]): TSchema[] =>
  branches.flatMap((branch) => (Type.IsUnion(branch) ? flatten(branch.anyOf) : [branch]));
