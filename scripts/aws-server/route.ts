import { AwsError } from './errors.ts';
import { Input, isMembers } from './input.ts';
import type { Signed } from './caller.ts';
import { scopeOf } from './caller.ts';
import type { Protocol, Service } from './service.ts';
import { readForm } from './wire.ts';

/** Where a request goes. Service and input are null where there is no such place, with the refusal. */
export interface Routed {
  readonly protocol: Protocol;
  readonly service: Service | null;
  readonly action: string;
  /** Reads the input; throws where it cannot be read. */
  readonly read: () => Input;
}

/** By X-Amz-Target, by the Action of a form, or by method and path of the service that it was signed for. */
export function route(signed: Signed, services: readonly Service[]): Routed {
  const target = signed.headers['x-amz-target'];
  if (typeof target === 'string') return routeTarget(signed, target, services);
  const type = signed.headers['content-type'] ?? '';
  if (signed.method === 'POST' && type.startsWith('application/x-www-form-urlencoded')) return routeForm(signed, services);
  return routePath(signed, services);
}

function routeTarget(signed: Signed, target: string, services: readonly Service[]): Routed {
  const [, prefix = '', action = ''] = /^(.*)\.(\w+)$/.exec(target) ?? [];
  const service = services.find((each) => each.target?.prefix === prefix) ?? null;
  const protocol = service?.target?.protocol ?? 'json-1.1';
  if (service === null) return nowhere(protocol, action, `there is no service '${prefix}'`);
  if (signed.headers['content-type'] !== `application/x-amz-${protocol}`)
    return nowhere(protocol, action, `${service.name} speaks application/x-amz-${protocol}`);
  return {
    protocol,
    service,
    action,
    read: () => new Input(readJson(signed.body), false, service.invalid ?? 'ValidationException'),
  };
}

function routeForm(signed: Signed, services: readonly Service[]): Routed {
  const form = new URLSearchParams(signed.body.toString('utf8'));
  const action = form.get('Action') ?? '';
  const { signingName } = scopeOf(signed.headers);
  const service =
    services.find((each) => each.query?.version === form.get('Version') && (each.signs ?? each.name) === signingName) ?? null;
  if (service === null)
    return nowhere('query', action, `there is no service '${signingName}' of version '${form.get('Version') ?? ''}'`);
  return {
    protocol: 'query',
    service,
    action,
    read: () => new Input(readForm(signed.body.toString('utf8')), true, service.invalid ?? 'ValidationError'),
  };
}

function routePath(signed: Signed, services: readonly Service[]): Routed {
  const [path = '', query = ''] = signed.target.split('?', 2);
  const { signingName } = scopeOf(signed.headers);
  const service = services.find((each) => each.routes !== undefined && (each.signs ?? each.name) === signingName) ?? null;
  if (service === null) return nowhere('rest-json', '', `there is no REST service '${signingName}'`);
  for (const { action, method, path: pattern } of service.routes ?? []) {
    const labels = method === signed.method ? labelsOf(path, pattern) : null;
    if (labels === null) continue;
    return {
      protocol: 'rest-json',
      service,
      action,
      read: () =>
        new Input({ ...queryOf(query), ...readJson(signed.body), ...labels }, true, service.invalid ?? 'ValidationException'),
    };
  }
  return nowhere('rest-json', '', `${service.name} has no ${signed.method} ${path}`);
}

function labelsOf(path: string, pattern: string): Record<string, string> | null {
  const steps = path.replace(/\/$/, '').split('/');
  const wanted = pattern.replace(/\/$/, '').split('/');
  if (steps.length !== wanted.length) return null;
  const labels: [string, string][] = [];
  for (const [index, want] of wanted.entries()) {
    const step = decodeURIComponent(steps[index] ?? '');
    const name = /^\{(\w+)\}$/.exec(want)?.[1];
    if (name !== undefined && step !== '') labels.push([name, step]);
    else if (step !== want) return null;
  }
  return Object.fromEntries(labels);
}

function queryOf(query: string): Record<string, unknown> {
  const form = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(form.keys())].map((key) => {
      const values = form.getAll(key);
      return [key, values.length === 1 ? values[0] : values];
    }),
  );
}

function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'the body is no JSON');
  }
  if (!isMembers(value)) throw new AwsError('SerializationException', 'the body is no structure');
  return value;
}

const nowhere = (protocol: Protocol, action: string, message: string): Routed => ({
  protocol,
  service: null,
  action,
  read: () => {
    throw unknownOperation(protocol, message);
  },
});

/** What every service answers to an action that it does not have. */
const unknownOperation = (protocol: Protocol, message: string): AwsError =>
  protocol === 'query'
    ? new AwsError('InvalidAction', message)
    : new AwsError('UnknownOperationException', message, { status: protocol === 'rest-json' ? 404 : 400 });
