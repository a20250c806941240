import { isNowhere } from '../aws/attribution.ts';
import type { Where } from './attributes.ts';

/** What the role must be allowed; composite alarms want it on `*`. Alarms are looked at only where they tell whose they are. */
export const actionsFor = ({ tags, dimensions }: Where): readonly string[] => [
  'cloudwatch:DescribeAlarmHistory',
  ...(isNowhere(tags) && isNowhere(dimensions) ? [] : ['cloudwatch:DescribeAlarms']),
  ...(isNowhere(tags) ? [] : ['cloudwatch:ListTagsForResource']),
];
