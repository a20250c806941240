import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem, type as systemName, release } from 'node:os';
import type { Row } from './measured.ts';

/** Machine and versions, without which a figure says nothing. */
export function machineLines(size: string): string[] {
  const [first, ...others] = cpus();
  const version = (name: string): string => {
    const read: unknown = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
    return typeof read === 'object' && read !== null && 'version' in read ? `${name} ${String(read.version)}` : name;
  };
  return [
    `${size} size, ${new Date().toISOString().slice(0, 10)}, commit ${commit()}`,
    `${first?.model.trim() ?? 'unknown processor'}, ${others.length + 1} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${systemName()} ${release()}`,
    [`Node ${process.versions.node}`, ...['@duckdb/node-api', 'better-sqlite3', 'pg', 'fastify'].map(version)].join(', '),
  ];
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'unknown';
  }
}

const HEADER = ['measured', 'median', 'least .. most', 'unit', 'wanted', 'holds'];

/** Rows below a header, in columns as wide as their widest cell. */
export function tableLines(rows: readonly Row[]): string[] {
  const cells = rows.map(({ what, spread, unit, wanted, holds }) => [
    what,
    digits(spread.median),
    spread.least === spread.most ? '' : `${digits(spread.least)} .. ${digits(spread.most)}`,
    unit,
    wanted,
    holds === null ? '' : holds ? 'yes' : 'NO',
  ]);
  const all = [HEADER, ...cells];
  const widths = HEADER.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column === 1 || column === 2;
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const [header = '', ...lines] = all.map(line);
  return [header, '─'.repeat(Math.max(...all.map((row) => line(row).length))), ...lines];
}

/** Three digits that count, and thousands apart. */
const digits = (value: number): string =>
  Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
