import { parseInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { memberOf } from '../aws/json.ts';

/** An event of EventBridge, as a rule hands it over. */
export interface BusEvent {
  readonly id: string;
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly at: Instant;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Longer than any event: EventBridge takes a mebibyte at most. */
const LONGEST = 2_000_000;

/** Reads the body of a message, by itself or wrapped by SNS; a text says what is wrong. */
export function readBusEvent(body: string): BusEvent | string {
  if (body.length > LONGEST) return `it is ${body.length} characters long`;
  const outer = memberOf(body);
  const envelope = outer?.['Type'] === 'Notification' ? memberOf(outer['Message']) : outer;
  if (envelope === null) return 'it is no event in JSON';
  const [id, type, account, region] = ['id', 'detail-type', 'account', 'region'].map((name) => textIn(envelope, name));
  const at = instantIn(envelope, 'time');
  const detail = memberOf(envelope['detail']);
  if (id == null || type == null || account == null || region == null || at === null || detail === null)
    return "it is no event of EventBridge: 'id', 'detail-type', 'account', 'region', 'time' and 'detail' belong to one";
  return { id, type, account, region, at, detail };
}

export function textIn(of: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = of[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

const HTTP_DATE = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** ISO 8601, or as AWS Health writes it: `Tue, 10 Nov 2026 08:00:00 GMT`. */
export function instantIn(of: Readonly<Record<string, unknown>>, name: string): Instant | null {
  const text = textIn(of, name);
  if (text === null) return null;
  if (!HTTP_DATE.test(text)) return parseInstant(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
