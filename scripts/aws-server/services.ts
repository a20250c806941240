import type { KeyRing } from './caller.ts';
import { createSts } from './sts.ts';

/** What a service may need of the server. */
export interface Shared {
  readonly keys: KeyRing;
}

/** Every service. A new one is a line here and a line below. */
export const createServices = (shared: Shared) => ({
  sts: createSts(shared),
});

/** What tests set, by service. */
export const statesOf = (services: ReturnType<typeof createServices>) => ({
  sts: services.sts.state,
});

export type States = Readonly<ReturnType<typeof statesOf>>;
