/** What the role must be allowed. */
export const ACTIONS: readonly string[] = [
  'ssm-incidents:ListIncidentRecords',
  'ssm-incidents:GetIncidentRecord',
  'ssm-incidents:ListTimelineEvents',
  'ssm-incidents:GetTimelineEvent',
];
