import type { Instant } from '../../time/period.ts';

/** An experiment, as far as we understand it. */
export interface Experiment {
  readonly id: string;
  readonly template: string;
  readonly status: string;
  readonly reason: string;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly tags: ReadonlyMap<string, string>;
}

const RUNNING = new Set(['pending', 'initiating', 'running', 'stopping']);

export const isRunning = ({ status }: Experiment): boolean => RUNNING.has(status);

/** The words with which FIS says that a stop condition ended it. */
export const wasHalted = ({ status, reason }: Experiment): boolean => status === 'stopped' && /stop condition/i.test(reason);

/** Null where it is none: an id and a time are the least. */
export function readExperiment(value: unknown): Experiment | null {
  const id = textAt(value, 'id');
  const createdAt = instantAt(value, 'creationTime');
  if (id === null || createdAt === null) return null;
  const state = memberAt(value, 'state');
  const tags = memberAt(value, 'tags');
  return {
    id,
    template: textAt(value, 'experimentTemplateId') ?? '',
    status: textAt(state, 'status') ?? '',
    reason: textAt(state, 'reason') ?? '',
    createdAt,
    startedAt: instantAt(value, 'startTime'),
    tags: new Map(
      typeof tags === 'object' && tags !== null
        ? Object.entries(tags).flatMap(([name, text]): [string, string][] => (typeof text === 'string' ? [[name, text]] : []))
        : [],
    ),
  };
}

/** A page of ListExperiments; null where it is none. */
export function readPage(
  value: unknown,
): { readonly experiments: readonly Experiment[]; readonly token: string | undefined } | null {
  const experiments = memberAt(value, 'experiments');
  if (!Array.isArray(experiments)) return null;
  return {
    experiments: experiments.flatMap((each: unknown) => readExperiment(each) ?? []),
    token: textAt(value, 'nextToken') ?? undefined,
  };
}

export const memberAt = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

const textAt = (value: unknown, name: string): string | null => {
  const member = memberAt(value, name);
  return typeof member === 'string' ? member : null;
};

/** REST JSON writes seconds, with fractions. */
const instantAt = (value: unknown, name: string): Instant | null => {
  const member = memberAt(value, name);
  return typeof member === 'number' && Number.isFinite(member) ? Math.round(member * 1000) : null;
};
