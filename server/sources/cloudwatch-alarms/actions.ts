/** What the role must be allowed; composite alarms want DescribeAlarmHistory and DescribeAlarms on `*`. */
export const ACTIONS: readonly string[] = [
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:ListTagsForResource',
];
