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

/** The same draws in every `npm test`, because a find of chance in a change it has nothing to do with helps nobody; others in `npm run prove`. */
export const settledRuns = (usual: number): ReturnType<typeof runs> => ({
  ...(process.env['PROVE_RUNS'] === undefined ? { seed: 20_261_122 } : {}),
  ...runs(usual),
});
