import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { makeCloudWatchLogsAdapter } from '../../../server/sources/cloudwatch-logs/adapter.ts';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import type { Adapter } from '../../../server/sources/config.ts';
import { fisAdapter } from '../../../server/sources/fis/adapter.ts';
import { incidentManagerAdapter } from '../../../server/sources/incident-manager/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import { wellArchitectedAdapter } from '../../../server/sources/well-architected/adapter.ts';
import type { AwsServer } from '../../../scripts/aws-server/server.ts';
import { ACCOUNT, HOUR_MS, MINUTE_MS, NOW, REGION, type WatchHouse } from './watch-house.ts';

/** A source that asks AWS, with what it reads put there. */
export interface Polled {
  readonly type: string;
  readonly adapter: Adapter;
  /** Beside `id`, `type` and where it reads. */
  readonly settings: string;
  /** As the local AWS names the service. */
  readonly service: string;
  /** Actions that answer in pages, and what each calls its token. */
  readonly lists: readonly (readonly [action: string, token: string])[];
  /** Puts one more thing there, by number and by when it began; each becomes one that is known. */
  add(server: AwsServer, nth: number, when: Date): void;
  /** Things that are known. */
  known(house: WatchHouse): Promise<number>;
}

const later = (when: Date): Date => new Date(when.getTime() + MINUTE_MS);
const hourOf = (when: Date): number => Math.floor(when.getTime() / HOUR_MS) * HOUR_MS;
const id = (nth: number): string => String(nth).padStart(4, '0');

const itemsOf = async (house: WatchHouse): Promise<number> =>
  new Set((await house.events()).filter(({ kind }) => kind !== 'link').map(({ item }) => item)).size;

const pointsOf =
  (series: string, isCounted: (dimensions: string) => boolean = () => true) =>
  async ({ store }: WatchHouse): Promise<number> =>
    (await store.samples(series, -Infinity, Infinity)).filter(({ dimensions }) => isCounted(dimensions)).length;

