import type { AwsError } from './errors.ts';
import { isMembers } from './input.ts';
import type { Output, Protocol, Service } from './service.ts';

/** What goes back over the line. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function writeOutput(protocol: Protocol, service: Service, action: string, output: Output, requestId: string): Answer {
  if (protocol !== 'query')
    return { status: 200, headers: jsonHeaders(protocol, requestId), body: JSON.stringify(withSeconds(output)) };
  const result = xmlOf(output);
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<${action}Response xmlns="${service.query?.namespace ?? ''}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
  };
}

export function writeError(protocol: Protocol, service: Service | null, error: AwsError, requestId: string): Answer {
  const { status, message, members } = error;
  const sender = status < 500 ? 'Sender' : 'Receiver';
  if (protocol === 'query')
    return {
      status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: `<ErrorResponse xmlns="${service?.query?.namespace ?? ''}"><Error>${xmlOf({ Type: sender, Code: error.queryCode, Message: message, ...members })}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    };
  const headers = jsonHeaders(protocol, requestId);
  if (protocol === 'rest-json')
    return {
      status,
      headers: { ...headers, 'x-amzn-errortype': error.code },
      body: JSON.stringify(withSeconds({ message, ...members })),
    };
  return {
    status,
    headers: service?.isQueryCompatible === true ? { ...headers, 'x-amzn-query-error': `${error.queryCode};${sender}` } : headers,
    body: JSON.stringify(withSeconds({ __type: `com.amazon.coral.service#${error.code}`, message, ...members })),
  };
}

const jsonHeaders = (protocol: Protocol, requestId: string): Record<string, string> => ({
  'content-type': protocol === 'rest-json' ? 'application/json' : `application/x-amz-${protocol}`,
  'x-amzn-requestid': requestId,
});

/** Instants in JSON are seconds. */
function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (isMembers(value)) return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withSeconds(own)]));
  return value;
}

function xmlOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => `<member>${xmlOf(item)}</member>`).join('');
  if (isMembers(value))
    return Object.entries(value)
      .filter(([, own]) => own !== undefined && own !== null)
      .map(([key, own]) => `<${key}>${xmlOf(own)}</${key}>`)
      .join('');
  const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The members of a form: `Dimensions.member.1.Name=Service` is the name of the first of a list. */
export function readForm(body: string): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [path, value] of new URLSearchParams(body)) {
    let tree = root;
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    for (const step of steps) {
      const next = tree.get(step);
      const own = next instanceof Map ? next : new Map<string, Node>();
      tree.set(step, own);
      tree = own;
    }
    tree.set(last, value);
  }
  return Object.fromEntries([...root].map(([key, node]) => [key, plainOf(node)]));
}

type Node = string | Tree;
type Tree = Map<string, Node>;

function plainOf(node: Node): unknown {
  if (typeof node === 'string') return node;
  const list = node.get('member');
  if (list instanceof Map)
    return [...list].sort(([one], [other]) => Number(one) - Number(other)).map(([, item]) => plainOf(item));
  return Object.fromEntries([...node].map(([key, own]) => [key, plainOf(own)]));
}
