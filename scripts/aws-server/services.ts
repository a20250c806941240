import type { KeyRing } from './caller.ts';
import { createCloudWatch } from './cloudwatch.ts';
import { createCodeDeploy } from './codedeploy.ts';
import { createCodePipeline } from './codepipeline.ts';
import { createFis } from './fis.ts';
import { createHealth } from './health.ts';
import { createLogs } from './logs.ts';
import { createSqs } from './sqs.ts';
import { createSsm } from './ssm.ts';
import { createIncidents } from './ssm-incidents.ts';
import { createSts } from './sts.ts';
import { createWellArchitected } from './wellarchitected.ts';

/** What a service may need of the server. */
export interface Shared {
  readonly keys: KeyRing;
}

/** Every service. A new one is a line here and a line below. */
export const createServices = (shared: Shared) => ({
  sts: createSts(shared),
  cloudwatch: createCloudWatch(),
  codedeploy: createCodeDeploy(),
  codepipeline: createCodePipeline(),
  fis: createFis(),
  wellarchitected: createWellArchitected(),
  incidents: createIncidents(),
  ssm: createSsm(),
  sqs: createSqs(),
  health: createHealth(),
  logs: createLogs(),
});

/** What tests set, by service. */
export const statesOf = (services: ReturnType<typeof createServices>) => ({
  sts: services.sts.state,
  cloudwatch: services.cloudwatch.state,
  codedeploy: services.codedeploy.state,
  codepipeline: services.codepipeline.state,
  fis: services.fis.state,
  wellarchitected: services.wellarchitected.state,
  incidents: services.incidents.state,
  ssm: services.ssm.state,
  sqs: services.sqs.state,
  health: services.health.state,
  logs: services.logs.state,
});

export type States = Readonly<ReturnType<typeof statesOf>>;
