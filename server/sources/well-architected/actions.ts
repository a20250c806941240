/** What the role must be allowed. */
export const ACTIONS: readonly string[] = [
  'wellarchitected:ListWorkloads',
  'wellarchitected:ListMilestones',
  'wellarchitected:ListLensReviews',
];
