import { AwsError } from './errors.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Service } from './service.ts';

export type RiskCounts = Readonly<Partial<Record<'HIGH' | 'MEDIUM' | 'NONE' | 'UNANSWERED' | 'NOT_APPLICABLE', number>>>;

export interface LensReview {
  LensAlias: string;
  LensArn?: string;
  LensVersion?: string;
  LensName: string;
  LensStatus: string;
  UpdatedAt: Date;
  RiskCounts: RiskCounts;
}

export interface Milestone {
  MilestoneNumber: number;
  MilestoneName: string;
  RecordedAt: Date;
  /** As the reviews stood then. */
  reviews: readonly LensReview[];
}

export interface Workload {
  WorkloadId: string;
  WorkloadName: string;
  /** The account that shares it; the one that lists it unless told. */
  Owner?: string;
  UpdatedAt: Date;
  /** As they stand now. */
  reviews: LensReview[];
  milestones: Milestone[];
}

export interface WellArchitectedState {
  /** Workloads of a Region of an account, to add to and to change. */
  workloads(account: string, region: string): Workload[];
}

const MOST = 50;

/** Well-Architected Tool, REST JSON. */
export function createWellArchitected(): Service<WellArchitectedState> {
  const shelf = new Shelf<Workload>();
  return {
    name: 'wellarchitected',
    routes: [
      { action: 'ListWorkloads', method: 'POST', path: '/workloadsSummaries' },
      { action: 'ListMilestones', method: 'POST', path: '/workloads/{WorkloadId}/milestonesSummaries' },
      { action: 'ListLensReviews', method: 'GET', path: '/workloads/{WorkloadId}/lensReviews' },
    ],
    state: { workloads: (account, region) => shelf.of(account, region) },
    handle(action, input, { caller: { account, region } }) {
      const workloads = shelf.of(account, region);
      const size = input.integer('MaxResults', 1, MOST) ?? MOST;
      const token = input.text('NextToken');
      if (action === 'ListWorkloads') {
        const page = pageOf(workloads, token, size, 'ValidationException');
        return {
          WorkloadSummaries: page.items.map(({ WorkloadId, WorkloadName, Owner = account, UpdatedAt, reviews }) => ({
            WorkloadId,
            WorkloadArn: `arn:aws:wellarchitected:${region}:${account}:workload/${WorkloadId}`,
            WorkloadName,
            Owner,
            UpdatedAt,
            Lenses: reviews.map(({ LensAlias }) => LensAlias),
          })),
          NextToken: page.token,
        };
      }
      const id = input.requiredText('WorkloadId');
      const workload = workloads.find(({ WorkloadId }) => WorkloadId === id);
      if (workload === undefined)
        throw new AwsError('ResourceNotFoundException', `[ResourceNotFound] Workload ${id} was not found.`, { status: 404 });
      if (action === 'ListMilestones') {
        const page = pageOf(workload.milestones, token, size, 'ValidationException');
        const MilestoneSummaries = page.items.map(({ reviews: _, ...milestone }) => milestone);
        return { WorkloadId: id, MilestoneSummaries, NextToken: page.token };
      }
      if (action === 'ListLensReviews') {
        const number = input.integer('MilestoneNumber', 1, 100);
        const of = number === null ? workload : workload.milestones.find(({ MilestoneNumber }) => MilestoneNumber === number);
        if (of === undefined)
          throw new AwsError('ResourceNotFoundException', `[ResourceNotFound] Milestone ${String(number)} was not found.`, {
            status: 404,
          });
        const page = pageOf(of.reviews, token, size, 'ValidationException');
        return { WorkloadId: id, MilestoneNumber: number ?? undefined, LensReviewSummaries: page.items, NextToken: page.token };
      }
      throw new AwsError('UnknownOperationException', `the Well-Architected Tool has no ${action} here`, { status: 404 });
    },
  };
}
