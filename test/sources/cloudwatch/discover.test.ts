import { describe, expect, test } from 'vitest';
import { parsePlaces, type AwsPlace } from '../../../server/sources/aws/place.ts';
import { discoverSeries } from '../../../server/sources/cloudwatch/discover.ts';
import { Settings } from '../../../server/sources/settings.ts';
import { address, HOUR, LAST_HOUR, metricHouse, type MetricHouse } from './house.ts';

const ALL = { namespace: null, metric: null };
const ROLE = 'arn:aws:iam::111122223333:role/quarterdeck';

function placesOf({ server }: MetricHouse): AwsPlace[] {
  server.state.sts.role(ROLE, { externalId: null, accounts: ['999900001111'] });
  const written = { endpoint: server.url, accounts: [{ id: '111122223333', role: ROLE, regions: ['eu-central-1'] }] };
  const places = parsePlaces(new Settings(written, [], (_, message) => expect(message).toBe('')));
  if (places === null) throw new Error('there are no places');
  return places;
}

function publish({ server }: MetricHouse, namespace: string, metric: string, dimensions: Readonly<Record<string, string>>): void {
  server.state.cloudwatch.metrics.put(address(metric, { namespace, dimensions }), [{ at: LAST_HOUR - HOUR, value: 1 }]);
}

describe('what can be read of CloudWatch', () => {
  test('is proposed as entries that can be read, metrics of one form as a search', async () => {
    const house = await metricHouse();
    publish(house, 'AWS/ApplicationELB', 'RequestCount', { LoadBalancer: 'app/checkout/1234' });
    publish(house, 'AWS/ApplicationELB', 'TargetResponseTime', { LoadBalancer: 'app/checkout/1234' });
    publish(house, 'Our shop', 'Free space', { Region: 'yes' });
    for (let nth = 0; nth < 600; nth += 1) publish(house, 'AWS/SQS', 'NumberOfMessagesSent', { QueueName: `q${nth}` });
    const text = await discoverSeries(placesOf(house), ALL, new AbortController().signal);
    expect(text).toMatchInlineSnapshot(`
      "# 111122223333 eu-central-1: 603 metrics
      - name: request-count-app-checkout-1234
        namespace: AWS/ApplicationELB
        metric: RequestCount
        dimensions: { LoadBalancer: app/checkout/1234 }
        statistics: [Sum]
        accounts: ['111122223333']
        regions: [eu-central-1]
      - name: target-response-time-app-checkout-1234
        namespace: AWS/ApplicationELB
        metric: TargetResponseTime
        dimensions: { LoadBalancer: app/checkout/1234 }
        statistics: [Average, p99]
        accounts: ['111122223333']
        regions: [eu-central-1]
      - name: number-of-messages-sent  # 600 found; narrow it, a search gives 500
        search: '{AWS/SQS,QueueName} MetricName="NumberOfMessagesSent"'
        label: { queue_name: QueueName }
        statistics: [Sum]
        accounts: ['111122223333']
        regions: [eu-central-1]
      - name: free-space-yes
        namespace: "Our shop"
        metric: "Free space"
        dimensions: { Region: "yes" }
        statistics: [Average, Maximum]
        accounts: ['111122223333']
        regions: [eu-central-1]
      "
    `);
    const source = house.source({ '111122223333': ['eu-central-1'] }, text.replaceAll(/^#.*\n/gm, ''));
    expect(source.series).toEqual([
      'request-count-app-checkout-1234',
      'target-response-time-app-checkout-1234',
      'number-of-messages-sent',
      'free-space-yes',
    ]);
    const store = await house.store();
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete' });
    expect(await store.seriesNames()).toEqual([...source.series].sort());
  });

  test('is narrowed by namespace and metric', async () => {
    const house = await metricHouse();
    publish(house, 'A', 'Errors', {});
    publish(house, 'A', 'Requests', {});
    publish(house, 'B', 'Errors', {});
    const text = await discoverSeries(placesOf(house), { namespace: 'A', metric: 'Errors' }, new AbortController().signal);
    expect(text.match(/- name: .*/g)).toEqual(['- name: errors']);
  });

  test('is refused in words', async () => {
    const house = await metricHouse();
    house.server.fail({ service: 'cloudwatch', action: 'ListMetrics', as: 'denied' });
    await expect(discoverSeries(placesOf(house), ALL, new AbortController().signal)).rejects.toThrow(
      `111122223333 eu-central-1: the role ${ROLE} may not call cloudwatch:ListMetrics`,
    );
  });
});
