import { readDefinitions } from '../jobs/definitions.ts';
import { formatProblem } from '../kpi/problem.ts';
import { suggestion } from '../kpi/spelling.ts';
import { digest, openShiftLinks, readSources } from '../main.ts';
import { dayTitle } from '../time/calendar.ts';
import { parseDay } from '../time/day.ts';
import type { Day } from '../time/period.ts';
import { tableOf } from './table.ts';
import { CannotRun, type Verb } from './terminal.ts';

export const handOver: Verb = {
  name: 'hand-over',
  usage: 'hand-over [--team TEAM] [--since DAY]',
  summary:
    'Prints a link for each shift that ended lately or runs: who has it sees that shift, and answers three questions. Whose it is, is not known here.',
  flags: {
    team: { type: 'string', help: 'Only shifts of this team (all)' },
    since: { type: 'string', help: 'Only shifts that ended on this day or later, 2026-11-16 (all whose link still opens)' },
  },
  positionals: { least: 0, most: 0 },
  async run({ terminal, config, flag, isJson }) {
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const { organisation } = read;
    if (organisation === null)
      throw new CannotRun(`${config.kpiFolder} cannot be used:\n${read.settingsProblems.map(formatProblem).join('\n')}`);
    const team = flag('team') ?? null;
    const teams = organisation.teams.map(({ id }) => id);
    if (team !== null && !teams.includes(team)) throw new CannotRun(`There is no team "${team}". ${suggestion(team, teams)}`);
    const { zone } = organisation.calendar;
    const since = dayOf(flag('since'));
    const now = terminal.clock();
    const links = (await openShiftLinks(config, terminal.clock, read.sources)).filter(
      (shift) => (team === null || shift.team === team) && (since === null || shift.to >= zone.startOfDay(since)),
    );
    if (isJson) {
      const told = links.map(({ rotation, team: of, from, to, opensUntil, url }) => ({
        rotation,
        team: of,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        opensUntil: new Date(opensUntil).toISOString(),
        url,
      }));
      terminal.out(JSON.stringify(told, null, 2));
      return 0;
    }
    if (links.length === 0) {
      terminal.out('No shift whose link would open is known: none has ended lately, and none runs.');
      return 0;
    }
    const names = new Map(organisation.teams.map(({ id, name }) => [id, name]));
    terminal.out(
      tableOf(
        ['rotation', 'team', 'from', 'to', 'link'],
        links.map(({ rotation, team: of, from, to, url }) => [
          rotation ?? '',
          of === null ? '' : (names.get(of) ?? of),
          dayTitle(zone.dayOf(from)),
          to > now ? `${dayTitle(zone.dayOf(to))} (runs)` : dayTitle(zone.dayOf(to)),
          url,
        ]),
      ),
    );
    terminal.out('\nSend each to whoever had that shift, and to nobody else: the link is all that it takes to see it.');
    return 0;
  },
};

function dayOf(text: string | undefined): Day | null {
  if (text === undefined) return null;
  const day = parseDay(text);
  if (day === null) throw new CannotRun(`"${text}" is no day; write it as 2026-11-16.`);
  return day;
}
