import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { eventBridgeAdapter } from '../../../server/sources/eventbridge/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import { REGION } from '../aws/watch-house.ts';

const ADAPTERS = [
  eventBridgeAdapter,
  cloudWatchAlarmsAdapter,
  opsCenterAdapter,
  codeDeployAdapter,
  codePipelineAdapter,
  awsHealthAdapter,
];

/**
 * A source of type eventbridge, of a file in which all that it may name is polled, too.
 * @param yaml its entry, without `type` and without an endpoint
 * @throws Error with all that is wrong
 */
export function busSource(yaml: string, endpoint = 'http://127.0.0.1:1', file = 'sources.yaml'): Source {
  const at = `regions: [${REGION}], endpoint: '${endpoint}'`;
  const text = `version: sources/v1
sources:
  - { id: alarms, type: cloudwatch-alarms, ${at} }
  - { id: ops, type: opscenter, ${at} }
  - { id: codedeploy, type: codedeploy, ${at} }
  - { id: pipelines, type: codepipeline, ${at} }
  - { id: health, type: aws-health, ${at} }
  - { type: eventbridge, ${yaml} }
`;
  const { sources, problems } = parseSources(text, file, ADAPTERS);
  const source = sources.find(({ type }) => type === 'eventbridge');
  if (source === undefined || problems.length > 0)
    throw new Error(problems.map(({ line, message, fix }) => `line ${line}: ${message} (${fix ?? ''})`).join('\n'));
  return source;
}
