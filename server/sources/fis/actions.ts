/** What the role must be allowed. */
export const ACTIONS: readonly string[] = ['fis:ListExperiments', 'fis:GetExperiment'];
