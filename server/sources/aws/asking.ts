import { callFault } from './faults.ts';
import type { AwsPlace } from './place.ts';

/** Where calls go, and what ends them. */
export interface Asking {
  readonly place: AwsPlace;
  readonly signal: AbortSignal;
}

/**
 * One call, with its fault in words.
 * @param action the IAM action, such as `codedeploy:BatchGetDeployments`
 * @throws SourceError
 */
export async function asked<Answer>({ place, signal }: Asking, action: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    // Called off by us: no fault of anybody's.
    signal.throwIfAborted();
    throw callFault(place, action, error);
  }
}
