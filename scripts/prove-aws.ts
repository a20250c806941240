import { killedHistory } from '../test/sources/cloudwatch/killed/history.ts';

/**
 * 1,000 series of 455 days, over two accounts and three Regions of an AWS on this machine, read by a process that is killed
 * twenty times on the way.
 * @param seed chooses when @returns true where all was there in the end, once, by no call more than those that were cut off
 */
export async function proveAws(seed: number): Promise<boolean> {
  const startedAt = performance.now();
  const found = await killedHistory({ seed, series: 1000, kills: 20 }, (text) => console.log(`  ${text}`));
  const { planned, calls, interrupted, needless, killed, points, stored, wrong } = found;
  const isSound =
    found.code === 0 && killed === 20 && wrong === 0 && stored === points && needless === 0 && calls === planned + interrupted;
  const count = (value: number): string => value.toLocaleString('en');
  console.log(
    `${isSound ? '✓' : '✗'} a first read of 1,000 series, killed ${killed} times (seed ${seed}): ${count(stored)} of ${count(points)} points stored, ${wrong} wrong or missing; ${calls} calls, ${planned} planned and ${interrupted} cut off, ${needless} needless, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
  );
  if (!isSound) console.log(found.said);
  return isSound;
}
