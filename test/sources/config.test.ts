import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../server/kpi/problem.ts';
import { parseSources } from '../../server/sources/config.ts';
import { filesAdapter } from '../../server/sources/files/adapter.ts';

const check = (text: string): { problems: string[]; ids: string[] } => {
  const { sources, problems } = parseSources(text, 'kpis/sources.yaml', [filesAdapter]);
  return { problems: problems.map(formatProblem), ids: sources.map(({ id }) => id) };
};

const GOOD = `  - id: good
    type: files
    files: [{ path: a.csv, gives: incident, item: id, instants: { opened: at } }]
`;

describe('sources.yaml', () => {
  it('gives sources with their names, schedules and kinds', () => {
    const text = `version: sources/v1
sources:
  - id: servicenow
    name: ServiceNow
    type: files
    schedule: '15 * * * *'
    stale_after: 3 hours
    files:
      - { path: a.csv, gives: incident, item: id, instants: { opened: at } }
      - { path: m.csv, gives: samples, series: cpu, timestamp: t, value: v, statistic: average }
${GOOD}`;
    const { sources, problems } = parseSources(text, 'sources.yaml', [filesAdapter]);
    expect(problems).toEqual([]);
    expect(sources).toMatchObject([
      {
        id: 'servicenow',
        name: 'ServiceNow',
        type: 'files',
        schedule: '15 * * * *',
        staleAfterMs: 10_800_000,
        kinds: ['incident'],
        series: ['cpu'],
      },
      { id: 'good', name: 'good', schedule: null, staleAfterMs: 691_200_000, kinds: ['incident'], series: [] },
    ]);
  });

  it('tells every problem at once, with its place and fix, and keeps the sources that have none', () => {
    const { problems, ids } = check(`version: sources/v1
sources:
${GOOD}  - id: Bad One
    type: filez
  - id: third
    type: files
    shedule: '* * * * *'
    schedule: every day
    stale_after: soon
    files:
      - path: b.csv
        gives: incidnt
      - path: c.csv
        gives: ticket
        zone: Europe/Berln
        dates: dd.MM.yyyy
        state: { column: status, map: { Done: resolvd } }
        fields: { teem: team, due: due_at }
        instants: { opend: created }
  - id: good
    type: files
    files: [{ path: d.csv, gives: incident, item: id, instants: { opened: at } }]
`);
    expect(ids).toEqual(['good']);
    expect(problems).toEqual([
      "kpis/sources.yaml:6:9: sources.1.id: 'Bad One' cannot be an id. Use small letters, digits and dashes: it names the source everywhere",
      "kpis/sources.yaml:7:11: sources.1.type: there is no kind of source called 'filez'. Did you mean 'files'?",
      "kpis/sources.yaml:10:5: sources.2.shedule: there is no setting 'shedule' here. Did you mean 'schedule'?",
      "kpis/sources.yaml:11:15: sources.2.schedule: 'every day' is not a schedule. Write a cron expression such as '15 * * * *' (a quarter past every hour) or '0 6 * * 1' (Mondays at 6)",
      "kpis/sources.yaml:12:18: sources.2.stale_after: 'soon' is not a length of time. Write it as 26 hours, 90 minutes or 3 days",
      "kpis/sources.yaml:15:16: sources.2.files.0.gives: there is no kind of item called 'incidnt'. Did you mean 'incident'?",
      "kpis/sources.yaml:16:9: sources.2.files.1: 'item' is missing. Name the column that tells one ticket from another: 'item: number'",
      "kpis/sources.yaml:18:15: sources.2.files.1.zone: there is no time zone called 'Europe/Berln'. Use an IANA name such as Europe/Berlin, America/New_York or UTC",
      "kpis/sources.yaml:19:16: sources.2.files.1.dates: 'd' in 'dd.MM.yyyy' is not a date token; the tokens are YYYY YY MMMM MMM MM M DD D HH H hh h mm ss SSS A Z. Write it like D/M/YYYY HH:mm, ISO or epoch seconds",
      "kpis/sources.yaml:20:16: sources.2.files.1.state: a state needs the time at which it was reached. Add 'at:' with the column of the last change, or map dates under 'instants' instead",
      "kpis/sources.yaml:20:47: sources.2.files.1.state.map.Done: 'resolvd' is not a state. Did you mean 'resolved'?",
      "kpis/sources.yaml:21:25: sources.2.files.1.fields.teem: tickets have no field 'teem'. Did you mean 'team'?",
      "kpis/sources.yaml:21:36: sources.2.files.1.fields.due: 'due' is a date. Put it under 'instants'",
      "kpis/sources.yaml:22:28: sources.2.files.1.instants.opend: tickets have no date 'opend'. Did you mean 'opened'?",
      "kpis/sources.yaml:23:9: sources.3.id: 'good' is taken by the source on line 3. Give each source its own id",
    ]);
  });

  it('refuses secrets that are written out, and does not repeat them', () => {
    const literal = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('');
    const { problems } = check(`version: sources/v1
sources:
  - id: a
    type: files
    api_token: hunter2hunter2
    files: [{ path: '${literal}.csv', gives: incident, item: id, instants: { opened: at } }]
  - id: b
    type: files
    client_secret: env:CLIENT_SECRET
    files: [{ path: a.csv, gives: incident, item: id, instants: { opened: at }, fields: { cause: { column: c, map: { password: people } } } }]
`);
    const secrets = problems.filter((problem) => problem.includes('written out'));
    expect(secrets).toEqual([
      expect.stringContaining(
        'sources.yaml:5:16: sources.0.api_token: this secret is written out. Write a reference such as env:NAME',
      ),
      expect.stringContaining('this is an AWS access key, written out'),
    ]);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems.join()).not.toContain(literal);
  });

  it('refuses two entries of which one would silence the other', () => {
    const entry = '{ path: a.csv, gives: incident, item: id, instants: { opened: at } }';
    const twice = (second: string): string[] =>
      check(`version: sources/v1\nsources:\n  - id: a\n    type: files\n    files:\n      - ${entry}\n      - ${second}\n`)
        .problems;
    expect(twice(entry)).toEqual([expect.stringContaining('another entry of this source gives whole incidents, too')]);
    expect(twice(entry.replace('item:', 'part: review, item:'))).toEqual([]);
  });

  it.each([
    ['', 'the file is empty'],
    ['- a', 'this is not a list of sources'],
    ['version: sources/v2\nsources: []', "'sources/v2' is not one of the words for 'version'"],
    ['version: sources/v1', "'sources' is missing"],
    ['version: sources/v1\nsources: [1]', "this must be 'name: value' lines"],
    ['version: sources/v1\nsources: [{ type: files, files: 3, id: a }]', 'this must be a list with at least one entry'],
  ])('says what is wrong with %j', (text, message) => {
    expect(check(text).problems.join('\n')).toContain(message);
  });

  it('may have no sources yet', () => {
    expect(check('version: sources/v1\nsources: []\n')).toEqual({ problems: [], ids: [] });
  });
});
