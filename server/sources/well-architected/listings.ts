import type {
  LensReviewSummary,
  MilestoneSummary,
  WellArchitectedClient,
  WorkloadSummary,
} from '@aws-sdk/client-wellarchitected';
import type { Asking } from '../aws/asking.ts';
import { pagesOf } from '../aws/pages.ts';

/** As many as a page may hold. */
const MaxResults = 50;

export async function workloadsOf(client: WellArchitectedClient, { place, signal }: Asking): Promise<WorkloadSummary[]> {
  const { ListWorkloadsCommand } = await import('@aws-sdk/client-wellarchitected');
  const pages = pagesOf(
    place,
    'wellarchitected:ListWorkloads',
    (NextToken) => client.send(new ListWorkloadsCommand({ NextToken, MaxResults }), { abortSignal: signal }),
    ({ NextToken }) => NextToken,
  );
  const found: WorkloadSummary[] = [];
  for await (const { WorkloadSummaries } of pages) found.push(...(WorkloadSummaries ?? []));
  return found;
}

export async function milestonesOf(
  client: WellArchitectedClient,
  { place, signal }: Asking,
  WorkloadId: string,
): Promise<MilestoneSummary[]> {
  const { ListMilestonesCommand } = await import('@aws-sdk/client-wellarchitected');
  const pages = pagesOf(
    place,
    'wellarchitected:ListMilestones',
    (NextToken) =>
      orNothing(client.send(new ListMilestonesCommand({ WorkloadId, NextToken, MaxResults }), { abortSignal: signal }), {
        MilestoneSummaries: [],
        NextToken: undefined,
      }),
    ({ NextToken }) => NextToken,
  );
  const found: MilestoneSummary[] = [];
  for await (const { MilestoneSummaries } of pages) found.push(...(MilestoneSummaries ?? []));
  return found;
}

/** Of a milestone, or as they stand now. */
export async function reviewsOf(
  client: WellArchitectedClient,
  { place, signal }: Asking,
  WorkloadId: string,
  MilestoneNumber?: number,
): Promise<LensReviewSummary[]> {
  const { ListLensReviewsCommand } = await import('@aws-sdk/client-wellarchitected');
  const pages = pagesOf(
    place,
    'wellarchitected:ListLensReviews',
    (NextToken) =>
      orNothing(
        client.send(new ListLensReviewsCommand({ WorkloadId, MilestoneNumber, NextToken, MaxResults }), { abortSignal: signal }),
        { LensReviewSummaries: [], NextToken: undefined },
      ),
    ({ NextToken }) => NextToken,
  );
  const found: LensReviewSummary[] = [];
  for await (const { LensReviewSummaries } of pages) found.push(...(LensReviewSummaries ?? []));
  return found;
}

/** A workload that was deleted after it was listed has nothing any more. */
const orNothing = async <Answer, Nothing>(answer: Promise<Answer>, nothing: Nothing): Promise<Answer | Nothing> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return nothing;
    throw error;
  }
};
