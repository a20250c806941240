import { AMERICA, EUROPE, EXTERNAL_ID, PLATFORM, PRODUCTION, roleOf } from './accounts.ts';

const account = (id: string, ...regions: readonly string[]): string =>
  `      - { id: '${id}', role: '${roleOf(id)}', external_id: ${EXTERNAL_ID}, regions: [${regions.join(', ')}] }`;

const ACCOUNTS = `    accounts:
${account(PRODUCTION, EUROPE, AMERICA)}
${account(PLATFORM, EUROPE)}`;

const series = (name: string, metric: string, statistic: string): string =>
  ['checkout', 'search', 'identity']
    .map(
      (service) =>
        `      - { name: ${name}, namespace: Shop, metric: ${metric}, dimensions: { Service: ${service} }, statistics: [${statistic}], as: { service: ${service} }, accounts: ['${service === 'identity' ? PLATFORM : PRODUCTION}'] }`,
    )
    .join('\n');

/** The shop's teams and services. */
export const ORGANISATION = `version: organisation/v1
name: Shop on AWS
zone: UTC
week_starts: monday
fiscal_year_ends: december
teams:
  store: { name: Store, zone: UTC }
  platform: { name: Platform, zone: UTC }
services:
  checkout: { name: Checkout, owner: store }
  search: { name: Search, owner: store }
  identity: { name: Identity, owner: platform }
`;

/** Where its data comes from: two accounts, by roles. */
export const SOURCES = `version: sources/v1
sources:
  - id: metrics
    name: CloudWatch metrics
    type: cloudwatch
    schedule: '5 * * * *'
${ACCOUNTS}
    series:
${series('shop-requests', 'Requests', 'Sum')}
${series('shop-faults', 'Faults', 'Sum')}
${series('shop-latency', 'Latency', 'Average')}
  - id: alarms
    name: CloudWatch alarms
    type: cloudwatch-alarms
    schedule: '10 * * * *'
${ACCOUNTS}
    tags: { service: service }
    pages: { alarms: ['*-page'], no_action_within: 5 minutes }
  - id: ops-items
    name: OpsCenter
    type: opscenter
    schedule: '15 * * * *'
${ACCOUNTS}
    items:
      - { title: 'checkout*', service: checkout }
      - { title: 'search*', service: search }
      - { title: 'identity*', service: identity }
  - id: deployments
    name: CodeDeploy
    type: codedeploy
    schedule: '20 * * * *'
${ACCOUNTS}
    applications:
      - { application: checkout, service: checkout, environment: production }
      - { application: search, service: search, environment: production }
      - { application: identity, service: identity, environment: production }
  - id: experiments
    name: Fault Injection Service
    type: fis
    schedule: '25 * * * *'
${ACCOUNTS}
  - id: risks
    name: Well-Architected Tool
    type: well-architected
    schedule: '30 * * * *'
${ACCOUNTS}
    workloads:
      - { workload: checkout, service: checkout }
      - { workload: search, service: search }
      - { workload: identity, service: identity }
`;

/** What of the standard pack AWS alone can tell: the rest of it takes people, tickets and incidents from elsewhere. */
export const PACK: readonly string[] = [
  'delivery/deployment-frequency',
  'delivery/change-failure-rate',
  'delivery/failed-deployment-recovery-time',
  'delivery/rework-share',
  'on-call/pages',
  'on-call/repeat-pages',
  'on-call/noise',
  'queues/queue-depth',
  'culture/game-days',
];

/** KPIs of these series, beside those. */
export const KPIS: Readonly<Record<string, string>> = {
  'shop-requests': `version: kpi/v1
id: shop-requests
name: Requests
question: How much is asked of the shop?
section: Customers
role: input
owner: Store
better: neither
measure: { level: { series: shop-requests, statistic: sum } }
unit: { type: count, label: requests }
`,
  'shop-faults': `version: kpi/v1
id: shop-faults
name: Failed requests
question: How many requests failed?
section: Customers
role: outcome
owner: Store
better: lower
measure: { level: { series: shop-faults, statistic: sum } }
unit: { type: count, label: requests }
`,
  'shop-fault-share': `version: kpi/v1
id: shop-fault-share
name: Share of requests that failed
question: What share of requests failed?
section: Customers
role: outcome
owner: Store
better: lower
measure: { combine: { divide: [shop-faults, shop-requests] } }
unit: { type: share }
slice_by: [team, service]
targets:
  - { at_most: 0.1%, every: week, since: 2025-01-01, because: promised to customers }
`,
  'architecture-risks': `version: kpi/v1
id: architecture-risks
name: High risks
question: How many high risks does the Well-Architected Tool know of?
section: Culture
role: input
owner: Platform
better: lower
measure:
  level: { series: well-architected-risks, statistic: last, across: sum }
  where: { risk: HIGH }
unit: { type: count, label: risks }
`,
};
