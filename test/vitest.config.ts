import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take minutes: begun last, they would leave a processor idle while the last of them ends. One asks for the demo
 * history early; the others that need it come when it is made, so that nobody waits beside it.
 */
const LONG = [
  'properties/sqlite',
  'e2e/review',
  'properties/postgresql',
  'properties/privacy-attack',
  'properties/blamed',
  'properties/core',
  'sources/cloudwatch/killed/killed',
  'e2e/faults-shown',
  'e2e/surface-review',
  'e2e/surface-kpi',
  'e2e/meeting',
  'e2e/surface-rooms',
];

/** Longest first; where nothing is known of earlier runs, as in a fresh clone, only size is a hint otherwise. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return index === -1 ? LONG.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/e2e/made-once.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Left to itself it keeps one processor free, and most of the time half of two is idle; one more than two is slower.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
  },
});
