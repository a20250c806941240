import { main } from '../../../../server/cli.ts';

/** The command line at an instant of its own. Arguments: the instant, then those of `quarterdeck`. */
const [now, ...args] = process.argv.slice(2);
process.exitCode = await main(args, {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  progress: () => undefined,
  clock: () => Number(now),
  environment: process.env,
});
