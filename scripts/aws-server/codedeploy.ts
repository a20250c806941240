import { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Output, Service } from './service.ts';

/** As DescribeDeployment has it; what is not given is left out. */
export interface Deployment {
  deploymentId: string;
  applicationName: string;
  deploymentGroupName: string;
  status: 'Created' | 'Queued' | 'InProgress' | 'Baking' | 'Ready' | 'Succeeded' | 'Failed' | 'Stopped';
  createTime: Date;
  startTime?: Date;
  completeTime?: Date;
  creator?: string;
  deploymentMode?: 'STANDARD' | 'RESTART';
  rollbackInfo?: { rollbackDeploymentId?: string; rollbackTriggeringDeploymentId?: string; rollbackMessage?: string };
}

export interface CodeDeployState {
  /** Deployments of a Region of an account, to add to and to change. */
  deployments(account: string, region: string): Deployment[];
  /** Ids on one page of a list. */
  pageSize: number;
}

const MOST_DETAILS = 25;
const ID = /^d-[A-Z0-9]+$/;

/** CodeDeploy, AWS JSON 1.1. */
export function createCodeDeploy(): Service<CodeDeployState> {
  const shelf = new Shelf<Deployment>();
  const state: CodeDeployState = { deployments: (account, region) => shelf.of(account, region), pageSize: 100 };
  return {
    name: 'codedeploy',
    target: { prefix: 'CodeDeploy_20141006', protocol: 'json-1.1' },
    state,
    handle(action, input, { caller: { account, region } }) {
      const deployments = shelf.of(account, region);
      if (action === 'ListDeployments') return listDeployments(deployments, input, state.pageSize);
      if (action === 'BatchGetDeployments') return batchGetDeployments(deployments, input);
      throw new AwsError('UnknownOperationException', `CodeDeploy has no ${action} here`);
    },
  };
}

/** Ids alone, newest first; both ends of the range belong to it. */
function listDeployments(deployments: readonly Deployment[], input: Input, pageSize: number): Output {
  const application = input.text('applicationName');
  const group = input.text('deploymentGroupName');
  if ((application === null) !== (group === null))
    throw new AwsError(
      application === null ? 'ApplicationNameRequiredException' : 'DeploymentGroupNameRequiredException',
      'Application and deployment group are named together, or neither is',
    );
  const statuses = input.texts('includeOnlyStatuses');
  const range = input.child('createTimeRange');
  const start = range?.instant('start') ?? -Infinity;
  const end = range?.instant('end') ?? Infinity;
  if (start > end) throw new AwsError('InvalidTimeRangeException', 'The start of the time range is later than its end.');
  const found = deployments
    .filter(
      ({ applicationName, deploymentGroupName, status, createTime }) =>
        (application === null || (applicationName === application && deploymentGroupName === group)) &&
        (statuses.length === 0 || statuses.includes(status)) &&
        createTime.getTime() >= start &&
        createTime.getTime() <= end,
    )
    .sort((one, other) => other.createTime.getTime() - one.createTime.getTime());
  const page = pageOf(found, input.text('nextToken'), pageSize, 'InvalidNextTokenException');
  return { deployments: page.items.map(({ deploymentId }) => deploymentId), nextToken: page.token };
}

/** Those that there are; ids of nothing are passed over. */
function batchGetDeployments(deployments: readonly Deployment[], input: Input): Output {
  const ids = input.texts('deploymentIds');
  if (ids.length === 0) throw new AwsError('DeploymentIdRequiredException', 'At least one deployment ID must be specified.');
  if (ids.length > MOST_DETAILS)
    throw new AwsError(
      'BatchLimitExceededException',
      'The maximum number of names or IDs allowed for this request (25) was exceeded.',
    );
  if (!ids.every((id) => ID.test(id)))
    throw new AwsError('InvalidDeploymentIdException', 'Specified DeploymentId is not in the valid format.');
  return { deploymentsInfo: deployments.filter(({ deploymentId }) => ids.includes(deploymentId)) };
}
