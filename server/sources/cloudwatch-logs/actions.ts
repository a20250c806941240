/** IAM actions of the calls. */
export const START = 'logs:StartQuery';
export const RESULTS = 'logs:GetQueryResults';
export const STOP = 'logs:StopQuery';

/** What the role must be allowed. */
export const ACTIONS: readonly string[] = [START, RESULTS, STOP];
