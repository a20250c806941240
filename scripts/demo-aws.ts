import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../server/cli.ts';
import { startAwsServer } from './aws-server/server.ts';
import { buildWeb } from './build.ts';
import { EXTERNAL_ID, fillAccounts, OWN, roleOf, PRODUCTION } from './demo-aws/accounts.ts';
import { KPIS, ORGANISATION, PACK, SOURCES } from './demo-aws/definitions.ts';

/**
 * `npm run demo:aws`: the whole way from accounts to a review, with no cloud. A server on this machine speaks AWS's protocols
 * and holds two accounts of a made-up shop; Quarterdeck takes a role in each, reads what is there, measures it and serves the review.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(resolve(process.env['QUARTERDECK_DATA'] ?? join(ROOT, '.quarterdeck')), 'aws-demo');
const kpis = join(FOLDER, 'kpis');

if (await buildWeb()) console.error('Built the web application.');
const aws = await startAwsServer();
fillAccounts(aws, Date.now());
console.error(`AWS on this machine: ${aws.url} (roles such as ${roleOf(PRODUCTION)}, external id ${EXTERNAL_ID})`);

// What is made up goes by today's date, so each start begins anew.
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(kpis, { recursive: true });
writeFileSync(join(kpis, 'organisation.yaml'), ORGANISATION);
writeFileSync(join(kpis, 'sources.yaml'), SOURCES);
mkdirSync(join(kpis, 'shop'));
for (const [name, text] of Object.entries(KPIS)) writeFileSync(join(kpis, 'shop', `${name}.yaml`), text);
for (const file of PACK)
  cpSync(join(ROOT, 'kpis', `${file}.yaml`), join(kpis, dirname(file), `${basename(file)}.yaml`), { recursive: true });

Object.assign(process.env, aws.environment(OWN));
const environment = {
  ...process.env,
  DATABASE_URL: '',
  QUARTERDECK_KPIS: kpis,
  QUARTERDECK_DATA: join(FOLDER, 'data'),
};
const run = (...args: readonly string[]): ReturnType<typeof main> =>
  main(args, {
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    progress: () => undefined,
    clock: Date.now,
    environment,
  });

for (const id of ['metrics', 'alarms', 'ops-items', 'deployments', 'experiments', 'risks']) await run('pull', id);
process.exitCode = await run('serve', ...process.argv.slice(2));
await aws.close();
