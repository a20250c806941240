import type { Families } from './families.ts';

/** On the one queue. */
export const QUEUE_ACTIONS: readonly string[] = ['sqs:ReceiveMessage', 'sqs:DeleteMessage'];

/** Deployments of CodeDeploy are looked up, since an event does not say what began them. */
export const actionsFor = ({ deployments }: Families): readonly string[] => [
  ...QUEUE_ACTIONS,
  ...(deployments === null ? [] : ['codedeploy:BatchGetDeployments']),
];
