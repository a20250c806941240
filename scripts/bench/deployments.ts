import { NEVER, type ItemColumns } from '../../server/event/columns.ts';
import { randomFrom } from '../../server/sources/demo/random.ts';
import { sharedIntegers, statelessColumns, uidsFor, unset } from './cells.ts';
import { ownerOf, SERVICES_PER_TEAM, serviceName } from './organisation.ts';
import { END_SECOND, FIRST_SECOND, type Size } from './size.ts';

export const ENVIRONMENTS = ['production', 'staging'] as const;
export const OUTCOMES = ['cancelled', 'failed', 'succeeded'] as const;
export const PURPOSES = ['hotfix', 'release', 'rollback'] as const;

/** What SQL is given: flat, with the team that owned the service when the deployment finished. NEVER is null. */
export interface FlatDeployments {
  readonly number: Int32Array;
  readonly finished: Int32Array;
  readonly team: Int32Array;
  readonly environment: Int32Array;
  readonly outcome: Int32Array;
  readonly purpose: Int32Array;
  readonly cancelled: Int32Array;
  /** Number of the deployment that it names. */
  readonly rollsBack: Int32Array;
}

/** Deployments by service, ascending in time; one in twenty-five is a rollback or hotfix that names an earlier one. */
export function makeDeployments(size: Size): { columns: ItemColumns; flat: FlatDeployments } {
  const { teams, deployments: length } = size;
  const services = teams * SERVICES_PER_TEAM;
  const [started, finished, cancelled] = [sharedIntegers(length), sharedIntegers(length), sharedIntegers(length).fill(NEVER)];
  const [environment, outcome, purpose] = [sharedIntegers(length), sharedIntegers(length), sharedIntegers(length)];
  const [service, team, rollsBack] = [sharedIntegers(length), sharedIntegers(length), unset(length).codes];
  const named: string[] = [];
  const namedNumber: number[] = [];
  const perService = length / services;
  const span = END_SECOND - FIRST_SECOND - 3600;
  for (let own = 0, row = 0; own < services; own += 1) {
    const random = randomFrom('deployments', own);
    const first = row;
    for (; row < Math.floor((own + 1) * perService + 1e-6) && row < length; row += 1) {
      const at = FIRST_SECOND + Math.floor(((row - first + random.next()) / (perService + 1)) * span);
      started[row] = at;
      finished[row] = at + 60 + Math.floor(random.next() * 1800);
      service[row] = own;
      team[row] = ownerOf(own, finished[row] ?? 0, teams);
      environment[row] = random.chance(0.8) ? 0 : 1;
      outcome[row] = random.chance(0.93) ? 2 : random.chance(0.5) ? 1 : 0;
      purpose[row] = 1;
      if (random.chance(0.005)) cancelled[row] = at + 7200;
      if (row - first < 20 || !random.chance(0.04)) continue;
      purpose[row] = random.chance(0.5) ? 0 : 2;
      const undone = row - 1 - Math.floor(random.next() * 10);
      rollsBack[row] = named.push(`D${undone}`) - 1;
      namedNumber.push(undone);
    }
  }
  const columns = statelessColumns(
    'deployment',
    uidsFor('deploys', 'deployment', 'D', length),
    started,
    unset(length),
    { dictionary: Array.from({ length: services }, (_, own) => serviceName(own)), codes: service },
    {
      instants: { started, finished, cancelled },
      codes: {
        environment: { dictionary: ENVIRONMENTS, codes: environment },
        outcome: { dictionary: OUTCOMES, codes: outcome },
        purpose: { dictionary: PURPOSES, codes: purpose },
        rolls_back: { dictionary: named, codes: rollsBack },
      },
    },
  );
  return {
    columns,
    flat: {
      number: Int32Array.from({ length }, (_, row) => row),
      finished,
      team,
      environment,
      outcome,
      purpose,
      cancelled,
      rollsBack: rollsBack.map((code) => namedNumber[code] ?? NEVER),
    },
  };
}
