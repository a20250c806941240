import type { Instant } from '../../server/time/period.ts';
import { AwsError } from './errors.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Service } from './service.ts';

export interface Experiment {
  id: string;
  experimentTemplateId: string;
  state: {
    status: 'pending' | 'initiating' | 'running' | 'completed' | 'stopping' | 'stopped' | 'failed' | 'cancelled';
    reason?: string;
  };
  creationTime: Date;
  startTime?: Date;
  endTime?: Date;
  stopConditions?: readonly { readonly source: string; readonly value?: string }[];
  tags?: Readonly<Record<string, string>>;
}

export interface FisState {
  /** Experiments of a Region of an account, to add to and to change. */
  experiments(account: string, region: string): Experiment[];
}

/** Experiments are forgotten so long after they were made. */
const KEPT_MS = 120 * 24 * 3_600_000;

/** Fault Injection Service, REST JSON. */
export function createFis(): Service<FisState> {
  const shelf = new Shelf<Experiment>();
  return {
    name: 'fis',
    routes: [
      { action: 'ListExperiments', method: 'GET', path: '/experiments' },
      { action: 'GetExperiment', method: 'GET', path: '/experiments/{id}' },
    ],
    state: { experiments: (account, region) => shelf.of(account, region) },
    handle(action, input, { caller: { account, region }, now }) {
      const kept = keptOf(shelf.of(account, region), now);
      if (action === 'ListExperiments') {
        const size = input.integer('maxResults', 1, 100) ?? 100;
        const page = pageOf(kept, input.text('nextToken'), size, 'ValidationException');
        const experiments = page.items.map(({ id, experimentTemplateId, state, creationTime, tags }) => ({
          id,
          arn: `arn:aws:fis:${region}:${account}:experiment/${id}`,
          experimentTemplateId,
          state,
          creationTime,
          tags: tags ?? {},
        }));
        return { experiments, nextToken: page.token };
      }
      if (action === 'GetExperiment') {
        const id = input.requiredText('id');
        const experiment = kept.find((each) => each.id === id);
        if (experiment === undefined)
          throw new AwsError('ResourceNotFoundException', `Experiment ${id} was not found.`, { status: 404 });
        return { experiment: { ...experiment, arn: `arn:aws:fis:${region}:${account}:experiment/${id}` } };
      }
      throw new AwsError('UnknownOperationException', `FIS has no ${action} here`, { status: 404 });
    },
  };
}

const keptOf = (experiments: readonly Experiment[], now: Instant): Experiment[] =>
  experiments.filter(({ creationTime }) => creationTime.getTime() > now - KEPT_MS);
