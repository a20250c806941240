import type { Event } from '../../event/event.ts';
import { accountOf } from '../aws/account.ts';
import type { AwsPlace } from '../aws/place.ts';
import { deploymentFacts } from '../codedeploy/facts.ts';
import type { Reject } from '../source.ts';
import { lookUp } from './deployments.ts';
import type { Families } from './families.ts';
import type { ToLookUp } from './letters.ts';

export interface LookedUp {
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
}

/** Looks up deployments in the places that a source may read; those of others are left to polling. */
export class Lookups {
  readonly #family: Families['deployments'];
  readonly #places: readonly AwsPlace[];
  readonly #signal: AbortSignal;
  /** Numbers of accounts, by place; asked for once a pass. */
  readonly #accounts = new Map<AwsPlace, string>();

  constructor(family: Families['deployments'], places: readonly AwsPlace[], signal: AbortSignal) {
    this.#family = family;
    this.#places = places;
    this.#signal = signal;
  }

  /** @throws SourceError */
  async of(wanted: readonly ToLookUp<unknown>[]): Promise<LookedUp> {
    const events: Event[] = [];
    const rejects: Reject[] = [];
    if (this.#family === null || wanted.length === 0) return { events, rejects };
    const { source, rules } = this.#family;
    for (const place of this.#places) {
      const here = wanted.filter(({ region }) => region === place.region);
      if (here.length === 0) continue;
      const account = await this.#accountOf(place);
      const ids = [...new Set(here.flatMap((one) => (one.account === account ? one.deployment : [])))];
      for (const info of await lookUp({ place, signal: this.#signal }, ids)) {
        const facts = deploymentFacts(source, place.name, rules, info);
        events.push(...facts.events);
        rejects.push(...facts.rejects);
      }
    }
    return { events, rejects };
  }

  async #accountOf(place: AwsPlace): Promise<string> {
    const account = this.#accounts.get(place) ?? (await accountOf(place, this.#signal));
    this.#accounts.set(place, account);
    return account;
  }
}