/** Every source that polls AWS. A queue of EventBridge has no pages, and tells what these tell. */
export const POLLED: readonly Polled[] = [
  {
    type: 'cloudwatch',
    adapter: cloudwatchAdapter,
    settings: 'series: [{ name: orders, namespace: Shop, metric: Orders, statistics: [Sum] }]',
    service: 'cloudwatch',
    lists: [['GetMetricData', 'NextToken']],
    add: ({ state }, nth, when) =>
      state.cloudwatch.metrics.put({ account: ACCOUNT, region: REGION, namespace: 'Shop', metric: 'Orders', dimensions: {} }, [
        { at: hourOf(when), value: nth },
      ]),
    known: pointsOf('orders'),
  },
  {
    type: 'cloudwatch-logs',
    adapter: makeCloudWatchLogsAdapter(() => Promise.resolve()),
    settings:
      "series: [{ name: shop, log_groups: [/shop/api], query: 'stats count(*) as total by bin(1h)', columns: { total: requests } }], history: 2 days",
    service: 'logs',
    lists: [['GetQueryResults', 'nextToken']],
    add: ({ state: { logs } }, nth, when) => {
      const groups = logs.groups(ACCOUNT, REGION);
      if (groups.length === 0) groups.push({ name: '/shop/api', createdAt: NOW - 100 * HOUR_MS });
      const before = logs.answer;
      const hour = hourOf(when);
      const fields = { 'bin(1h)': new Date(hour).toISOString().replace('T', ' ').replace('Z', ''), total: `${nth}` };
      logs.answer = (query) => [...before(query), { at: hour, fields }];
    },
    known: pointsOf('requests'),
  },
  {
    type: 'cloudwatch-alarms',
    adapter: cloudWatchAlarmsAdapter,
    settings: '',
    service: 'cloudwatch',
    lists: [['DescribeAlarmHistory', 'NextToken']],
    add: ({ state }, nth, when) => {
      const alarm = { name: `alarm-${id(nth)}`, account: ACCOUNT, region: REGION };
      state.cloudwatch.alarms.put({ ...alarm, type: 'MetricAlarm', createdAt: NOW - 48 * HOUR_MS });
      state.cloudwatch.alarms.turn(alarm, when.getTime(), 'ALARM');
    },
    known: itemsOf,
  },
  {
    type: 'opscenter',
    adapter: opsCenterAdapter,
    settings: '',
    service: 'ssm',
    lists: [['DescribeOpsItems', 'NextToken']],
    add: ({ state }, nth, when) =>
      void state.ssm.opsItems(ACCOUNT, REGION).push({
        OpsItemId: `oi-${id(nth)}`,
        Title: 'A queue is full',
        Source: 'EC2',
        Status: 'Open',
        CreatedTime: when,
        LastModifiedTime: when,
      }),
    known: itemsOf,
  },
  {
    type: 'aws-health',
    adapter: awsHealthAdapter,
    settings: '',
    service: 'health',
    lists: [['DescribeEvents', 'nextToken']],
    add: ({ state }, nth, when) =>
      void state.health.events(ACCOUNT).push({
        arn: `arn:aws:health:${REGION}::event/EC2/ISSUE/${id(nth)}`,
        service: 'EC2',
        eventTypeCode: 'ISSUE',
        eventTypeCategory: 'issue',
        region: REGION,
        startTime: when,
        lastUpdatedTime: when,
        statusCode: 'open',
      }),
    known: itemsOf,
  },
  {
    type: 'codedeploy',
    adapter: codeDeployAdapter,
    settings: '',
    service: 'codedeploy',
    lists: [['ListDeployments', 'nextToken']],
    add: ({ state }, nth, when) =>
      void state.codedeploy.deployments(ACCOUNT, REGION).push({
        deploymentId: `d-${id(nth)}`,
        applicationName: 'shop',
        deploymentGroupName: 'prod',
        status: 'Succeeded',
        creator: 'user',
        createTime: when,
        startTime: when,
        completeTime: later(when),
      }),
    known: itemsOf,
  },
  {
    type: 'codepipeline',
    adapter: codePipelineAdapter,
    settings: '',
    service: 'codepipeline',
    lists: [
      ['ListPipelines', 'nextToken'],
      ['ListActionExecutions', 'nextToken'],
      ['ListPipelineExecutions', 'nextToken'],
    ],
    add: ({ state }, nth, when) => {
      const pipelines = state.codepipeline.pipelines(ACCOUNT, REGION);
      if (pipelines.length === 0) pipelines.push({ name: 'shop', actions: [], executions: [] });
      const [shop] = pipelines;
      shop?.executions.push({ pipelineExecutionId: `run-${id(nth)}`, status: 'Succeeded', startTime: when });
      shop?.actions.push({
        pipelineExecutionId: `run-${id(nth)}`,
        actionExecutionId: `deploy-${id(nth)}`,
        stageName: 'Prod',
        actionName: 'Deploy',
        startTime: when,
        lastUpdateTime: later(when),
        status: 'Succeeded',
        input: { actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'ECS', version: '1' } },
      });
    },
    known: itemsOf,
  },
  {
    type: 'fis',
    adapter: fisAdapter,
    settings: '',
    service: 'fis',
    lists: [['ListExperiments', 'nextToken']],
    add: ({ state }, nth, when) =>
      void state.fis.experiments(ACCOUNT, REGION).push({
        id: `EXP${id(nth)}`,
        experimentTemplateId: 'EXT1',
        state: { status: 'completed' },
        creationTime: when,
        startTime: when,
        endTime: later(when),
      }),
    known: itemsOf,
  },
  {
    type: 'incident-manager',
    adapter: incidentManagerAdapter,
    settings: '',
    service: 'ssm-incidents',
    lists: [
      ['ListIncidentRecords', 'nextToken'],
      ['ListTimelineEvents', 'nextToken'],
    ],
    add: ({ state }, nth, when) =>
      void state.incidents.incidents(ACCOUNT, REGION).push({
        arn: `arn:aws:ssm-incidents::${ACCOUNT}:incident-record/shop/${id(nth)}`,
        title: 'Shop is down',
        status: 'OPEN',
        impact: 2,
        creationTime: when,
        lastModifiedTime: when,
        timeline: [],
      }),
    known: itemsOf,
  },
  {
    type: 'well-architected',
    adapter: wellArchitectedAdapter,
    settings: '',
    service: 'wellarchitected',
    lists: [
      ['ListWorkloads', 'NextToken'],
      ['ListMilestones', 'NextToken'],
      ['ListLensReviews', 'NextToken'],
    ],
    add: ({ state }, nth, when) =>
      void state.wellarchitected.workloads(ACCOUNT, REGION).push({
        WorkloadId: id(nth).padEnd(32, '0'),
        WorkloadName: `shop-${id(nth)}`,
        UpdatedAt: when,
        reviews: [
          {
            LensAlias: 'wellarchitected',
            LensName: 'Framework',
            LensStatus: 'CURRENT',
            UpdatedAt: when,
            RiskCounts: { HIGH: 1 + nth },
          },
        ],
        milestones: [],
      }),
    known: pointsOf('well-architected-risks', (dimensions) => dimensions.includes('risk=HIGH')),
  },
];
