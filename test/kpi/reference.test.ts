import { readFileSync } from 'node:fs';
import { Type, type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { kpiReference } from '../../server/kpi/reference.ts';
import { KpiSchema, kpiJsonSchema } from '../../server/kpi/schema.ts';

test('the reference page is the one that the schema makes', () => {
  // To renew it: write what kpiReference() returns to server/kpi/reference.md.
  expect(readFileSync(new URL('../../server/kpi/reference.md', import.meta.url), 'utf8')).toBe(kpiReference());
});

test('every key of a KPI file has a description for editors', () => {
  const missing: string[] = [];
  const visit = (schema: TSchema, path: string): void => {
    if (path !== '' && typeof Reflect.get(schema, 'description') !== 'string') missing.push(path);
    if (Type.IsObject(schema)) for (const [key, inner] of Object.entries(schema.properties)) visit(inner, `${path}.${key}`);
    if (Type.IsArray(schema) && Type.IsObject(schema.items)) visit(schema.items, `${path}[]`);
  };
  visit(KpiSchema, '');
  expect(missing).toEqual([]);
});

test('the published schema is plain JSON that names its draft and its keys', () => {
  const published: unknown = JSON.parse(JSON.stringify(kpiJsonSchema()));
  expect(published).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    properties: {
      better: { enum: ['lower', 'higher', 'neither'] },
      measure: { properties: { where: { properties: { severity: {} } } } },
    },
  });
});
