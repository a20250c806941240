import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { answerOnly } from '../main.ts';
import type { Report } from '../review/report-schema.ts';
import { openOrNull } from './open.ts';
import { askServer, fetchFile } from './running-server.ts';
import { tableOf, wrap } from './table.ts';
import { CannotRun, type Verb } from './terminal.ts';
import { anyone } from './viewer.ts';

export const report: Verb = {
  name: 'report',
  usage: 'report [QUARTER] [--scope SCOPE] [--pdf FILE [--paper a4|letter] | --csv FILE]',
  summary: 'Prints the quarterly health report; without QUARTER (2026-Q3) that of the last quarter that is over.',
  flags: {
    scope: { type: 'string', help: 'organisation, team:ID or service:ID (organisation)' },
    pdf: { type: 'string', help: 'Writes the page as PDF; needs Chromium on this machine' },
    paper: { type: 'string', help: 'a4 or letter (a4)' },
    csv: { type: 'string', help: 'Writes every figure as CSV' },
  },
  positionals: { least: 0, most: 1 },
  async run({ terminal, config, positionals, flag, isJson }) {
    const quarter = positionals[0] ?? null;
    const scope = flag('scope') ?? 'organisation';
    const paper = flag('paper') ?? 'a4';
    if (paper !== 'a4' && paper !== 'letter') throw new CannotRun(`There is no paper "${paper}"; write a4 or letter.`);
    const of = `/reports/${encodeURIComponent(quarter ?? 'latest')}`;
    const query = `scope=${encodeURIComponent(scope)}`;
    const [pdf, csv] = [flag('pdf'), flag('csv')];
    if (pdf !== undefined || csv !== undefined) {
      for (const file of [pdf, csv]) if (file !== undefined) mustBeWritable(file);
      // Files are the server's: the running one, or one that answers this process alone.
      const own = await openOrNull(config, terminal);
      const answering = own === null ? null : await answerOnly(own.engine, config.port);
      const base = answering?.url ?? null;
      // Ctrl+C takes along what was unpacked for it.
      const stop = (): never => process.exit(130);
      process.once('SIGINT', stop);
      try {
        for (const [file, path, what] of [
          [pdf, `${of}/pdf?${query}&paper=${paper}`, 'PDF'],
          [csv, `${of}?${query}&format=csv`, 'CSV'],
        ] as const) {
          if (file === undefined) continue;
          const began = terminal.clock();
          const timer = setInterval(
            () => terminal.progress(`Making the ${what}: ${Math.round((terminal.clock() - began) / 1000)} s`),
            1000,
          );
          try {
            writeFileSync(file, await fetchFile(config, path, base));
          } finally {
            clearInterval(timer);
          }
          if (!isJson) terminal.out(`${what} of the report: ${file}`);
        }
      } finally {
        process.off('SIGINT', stop);
        await answering?.close();
        await own?.close();
      }
      if (isJson) terminal.out(JSON.stringify({ pdf: pdf ?? null, csv: csv ?? null }));
      return 0;
    }
    const running = await openOrNull(config, terminal);
    const made =
      running === null
        ? await askServer(config, 'GET', `${of}?${query}`)
        : await running.engine.report(anyone, quarter, scope).finally(() => running.close());
    terminal.out(isJson ? JSON.stringify(made, null, 2) : reportText(made as Report));
    return 0;
  },
};

/** Told before a page is drawn for some seconds, and not after. */
function mustBeWritable(file: string): void {
  const path = resolve(file);
  if (!existsSync(path)) return accessSync(dirname(path), constants.W_OK);
  if (statSync(path).isDirectory()) throw new CannotRun(`${file} is a folder; name the file to write.`);
  accessSync(path, constants.W_OK);
}

/** The report as pages of text. */
function reportText(made: Report): string {
  const figures = new Map(made.figures.map((figure) => [figure.kpi, figure]));
  const said = (slot: string): string[] => {
    const found = made.narratives.find((one) => one.slot === slot);
    if (found === undefined || found.entry === null) return [];
    const paragraphs = found.blocks.map(({ inlines }) => wrap(inlines.map(({ text }) => text).join(''), 88));
    return [...paragraphs, ...found.checks.map(({ text }) => `! ${text}`), ''];
  };
  const rows = made.scorecard.rows.flatMap(({ kpis }) =>
    kpis.flatMap((id) => {
      const figure = figures.get(id);
      if (figure === undefined) return [];
      const { name, now, target, change, move, forecast } = figure;
      const stand = `${target?.stand ?? ''} ${target?.kept ?? ''}`.trim();
      return [[name, now.text, target?.text ?? '', stand, change, move.word, forecast?.is ?? '']];
    }),
  );
  return [
    `${made.organisation} · ${made.scope.label} · ${made.quarter.label}, ${made.quarter.days} · ${made.quarter.state}`,
    made.headline,
    '',
    ...said('summary'),
    wrap(made.lead, 88),
    '',
    ...(rows.length === 0
      ? []
      : [tableOf(['Goal', made.quarter.label, 'Target', 'Stands', 'Change', 'Beyond noise', 'Next'], rows), '']),
    'What moved',
    ...said('moved'),
    ...(made.moved.length === 0 ? ['Nothing beyond noise.'] : []),
    ...made.moved.flatMap(({ kpi, lead, text, actions }) => [
      wrap(`${figures.get(kpi)?.name ?? kpi}. ${lead}. ${text}`, 88),
      ...actions.map(({ title, dueText, verdict }) => wrap(`- ${title}, ${dueText}. ${verdict?.text ?? ''}`, 86, '   ')),
    ]),
    '',
    'Risks',
    ...said('risks'),
    ...(made.risks.length === 0 ? ['None that the numbers show.'] : []),
    ...made.risks.map(({ kpi, why, trend, forecast }) =>
      wrap(`${figures.get(kpi)?.name ?? kpi}. ${why} ${trend} ${forecast ?? ''}`, 88),
    ),
    '',
    'Asks',
    ...said('asks'),
    ...made.asks.map(({ text, owner }) => wrap(`${text} ${owner}.`, 88)),
    ...(made.notes.length === 0 ? [] : ['', 'Notes', ...made.notes.map(({ number, text }) => wrap(`${number}. ${text}`, 88))]),
  ].join('\n');
}
