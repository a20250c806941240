/**
 * How often a property is tried: as `npm test` does, or `npm run prove`, which sets PROVE_RUNS. With
 * PROVE_SEED (and PROVE_PATH) a failure that was printed is seen again.
 */
export function runs(usual: number): { numRuns: number; seed?: number; path?: string } {
  const { PROVE_RUNS, PROVE_SEED, PROVE_PATH } = process.env;
  return {
    numRuns: Number(PROVE_RUNS ?? usual),
    ...(PROVE_SEED === undefined ? {} : { seed: Number(PROVE_SEED) }),
    ...(PROVE_PATH === undefined ? {} : { path: PROVE_PATH }),
  };
}
