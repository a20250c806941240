/** What the role must be allowed. GetOpsItem is called for open items that a list no longer shows. */
export const ACTIONS: readonly string[] = ['ssm:DescribeOpsItems', 'ssm:GetOpsItem'];
