import { once } from 'node:events';
import { appendFileSync, createWriteStream, utimesSync } from 'node:fs';
import { EPOCH_2000_MS } from '../../server/event/columns.ts';
import { randomFrom } from '../../server/sources/demo/random.ts';
import { END_SECOND, FIRST_SECOND, NOW } from './size.ts';

export const EVENTS_PER_ROW = 7;
const TEAMS = 20;
const STEPS_SECONDS = [600, 1800, 7200, 14_400, 86_400];

/** How the columns below are read: six dates and the fields are seven events. */
export const SOURCES = `version: sources/v1
sources:
  - id: tickets
    name: Tickets
    type: files
    files:
      - path: ../tickets.csv
        gives: ticket
        item: number
        severity: priority
        fields: { team: team, service: service, type: type, runbook: runbook }
        instants:
          opened: opened_at
          acknowledged: acknowledged_at
          in_progress: started_at
          restored: restored_at
          resolved: resolved_at
          closed: closed_at
          due: due_at
        complete: when written
`;

export const ORGANISATION = `version: organisation/v1
name: Bench
zone: Europe/Berlin
teams:
${Array.from({ length: TEAMS }, (_, team) => `  team-${team}: { name: Team ${team} }`).join('\n')}
services:
${Array.from({ length: TEAMS }, (_, service) => `  service-${service}: { name: Service ${service}, owner: team-${service} }`).join('\n')}
`;

const HEADER =
  'number,team,service,type,priority,runbook,opened_at,acknowledged_at,started_at,restored_at,resolved_at,closed_at,due_at\n';
const TYPES = ['change', 'fault', 'question', 'request'];

/** An export of tickets as a desk would write it, oldest first. */
export async function writeTickets(path: string, rows: number): Promise<void> {
  const random = randomFrom('tickets.csv');
  const file = createWriteStream(path);
  file.write(HEADER);
  const span = END_SECOND - FIRST_SECOND - STEPS_SECONDS.reduce((sum, step) => sum + step, 0);
  let lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    let at = FIRST_SECOND + Math.floor(((row + random.next()) / rows) * span);
    const dates = [at, ...STEPS_SECONDS.map((most) => (at += 1 + Math.floor(random.next() * most)))].map(textOf);
    const team = Math.floor(random.next() * TEAMS);
    const priority = 1 + Math.floor(random.next() * 5);
    const runbook = row % 3 === 0 ? `runbooks/${team}.md` : '';
    const due = textOf(FIRST_SECOND + Math.floor((row / rows) * span) + 5 * 86_400);
    lines.push(
      `INC${1_000_000 + row},team-${team},service-${team},${TYPES[row % 4]},${priority},${runbook},${dates.join(',')},${due}\n`,
    );
    if (lines.length < 10_000 && row + 1 < rows) continue;
    if (!file.write(lines.join(''))) await once(file, 'drain');
    lines = [];
  }
  file.end();
  await once(file, 'finish');
  age(path);
}

/** The same facts in a file of other content, so that it is read again from end to end. */
export function writeAgain(path: string): void {
  appendFileSync(path, '\n');
  age(path);
}

/** Files that were just written are looked at again after two seconds, in case they still grow: these do not. */
const age = (path: string): void => utimesSync(path, NOW / 1000, NOW / 1000 - 60);

const textOf = (second: number): string => new Date(EPOCH_2000_MS + second * 1000).toISOString().slice(0, 19) + 'Z';
