import { randomFrom, type Random } from '../../server/sources/demo/random.ts';
import type { Instant } from '../../server/time/period.ts';
import type { AwsServer } from '../aws-server/server.ts';

/** Two accounts of a made-up shop. */
export const PRODUCTION = '111122223333';
export const PLATFORM = '444455556666';
export const EUROPE = 'eu-central-1';
export const AMERICA = 'us-east-1';
/** What Quarterdeck runs as. */
export const OWN = '999988887777';
export const roleOf = (account: string): string => `arn:aws:iam::${account}:role/quarterdeck`;
export const EXTERNAL_ID = 'quarterdeck-demo';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HISTORY_DAYS = 460;
/** As long as CloudWatch keeps the history of alarms. */
const ALARM_DAYS = 29;

interface Shop {
  readonly service: string;
  readonly account: string;
  readonly regions: readonly string[];
  readonly requests: number;
  /** Deployments a week, and the share of them that fail. */
  readonly releases: number;
  readonly failing: number;
}

const SHOPS: readonly Shop[] = [
  { service: 'checkout', account: PRODUCTION, regions: [EUROPE, AMERICA], requests: 42_000, releases: 16, failing: 0.1 },
  { service: 'search', account: PRODUCTION, regions: [EUROPE, AMERICA], requests: 96_000, releases: 20, failing: 0.05 },
  { service: 'identity', account: PLATFORM, regions: [EUROPE], requests: 28_000, releases: 8, failing: 0.07 },
];
const HARM = 'checkout';

/** Fills a local AWS with what two accounts would hold by `now`: the same for the same day. */
export function fillAccounts({ state }: AwsServer, now: Instant): void {
  for (const account of [PRODUCTION, PLATFORM]) state.sts.role(roleOf(account), { externalId: EXTERNAL_ID });
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const since = today - HISTORY_DAYS * DAY_MS;
  for (const shop of SHOPS) {
    for (const region of shop.regions) addMetrics(state, shop, region, since, today);
    addAlarms(state, shop, today);
    addDeployments(state, shop, since, today);
    addOpsItems(state, shop, today);
    addRisks(state, shop, today);
  }
  addExperiments(state, today);
}

type State = AwsServer['state'];

/** Requests, those that failed, and the 95th percentile of latency, each hour; the checkout failed on the Wednesday of last week. */
function addMetrics(state: State, { account, requests, service }: Shop, region: string, since: Instant, today: Instant): void {
  const address = (metric: string) => ({ account, region, namespace: 'Shop', metric, dimensions: { Service: service } });
  const add = (metric: string, value: (random: Random, at: Instant, isHurt: boolean) => number): void => {
    state.cloudwatch.metrics.generate(address(metric), {
      everyMs: HOUR_MS,
      since,
      value: (at) => value(randomFrom('aws demo', metric, service, region, at), at, service === HARM && isSlow(at, today)),
    });
  };
  const busy = (at: Instant): number => 0.6 + 0.5 * Math.sin(((at % DAY_MS) / DAY_MS - 0.3) * 2 * Math.PI);
  const share = region === EUROPE ? 0.7 : 0.3;
  add('Requests', (random, at) => Math.round(requests * share * busy(at) * random.logNormal(1, 0.05)));
  add('Faults', (random, at, isHurt) =>
    Math.round(requests * share * busy(at) * (isHurt ? 0.021 : 0.0008) * random.logNormal(1, 0.25)),
  );
  add('Latency', (random, at, isHurt) => Math.round((isHurt ? 940 : 180 + 20 * busy(at)) * random.logNormal(1, 0.04)));
}

/** From nine to three on the Wednesday of the week that is reviewed. */
function isSlow(at: Instant, today: Instant): boolean {
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY_MS;
  const wednesday = monday - 5 * DAY_MS;
  return at >= wednesday + 9 * HOUR_MS && at < wednesday + 15 * HOUR_MS;
}

/** One alarm that means something and one that cries by itself. */
function addAlarms(state: State, { account, regions, service }: Shop, today: Instant): void {
  const [region = EUROPE] = regions;
  const random = randomFrom('aws demo', 'alarms', service);
  const alarm = (name: string): { readonly account: string; readonly region: string; readonly name: string } => {
    const address = { account, region, name };
    state.cloudwatch.alarms.put({
      ...address,
      type: 'MetricAlarm',
      createdAt: today - 400 * DAY_MS,
      metric: { namespace: 'Shop', metric: 'Latency', dimensions: { Service: service } },
      threshold: 600,
      tags: { service },
    });
    return address;
  };
  const [slow, cpu] = [alarm(`${service}-latency-page`), alarm(`${service}-cpu-high`)];
  for (let day = ALARM_DAYS; day > 0; day -= 1) {
    const start = today - day * DAY_MS;
    for (let nth = random.count(service === HARM ? 3 : 1, 1); nth > 0; nth -= 1) {
      const at = start + Math.floor(random.between(0, 24)) * HOUR_MS + nth * MINUTE_MS;
      state.cloudwatch.alarms.turn(cpu, at, 'ALARM', { datapoints: [91] });
      state.cloudwatch.alarms.turn(cpu, at + 4 * MINUTE_MS, 'OK', { datapoints: [62] });
    }
    if (!random.chance(0.12)) continue;
    const at = start + Math.floor(random.between(0, 24) * 60) * MINUTE_MS;
    state.cloudwatch.alarms.turn(slow, at, 'ALARM', { datapoints: [812] });
    state.cloudwatch.alarms.turn(slow, at + Math.round(random.logNormal(25, 0.5)) * MINUTE_MS, 'OK', { datapoints: [240] });
  }
}

