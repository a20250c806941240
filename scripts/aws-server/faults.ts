import type { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import type { Output } from './service.ts';

/**
 * What goes wrong: `throttle`, `expired`, `denied`, `internal` and `unavailable` are refusals of the service; `html` is a page of a
 * proxy with status 200; `truncated` an answer cut in half; `redirect` sends the caller to another host; `reset` a connection that is dropped without one; `slow` an answer
 * that comes after `delayMs`. Any other refusal is given as itself. Of pages, `same-token` leads to the same page again and again
 * by one token, `endless` does so by a new one each time, and `empty` is a page without items before the one that was due.
 */
export type FaultKind =
  | 'throttle'
  | 'expired'
  | 'denied'
  | 'internal'
  | 'unavailable'
  | 'html'
  | 'redirect'
  | 'truncated'
  | 'reset'
  | 'slow'
  | PageFault
  | AwsError;

type PageFault = 'same-token' | 'endless' | 'empty';

export interface Fault {
  readonly as: FaultKind;
  /** Only calls of this service, action, account or Region, where given. */
  readonly service?: string;
  readonly action?: string;
  readonly account?: string;
  readonly region?: string;
  /** So many calls that match are let through before. */
  readonly after?: number;
  /** So many calls fail; one unless told, `Infinity` for good. */
  readonly times?: number;
  /** Of `slow`. */
  readonly delayMs?: number;
  /** What the service calls its tokens, for `same-token`, `endless` and `empty`; `NextToken` unless told. */
  readonly token?: string;
}

interface Called {
  readonly service: string;
  readonly action: string;
  readonly account: string;
  readonly region: string;
}

/** Which calls fail, and how. */
export class FaultPlan {
  #planned: { readonly fault: Fault; after: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#planned.push({ fault, after: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault that this call meets: the first that was planned for it and is not used up. */
  next(called: Called): Fault | null {
    for (const planned of this.#planned) {
      if (planned.left <= 0 || !isMet(planned.fault, called)) continue;
      if (planned.after > 0) {
        planned.after -= 1;
        continue;
      }
      planned.left -= 1;
      return planned.fault;
    }
    return null;
  }
}

const isMet = (fault: Fault, called: Called): boolean =>
  (fault.service ?? called.service) === called.service &&
  (fault.action ?? called.action) === called.action &&
  (fault.account ?? called.account) === called.account &&
  (fault.region ?? called.region) === called.region;

const AGAIN = /^again-\d+-(.*)$/;

/** The call without a token of ours: for the page to which it leads again. */
export function withoutOurToken(input: Input): Input {
  const ours = Object.entries(input.members).find(([, value]) => typeof value === 'string' && AGAIN.test(value));
  if (ours === undefined) return input;
  const [key, token] = ours;
  const { [key]: _, ...rest } = input.members;
  const before = AGAIN.exec(String(token))?.[1] ?? '';
  return input.with(before === '' ? rest : { ...rest, [key]: before });
}

/** The page as the fault has it. `count` tells tokens apart. */
export function spoiltPage({ as, token = 'NextToken' }: Fault, input: Input, output: Output, count: number): Output {
  if (as !== 'same-token' && as !== 'endless' && as !== 'empty') return output;
  const before = input.text(token) ?? '';
  const items =
    as === 'empty'
      ? Object.fromEntries(Object.entries(output).map(([key, own]) => [key, Array.isArray(own) ? [] : own]))
      : output;
  return { ...items, [token]: `again-${as === 'same-token' ? 0 : count}-${before}` };
}
