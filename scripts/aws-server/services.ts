import type { KeyRing } from './caller.ts';
import { createCloudWatch } from './cloudwatch.ts';
import { createSts } from './sts.ts';

/** What a service may need of the server. */
export interface Shared {
  readonly keys: KeyRing;
}

/** Every service. A new one is a line here and a line below. */
export const createServices = (shared: Shared) => ({
  sts: createSts(shared),
  cloudwatch: createCloudWatch(),
});

/** What tests set, by service. */
export const statesOf = (services: ReturnType<typeof createServices>) => ({
  sts: services.sts.state,
  cloudwatch: services.cloudwatch.state,
});

export type States = Readonly<ReturnType<typeof statesOf>>;
