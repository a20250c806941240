import { cpSync, existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotRun, type Verb } from './terminal.ts';

const PACK = fileURLToPath(new URL('../../kpis', import.meta.url));

const ORGANISATION = `version: organisation/v1
name: Our organisation
zone: Europe/Berlin            # the zone weeks, months and days are cut in
week_starts: monday
fiscal_year_ends: december

teams:                         # id: what people call it, and the zone it mostly works in
  first-team: { name: First team, zone: Europe/Berlin }

services:                      # id: name and the team that owns it
  first-service: { name: First service, owner: first-team }
`;

const SOURCES = `version: sources/v1
sources:
  - id: tickets
    name: Ticket export
    type: files
    # schedule: "*/15 * * * *"     # pull by itself every quarter of an hour; without it, \`quarterdeck import tickets\`
    stale_after: 8 days
    files:
      - path: data/tickets.csv     # a file, or a folder to watch; .gz of either; relative to this file
        gives: ticket
        rows: one an item          # or: history (several rows per item, one a change, with \`at:\`)
        item: id
        dates: YYYY-MM-DD HH:mm
        zone: Europe/Berlin
        nulls: ["", "-"]
        instants: { opened: created, resolved: resolved }
        fields: { team: team, service: service, type: type }

  # Actions that are agreed in the reviews held here count as improvement actions; leave it out where they are copied to a
  # tracker that is a source, too.
  - { id: reviews, name: Weekly reviews, type: reviews, schedule: "*/15 * * * *", stale_after: 8 days }
`;

const EXAMPLE = `id,created,resolved,team,service,type
T-1,2026-11-02 09:15,2026-11-02 16:40,first-team,first-service,question
T-2,2026-11-03 11:00,,first-team,first-service,defect
`;

export const init: Verb = {
  name: 'init',
  usage: 'init [FOLDER]',
  summary:
    'Writes a folder to start from: organisation.yaml, sources.yaml with a small example, and the standard pack of KPIs. Never overwrites a file.',
  flags: {},
  positionals: { least: 0, most: 1 },
  async run({ terminal, positionals, isJson }) {
    const folder = resolve(positionals[0] ?? 'our-kpis');
    if (folder === PACK)
      throw new CannotRun(`${folder} is the standard pack itself. Name a folder of your own: quarterdeck init our-kpis.`);
    const written: string[] = [];
    const kept: string[] = [];
    const put = (file: string, write: (path: string) => void): void => {
      const path = join(folder, file);
      if (existsSync(path)) {
        kept.push(file);
        return;
      }
      mkdirSync(join(path, '..'), { recursive: true });
      write(path);
      written.push(file);
    };
    put('organisation.yaml', (path) => writeFileSync(path, ORGANISATION));
    put('sources.yaml', (path) => writeFileSync(path, SOURCES));
    put('data/tickets.csv', (path) => writeFileSync(path, EXAMPLE));
    for (const file of globSync('*/**/*.yaml', { cwd: PACK }).sort()) put(file, (path) => cpSync(join(PACK, file), path));

    const shown = relative(process.cwd(), folder) || '.';
    if (isJson) terminal.out(JSON.stringify({ folder, written, kept }, null, 2));
    else {
      terminal.out(`${shown}: wrote ${written.length} files${kept.length > 0 ? `, left ${kept.length} as they were` : ''}.`);
      terminal.out(
        [
          'Next:',
          `  1. edit ${shown}/organisation.yaml and ${shown}/sources.yaml`,
          `  2. npm run quarterdeck -- check --kpis ${shown}`,
          `  3. npm run quarterdeck -- import tickets --dry-run --kpis ${shown}`,
          `  4. npm run quarterdeck -- import tickets --kpis ${shown}      (with QUARTERDECK_DATA naming a folder of its own)`,
          `  5. npm run quarterdeck -- serve --kpis ${shown}`,
        ].join('\n'),
      );
    }
    return 0;
  },
};