/** Releases on working days; what fails is rolled back a quarter of an hour later. */
function addDeployments(state: State, shop: Shop, since: Instant, today: Instant): void {
  const random = randomFrom('aws demo', 'deployments', shop.service);
  let number = 0;
  for (let day = since; day < today; day += DAY_MS) {
    const weekday = new Date(day).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    for (const region of shop.regions)
      for (let left = random.count(shop.releases / 5, 0.5); left > 0; left -= 1) {
        const at = day + 8 * HOUR_MS + Math.floor(random.between(0, 8 * 60)) * MINUTE_MS;
        number += 1;
        const deploymentId = idOf(shop.service, number);
        const isFailed = random.chance(shop.failing);
        const list = state.codedeploy.deployments(shop.account, region);
        const own = {
          applicationName: shop.service,
          deploymentGroupName: 'production',
          startTime: new Date(at + 1000),
          createTime: new Date(at),
          completeTime: new Date(at + 12 * MINUTE_MS),
        };
        if (!isFailed) {
          list.push({ ...own, deploymentId, status: 'Succeeded', creator: 'user' });
          continue;
        }
        // Most came out well, and customers felt them; the others never came out.
        const isOut = random.chance(0.7);
        number += 1;
        const rollback = idOf(shop.service, number);
        const back = at + 27 * MINUTE_MS;
        list.push(
          {
            ...own,
            deploymentId,
            status: isOut ? 'Succeeded' : 'Failed',
            creator: 'user',
            rollbackInfo: { rollbackDeploymentId: rollback },
          },
          {
            ...own,
            deploymentId: rollback,
            status: 'Succeeded',
            creator: isOut ? 'CloudFormationRollback' : 'codeDeployRollback',
            createTime: new Date(back),
            startTime: new Date(back + 1000),
            completeTime: new Date(back + 6 * MINUTE_MS),
            rollbackInfo: { rollbackTriggeringDeploymentId: deploymentId },
          },
        );
      }
  }
}

const idOf = (service: string, number: number): string =>
  `d-${service.slice(0, 2).toUpperCase()}${String(number).padStart(7, '0')}`;

/** Some that are open; what is over lies too far back for OpsCenter to tell when it ended. */
function addOpsItems(state: State, { account, regions, service }: Shop, today: Instant): void {
  const random = randomFrom('aws demo', 'items', service);
  const list = state.ssm.opsItems(account, regions[0] ?? EUROPE);
  for (let nth = 1; nth <= 6; nth += 1) {
    const at = today - Math.floor(random.between(1, 40)) * DAY_MS + Math.floor(random.between(0, 24)) * HOUR_MS;
    list.push({
      OpsItemId: `oi-${service.slice(0, 2)}${nth}`,
      OpsItemType: '/aws/issue',
      Title: `${service}: capacity of a queue`,
      Source: 'CloudWatch',
      Status: nth % 3 === 0 ? 'Resolved' : 'Open',
      Severity: String(1 + (nth % 4)),
      Category: 'Availability',
      CreatedTime: new Date(at),
      LastModifiedTime: new Date(at + HOUR_MS),
    });
  }
}

/** Risks at a milestone every Monday, fewer from quarter to quarter, and now. */
function addRisks(state: State, { account, regions, service }: Shop, today: Instant): void {
  const highAt = (at: Instant): number => 2 + Math.floor((today - at) / (70 * DAY_MS));
  const reviewOf = (at: Instant) => [
    {
      LensAlias: 'wellarchitected',
      LensName: 'AWS Well-Architected Framework',
      LensStatus: 'CURRENT',
      UpdatedAt: new Date(at),
      RiskCounts: { HIGH: highAt(at), MEDIUM: 2 * highAt(at) + 3, NONE: 40 - highAt(at), UNANSWERED: 2 },
    },
  ];
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY_MS;
  const milestones = Array.from({ length: 52 }, (_, nth) => monday - (51 - nth) * 7 * DAY_MS + 9 * HOUR_MS);
  state.wellarchitected.workloads(account, regions[0] ?? EUROPE).push({
    WorkloadId: service.padEnd(32, '0'),
    WorkloadName: service,
    UpdatedAt: new Date(today),
    reviews: reviewOf(today),
    milestones: milestones
      .filter((at) => at < today)
      .map((at, nth) => ({
        MilestoneNumber: nth + 1,
        MilestoneName: new Date(at).toISOString().slice(0, 10),
        RecordedAt: new Date(at),
        reviews: reviewOf(at),
      })),
  });
}

/** A game day every three weeks, as far back as FIS remembers; one was stopped by its alarm. */
function addExperiments(state: State, today: Instant): void {
  for (let nth = 1; nth <= 5; nth += 1) {
    const at = today - nth * 21 * DAY_MS + 13 * HOUR_MS;
    state.fis.experiments(PRODUCTION, EUROPE).push({
      id: `EXP${nth}`,
      experimentTemplateId: 'EXTzone',
      state: nth === 2 ? { status: 'stopped', reason: 'Experiment halted by stop condition.' } : { status: 'completed' },
      creationTime: new Date(at),
      startTime: new Date(at + 2000),
      endTime: new Date(at + 40 * MINUTE_MS),
      stopConditions: [
        { source: 'aws:cloudwatch:alarm', value: `arn:aws:cloudwatch:${EUROPE}:${PRODUCTION}:alarm:checkout-latency-page` },
      ],
      tags: { service: 'checkout' },
    });
  }
}
