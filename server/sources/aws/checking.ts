import { NO_COST, sumOfCosts, type PullCost } from '../../event/passes.ts';
import type { Instant } from '../../time/period.ts';
import type { SourceError } from '../source.ts';
import { AwsFault, awsFault } from './faults.ts';
import type { AwsPlace } from './place.ts';
import type { ClientSettings } from './session.ts';

/** How what was tried came out. A warning keeps nothing from being read. */
export type Outcome = 'works' | 'warning' | 'fails' | 'not tried';

export interface Finding {
  /** The IAM action that it is about. */
  readonly action: string;
  /** One of several things that it was tried on, such as `log group /shop/checkout`; null: the action by itself. */
  readonly thing: string | null;
  readonly outcome: Outcome;
  /** What was found; empty where nothing is to be said. */
  readonly words: string;
  readonly fix: string | null;
  /** The IAM action that a policy does not allow, where that is the matter. */
  readonly denied: string | null;
}

/** What one question to a service came to. */
export type Asked<Answer> =
  /** `answer` is null where what was asked for is not there, so that the call was allowed. */
  { readonly is: 'works'; readonly answer: Answer | null } | { readonly is: 'fails'; readonly fault: SourceError };

interface Question {
  /** Names of errors that say that what was asked for is not there: only who may ask is told so. */
  readonly absent?: readonly string[];
  readonly thing?: string;
}

/** What all of a check has asked so far, and what of it is paid for. */
export class Tally {
  /** By IAM action. */
  readonly calls = new Map<string, number>();
  cost: PullCost = NO_COST;

  count(action: string): void {
    this.calls.set(action, (this.calls.get(action) ?? 0) + 1);
  }

  pay(cost: PullCost): void {
    this.cost = sumOfCosts([this.cost, cost]);
  }

  get total(): number {
    return [...this.calls.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** One source that is looked at in one place: the probes of a source ask through it, and it keeps what was found. */
export class Checking {
  readonly place: AwsPlace;
  /** As AWS tells it; as written, where AWS does not. */
  readonly account: string;
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** How clients are made, with credentials that have been taken. */
  readonly client: ClientSettings;
  readonly tally: Tally;
  readonly findings: Finding[] = [];

  constructor(own: Pick<Checking, 'place' | 'account' | 'now' | 'signal' | 'client' | 'tally'>) {
    this.place = own.place;
    this.account = own.account;
    this.now = own.now;
    this.signal = own.signal;
    this.client = own.client;
    this.tally = own.tally;
  }

  /** Asks one question, the cheapest there is for its action, and keeps what became of it. */
  async ask<Answer>(action: string, call: () => Promise<Answer>, { absent = [], thing }: Question = {}): Promise<Asked<Answer>> {
    const own = thing === undefined ? {} : { thing };
    this.tally.count(action);
    try {
      const answer = await call();
      this.tell(action, 'works', own);
      return { is: 'works', answer };
    } catch (error) {
      this.signal.throwIfAborted();
      const fault = awsFault(this.place, action, error);
      if (absent.includes(fault instanceof AwsFault ? fault.code : '')) {
        this.tell(action, 'works', own);
        return { is: 'works', answer: null };
      }
      this.refused(action, fault, own);
      return { is: 'fails', fault };
    }
  }

  tell(action: string, outcome: Outcome, more: Partial<Omit<Finding, 'action' | 'outcome'>> = {}): void {
    this.findings.push({ action, thing: null, outcome, words: '', fix: null, denied: null, ...more });
  }

  /** Keeps what a refusal says. */
  refused(action: string, fault: SourceError, own: { readonly thing?: string } = {}): void {
    const words = wordsOf(fault);
    if (fault instanceof AwsFault && fault.is === 'throttled')
      this.tell(action, 'warning', { ...own, words, fix: 'Whether it is allowed is not known: check again when less is asked' });
    else this.tell(action, 'fails', { ...own, words, fix: fault.fix, denied: fault instanceof AwsFault ? fault.denied : null });
  }
}

/** Without the place, under which it is told. */
export const wordsOf = ({ place, message }: SourceError): string =>
  message.startsWith(`${place}: `) ? message.slice(place.length + 2) : message;
