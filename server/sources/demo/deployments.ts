import type { Instant } from '../../time/period.ts';
import { SERVICES, ownerOf, type DemoService } from './company.ts';
import { chronicleOf, itemId, type Fact } from './fact.ts';
import { randomFrom, type Random } from './random.ts';
import { harmfulShare } from './story.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, WORK, drawInstant, later, type Timeline } from './timeline.ts';

const A_WEEK = 112;

export interface Deployment {
  readonly id: string;
  readonly service: DemoService;
  readonly team: string;
  readonly environment: 'production' | 'staging';
  readonly purpose: 'release' | 'hotfix' | 'rollback';
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  readonly started: Instant;
  readonly finished: Instant;
  readonly commits: readonly Instant[];
  /** Id of the deployment that it takes back or repairs. */
  readonly rollsBack: string | null;
  /** Opening of the incident that it causes; null where there is none. */
  readonly incidentAt: Instant | null;
}

/** Deployments of a week. Some hurt: then an incident blames them, a rollback or hotfix names them, or both. */
export function deploymentsOf(timeline: Timeline, seed: string, week: number): Deployment[] {
  const random = randomFrom(seed, 'deployments', week);
  const deployments: Deployment[] = [];
  const count = random.count(A_WEEK, 0.8);
  const add = (draft: Omit<Deployment, 'id'>): Deployment => {
    const deployment = { id: itemId('DEP', week, deployments.length + 1), ...draft };
    deployments.push(deployment);
    return deployment;
  };
  for (let index = 0; index < count; index += 1) {
    const service = random.weighted(SERVICES, (each) => ownerOf(each, timeline.firstDayOf(week)).deployments);
    const team = ownerOf(service, timeline.firstDayOf(week));
    const started = drawInstant(random, timeline, week, team.zone, WORK);
    const finished = later(started, random.logNormal(11, 0.5) * MINUTE_MS);
    const environment = random.chance(0.86) ? 'production' : 'staging';
    const fate = random.next();
    const outcome = fate < 0.03 ? 'failed' : fate < 0.04 ? 'cancelled' : 'succeeded';
    const isHarmful = environment === 'production' && outcome === 'succeeded' && random.chance(harmfulShare(week));
    const isBlamed = isHarmful && random.chance(0.72);
    const purpose = random.chance(0.05) ? 'hotfix' : 'release';
    const harmful = add({
      service,
      team: team.id,
      environment,
      purpose,
      outcome,
      started,
      finished,
      commits: commitsBefore(random, started, purpose),
      rollsBack: null,
      incidentAt: isBlamed ? later(finished, Math.min(20 * HOUR_MS, random.logNormal(25, 0.9) * MINUTE_MS)) : null,
    });
    // Without an incident, the rollback is the only trace that it hurt.
    if (isHarmful && !isBlamed) add(repairOf(random, harmful, 'rollback'));
    else if (isHarmful && random.chance(0.4)) add(repairOf(random, harmful, random.chance(0.5) ? 'rollback' : 'hotfix'));
  }
  return deployments;
}

function repairOf(random: Random, harmful: Deployment, purpose: 'rollback' | 'hotfix'): Omit<Deployment, 'id'> {
  const started = later(harmful.finished, random.logNormal(purpose === 'rollback' ? 35 : 150, 0.6) * MINUTE_MS);
  return {
    service: harmful.service,
    team: harmful.team,
    environment: 'production',
    purpose,
    outcome: 'succeeded',
    started,
    finished: later(started, random.logNormal(8, 0.4) * MINUTE_MS),
    commits: purpose === 'hotfix' ? [later(started, -random.logNormal(25, 0.5) * MINUTE_MS)] : [],
    rollsBack: harmful.id,
    incidentAt: null,
  };
}

function commitsBefore(random: Random, started: Instant, purpose: 'release' | 'hotfix'): Instant[] {
  const count = purpose === 'hotfix' ? 1 : 1 + Math.floor(random.logNormal(2.2, 0.7));
  const median = purpose === 'hotfix' ? HOUR_MS : 21 * HOUR_MS;
  return Array.from({ length: Math.min(count, 15) }, () =>
    later(started, -Math.min(20 * DAY_MS, random.logNormal(median, 0.9)) - 5 * MINUTE_MS),
  ).sort((left, right) => left - right);
}

/** One fact a deployment: the pipeline reports when it is done. */
export function deploymentFacts(deployment: Deployment): readonly Fact[] {
  const chronicle = chronicleOf('deployment', deployment.id);
  chronicle.say(deployment.finished, null, {
    service: deployment.service.id,
    environment: deployment.environment,
    purpose: deployment.purpose,
    outcome: deployment.outcome,
    started: deployment.started,
    finished: deployment.finished,
    commits: deployment.commits.length === 0 ? undefined : deployment.commits,
    rolls_back: deployment.rollsBack ?? undefined,
  });
  return chronicle.facts;
}
