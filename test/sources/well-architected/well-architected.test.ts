import { describe, expect, it } from 'vitest';
import type { LensReview, RiskCounts, Workload } from '../../../scripts/aws-server/wellarchitected.ts';
import { wellArchitectedAdapter } from '../../../server/sources/well-architected/adapter.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, houseOf, NOW, pull, REGION, type Pulled } from '../aws/place-house.ts';

const house = houseOf(wellArchitectedAdapter);
const TODAY = Date.parse('2026-11-21T00:00Z');

const review = (counts: RiskCounts, more: Partial<LensReview> = {}): LensReview => ({
  LensAlias: 'wellarchitected',
  LensName: 'AWS Well-Architected Framework',
  LensStatus: 'CURRENT',
  UpdatedAt: new Date(NOW - DAY_MS),
  RiskCounts: counts,
  ...more,
});

function workload(name: string, reviews: LensReview[], milestones: Workload['milestones'] = []): Workload {
  const made = { WorkloadId: `id-of-${name}`, WorkloadName: name, UpdatedAt: new Date(NOW - DAY_MS), reviews, milestones };
  house.server.state.wellarchitected.workloads(ACCOUNT, REGION).push(made);
  return made;
}

const milestone = (number: number, at: number, counts: RiskCounts): Workload['milestones'][number] => ({
  MilestoneNumber: number,
  MilestoneName: `Review ${number}`,
  RecordedAt: new Date(at),
  reviews: [review(counts)],
});

const highOf = ({ samples }: Pulled): (readonly [string, number])[] =>
  samples.flatMap(({ dimensions, at, value }) =>
    dimensions.includes('risk=HIGH') ? [[new Date(at).toISOString(), value] as const] : [],
  );
const callsOf = (action: string): number => house.server.calls.filter((call) => call.action === action).length;

