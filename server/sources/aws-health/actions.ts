export const ACTIONS: readonly string[] = ['health:DescribeEvents'];
