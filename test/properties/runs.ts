/** How often a property is tried: as `npm test` does, or `npm run prove`, which sets PROVE_RUNS. */
export const runs = (usual: number): { numRuns: number } => ({ numRuns: Number(process.env['PROVE_RUNS'] ?? usual) });