describe('risks of the Well-Architected Tool', () => {
  it('are points as of today, one a risk, and a risk that is not counted is none', async () => {
    workload('shop', [review({ HIGH: 3, UNANSWERED: 20 })]);
    const { samples, events, end } = await pull(house.source('workloads: [{ workload: shop, service: shop, team: web }]'), NOW);
    const dimensions = (risk: string): string =>
      `account=${ACCOUNT},lens=wellarchitected,region=${REGION},risk=${risk},service=shop,team=web,workload=shop`;
    expect(samples.map((sample) => [sample.dimensions, sample.value])).toEqual([
      [dimensions('HIGH'), 3],
      [dimensions('MEDIUM'), 0],
      [dimensions('NONE'), 0],
      [dimensions('UNANSWERED'), 20],
      [dimensions('NOT_APPLICABLE'), 0],
    ]);
    expect(samples[0]).toMatchObject({ series: 'well-architected-risks', statistic: 'last', at: TODAY });
    expect(events).toEqual([]);
    expect(end).toMatchObject({ completeUntil: NOW, historyFrom: null });
  });

  it('have their milestones as history, each read once', async () => {
    const shop = workload(
      'shop',
      [review({ HIGH: 1 })],
      Array.from({ length: 60 }, (_, at) => milestone(at + 1, NOW - (100 - at) * DAY_MS, { HIGH: 100 - at })),
    );
    const source = house.source();
    const first = await pull(source, NOW);
    expect(highOf(first)).toHaveLength(61);
    expect(highOf(first)[0]).toEqual([new Date(NOW - 100 * DAY_MS).toISOString(), 100]);
    expect([callsOf('ListMilestones'), callsOf('ListLensReviews')]).toEqual([2, 61]);
    shop.milestones.push(milestone(61, NOW + HOUR_MS, { HIGH: 1 }));
    const second = await pull(source, NOW + 2 * HOUR_MS, first.cursor);
    expect(highOf(second)).toEqual([
      [new Date(NOW + HOUR_MS).toISOString(), 1],
      [new Date(TODAY).toISOString(), 1],
    ]);
  });

  it('of the same day are the same points, with what stands now', async () => {
    const shop = workload('shop', [review({ HIGH: 3 })]);
    const source = house.source();
    const first = await pull(source, NOW);
    expect((await pull(source, NOW + HOUR_MS, first.cursor)).samples).toEqual(first.samples);
    shop.reviews[0] = review({ MEDIUM: 3 });
    expect(highOf(await pull(source, NOW + 2 * HOUR_MS, first.cursor))).toEqual([[new Date(TODAY).toISOString(), 0]]);
    expect(highOf(await pull(source, NOW + DAY_MS, first.cursor))).toEqual([[new Date(TODAY + DAY_MS).toISOString(), 0]]);
  });

  it('of a review that tells no counts are no points, not zeros', async () => {
    workload('shop', [review({})]);
    expect((await pull(house.source(), NOW)).samples).toEqual([]);
  });

  it("are apart by lens, and a lens of one's own has its name; what is left out is left out", async () => {
    workload('shop', [
      review({ HIGH: 1 }),
      review({ HIGH: 2 }, { LensAlias: 'arn:aws:wellarchitected:eu-central-1:111122223333:lens/x', LensName: 'House, rules' }),
      review({ HIGH: 4 }, { LensAlias: 'serverless' }),
    ]);
    const { samples } = await pull(house.source('workloads: [{ lens: serverless, leave_out: true }]'), NOW);
    const lenses = samples.map(({ dimensions }) => /lens=([^,]*)/.exec(dimensions)?.[1]);
    expect([...new Set(lenses)]).toEqual(['wellarchitected', 'House%2C rules']);
  });

  it('belong to the account that owns the workload, whoever it is shared with', async () => {
    workload('shop', [review({ HIGH: 1 })]);
    const role = 'arn:aws:iam::444455556666:role/quarterdeck';
    house.server.state.sts.role(role, { externalId: null, accounts: [ACCOUNT] });
    const settings = `accounts: [{ id: '444455556666', role: '${role}', regions: [${REGION}] }]`;
    house.server.state.wellarchitected
      .workloads('444455556666', REGION)
      .push({ ...workload('shared', [review({ HIGH: 1 })]), Owner: ACCOUNT });
    const { samples } = await pull(house.source(settings), NOW);
    expect(samples[0]?.dimensions).toContain(`account=${ACCOUNT},`);
  });

  it('are complete after a pass that was cut off anywhere, and milestones that were told are not read again', async () => {
    for (const name of ['a', 'b', 'c'])
      workload(
        name,
        [review({ HIGH: 1 })],
        [milestone(1, NOW - 9 * DAY_MS, { HIGH: 2 }), milestone(2, NOW - 5 * DAY_MS, { HIGH: 3 })],
      );
    const source = house.source();
    const whole = await pull(source, NOW);
    for (const cut of [1, 2, 3]) {
      const part = await pull(source, NOW, null, cut);
      const before = callsOf('ListLensReviews');
      const rest = await pull(source, NOW, part.cursor);
      expect(new Set([...part.samples, ...rest.samples].map((sample) => JSON.stringify(sample)))).toEqual(
        new Set(whole.samples.map((sample) => JSON.stringify(sample))),
      );
      expect(callsOf('ListLensReviews') - before).toBe(3 + 2 * (3 - cut));
    }
  });

  it('of a workload that is deleted while it is read are none, and the others are told', async () => {
    workload('gone', [review({ HIGH: 1 })]);
    workload('shop', [review({ HIGH: 2 })]);
    const source = house.source();
    const pass = source.pull({ cursor: null, now: NOW, pseudonym: String, signal: new AbortController().signal });
    const workloads = house.server.state.wellarchitected.workloads(ACCOUNT, REGION);
    workloads.reverse();
    await pass.next();
    workloads.pop();
    const rest = await pass.next();
    expect(rest.done === true ? null : rest.value.samples).toEqual([]);
  });

  it('that may not be read say which action is to be allowed', async () => {
    workload('shop', [review({ HIGH: 1 })]);
    house.server.fail({ service: 'wellarchitected', action: 'ListLensReviews', as: 'denied' });
    const { error } = await pull(house.source(), NOW);
    expect(error?.message).toMatch(/may not call wellarchitected:ListLensReviews/);
  });
});
