import Schema from 'typebox/schema';
import { expect } from 'vitest';
import type { ApiHouse } from './api-house.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** By status, e.g. `200`, `4XX`: the JSON schema of the answer. */
  readonly answers: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** All that are described, whatever travels with them. */
  readonly statuses: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Json => (isRecord(value) ? value : {});

const METHODS = ['get', 'post', 'put', 'delete'] as const;
const isMethod = (method: string): method is (typeof METHODS)[number] => METHODS.some((known) => known === method);

/** The published description, read as a program that knows nothing else of the API would. */
export async function operationsOf(house: ApiHouse): Promise<Operation[]> {
  const { body } = await house.get('/api/v1/openapi.json');
  return Object.entries(record(record(body)['paths'])).flatMap(([path, item]) =>
    Object.entries(record(item)).map(([method, described]): Operation => {
      const operation = record(described);
      const parameters = Array.isArray(operation['parameters']) ? operation['parameters'].map(parameterOf) : [];
      const answers = Object.entries(record(operation['responses'])).flatMap(([status, response]) => {
        const json = record(record(record(response)['content'])['application/json'])['schema'];
        return isRecord(json) ? [[status, json] as const] : [];
      });
      if (!isMethod(method)) throw new Error(`unexpected method ${method} at ${path}`);
      return {
        method,
        path,
        summary: typeof operation['summary'] === 'string' ? operation['summary'] : '',
        parameters,
        answers: new Map(answers),
        statuses: Object.keys(record(operation['responses'])),
      };
    }),
  );
}

function parameterOf(value: unknown): Parameter {
  const { name, in: place, required, schema } = record(value);
  if (typeof name !== 'string' || (place !== 'path' && place !== 'query'))
    throw new Error(`odd parameter ${JSON.stringify(value)}`);
  return { name, in: place, required: required === true, schema: record(schema) };
}

/** Holds a JSON answer against what the description promises for this route and status. */
export function expectAsDescribed(operation: Operation, status: number, body: unknown, where: string): void {
  const schema = operation.answers.get(String(status)) ?? operation.answers.get(`${Math.floor(status / 100)}XX`);
  expect(schema, `${where}: status ${status} is not described`).toBeDefined();
  if (schema === undefined) return;
  const validator = Schema.Compile(schema);
  const [, errors] = validator.Errors(body);
  expect(errors.slice(0, 3), where).toEqual([]);
  expect(validator.Check(body), where).toBe(true);
}
