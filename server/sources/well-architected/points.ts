import type { LensReviewSummary, WorkloadSummary } from '@aws-sdk/client-wellarchitected';
import type { Sample } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { dimensionsText } from '../aws/dimensions.ts';
import type { AwsPlace } from '../aws/place.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';

/** Questions of a workload by the risk that their answers leave: `level { series: well-architected-risks }`. */
export const SERIES = 'well-architected-risks';

const RISKS = ['HIGH', 'MEDIUM', 'NONE', 'UNANSWERED', 'NOT_APPLICABLE'] as const;

/** The counts of a lens's review as they stood at an instant; nothing where they are not told. */
export function riskPoints(
  source: string,
  place: AwsPlace,
  rules: readonly Rule[],
  workload: WorkloadSummary,
  { LensAlias, LensName, RiskCounts }: LensReviewSummary,
  at: Instant,
): Sample[] {
  if (RiskCounts === undefined || Object.keys(RiskCounts).length === 0) return [];
  // Lenses of one's own have an address for an alias.
  const lens = (LensAlias === undefined || LensAlias.startsWith('arn:') ? LensName : LensAlias) ?? '';
  const rule = ruleFor(rules, { workload: workload.WorkloadName, lens });
  if (rule?.isLeftOut === true) return [];
  return RISKS.map((risk) => ({
    source,
    series: SERIES,
    dimensions: dimensionsText({
      // Whose it is: one that is shared shows in several accounts, and is one.
      account: workload.Owner ?? place.account ?? undefined,
      region: place.region,
      workload: workload.WorkloadName,
      lens,
      risk,
      ...rule?.says,
    }),
    statistic: 'last',
    at,
    // Of counts that are told, those that are left out are none: otherwise the last high risk would never go.
    value: RiskCounts[risk] ?? 0,
  }));
}
