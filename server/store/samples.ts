import { sql, type CompiledQuery, type InsertResult } from 'kysely';
import type { Instant } from '../time/period.ts';
import type { Write } from './engine.ts';
import { crc32 } from 'node:zlib';
import { decodePoints, encodePoints, pointsBeside, type Points } from './points.ts';
import { checkSum, fed, fedNext, finished, NOTHING_FED } from './row-sum.ts';
import type { Line, LineName } from './sample-lines.ts';
import type { Tables } from './tables.ts';

export const DAY_MS = 86_400_000;

export interface Point {
  readonly statistic: string;
  readonly dimensions: string;
  readonly at: Instant;
  readonly value: number;
}

type Chunk = Tables['sample_chunk'];

/** The running sum after the texts that all chunks of a line begin with. */
const lineSum = ({ series, statistic, dimensions }: LineName): number =>
  fedNext(fedNext(fed(NOTHING_FED, series), statistic), dimensions);

const chunkSum = (ofLine: number, { day, batch, points }: Pick<Chunk, 'day' | 'batch' | 'points'>): number =>
  crc32(points, finished(fedNext(fedNext(ofLine, String(day)), String(batch))));

/** Throws StoreError `corrupt` where a chunk is not what was written. */
function checkChunk(ofLine: number, row: Pick<Chunk, 'day' | 'batch' | 'points' | 'row_sum'>, series: string): void {
  checkSum(
    row.row_sum,
    () => chunkSum(ofLine, row),
    () => `day ${row.day} of series ${series}`,
  );
}

const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/** Writes what is new or has another value than known, a chunk a line and day; returns the number of points. */
export async function insertSamples(
  trx: Write,
  batch: number,
  lines: readonly Line[],
  rowsPerStatement: number,
): Promise<number> {
  const asked = lines.map((line) => ({ line, ofLine: lineSum(line), days: daysOf(line) }));
  const known = await knownChunks(trx, asked);
  const rows: Chunk[] = [];
  let inserted = 0;
  for (const { line, ofLine, days } of asked) {
    const { series, statistic, dimensions } = line;
    const chunks = known.get(line);
    for (const { day, from, to } of days) {
      const fresh = freshOf(chunks?.get(day) ?? [], line, from, to);
      const [first, end] = fresh === line ? [from, to] : [0, fresh.at.length];
      if (first === end) continue;
      const points = encodePoints(fresh, first, end);
      rows.push({ series, statistic, dimensions, day, batch, points, row_sum: chunkSum(ofLine, { day, batch, points }) });
      inserted += end - first;
    }
  }
  await insertRows(trx, rows, rowsPerStatement);
  return inserted;
}

/** Where the points of a UTC day stand in a line. */
interface Day {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

function daysOf({ at }: Line): Day[] {
  const days: Day[] = [];
  for (let from = 0; from < at.length;) {
    const day = dayOf(at[from] ?? 0);
    const end = (day + 1) * DAY_MS;
    let to = from + 1;
    while (to < at.length && (at[to] ?? 0) < end) to += 1;
    days.push({ day, from, to });
    from = to;
  }
  return days;
}

/** The line itself where nothing is known of the day, else the points that are not known so. */
function freshOf(chunks: readonly KnownChunk[], line: Line, from: number, to: number): Points {
  const [chunk, ...revisions] = chunks;
  if (chunk === undefined) return line;
  if (revisions.length === 0) return pointsBeside(chunk.points, line, from, to);
  const known = new Map<Instant, number>();
  for (const { points } of chunks.toSorted((one, other) => one.batch - other.batch)) decodePoints(points, known);
  const fresh: { readonly at: Instant[]; readonly values: number[] } = { at: [], values: [] };
  for (let place = from; place < to; place += 1) {
    const [at, value] = [line.at[place] ?? 0, line.values[place] ?? 0];
    if (known.get(at) === value) continue;
    fresh.at.push(at);
    fresh.values.push(value);
  }
  return fresh;
}

type KnownChunk = Pick<Chunk, 'day' | 'batch' | 'points' | 'row_sum'>;

interface Asked {
  readonly line: Line;
  /** Its lineSum. */
  readonly ofLine: number;
  readonly days: readonly Day[];
}

/** Lines that are looked up in one statement: asking costs more than what is found. */
const LINES_PER_QUERY = 100;

/** By line and day, in no order, the chunks of these days. */
async function knownChunks(trx: Write, asked: readonly Asked[]): Promise<Map<Line, Map<number, KnownChunk[]>>> {
  const byStretch = new Map<string, { readonly stretch: Stretch; readonly own: Asked[] }>();
  for (const each of asked)
    for (const stretch of stretchesOf(each.days)) {
      const name = `${stretch.first} ${stretch.last}`;
      const group = byStretch.get(name);
      if (group === undefined) byStretch.set(name, { stretch, own: [each] });
      else group.own.push(each);
    }
  const known = new Map<Line, Map<number, KnownChunk[]>>();
  for (const { stretch, own } of byStretch.values())
    for (let at = 0; at < own.length; at += LINES_PER_QUERY) {
      const part = own.slice(at, at + LINES_PER_QUERY);
      for (const { nth, ...chunk } of await chunksIn(trx, part, stretch)) {
        const each = part[nth];
        if (each === undefined) continue;
        checkChunk(each.ofLine, chunk, each.line.series);
        let days = known.get(each.line);
        if (days === undefined) known.set(each.line, (days = new Map<number, KnownChunk[]>()));
        const chunks = days.get(chunk.day);
        if (chunks === undefined) days.set(chunk.day, [chunk]);
        else chunks.push(chunk);
      }
    }
  return known;
}

/** Each with the place of its line in `part`. */
async function chunksIn(
  trx: Write,
  part: readonly Asked[],
  { first, last }: Stretch,
): Promise<readonly (KnownChunk & { readonly nth: number })[]> {
  const wanted = part.map(
    ({ line: { series, statistic, dimensions } }, nth) => sql`(${sql.lit(nth)}, ${series}, ${statistic}, ${dimensions})`,
  );
  // A cross join makes SQLite look up each line, rather than each chunk.
  const found = await sql<KnownChunk & { readonly nth: number }>`
    with wanted(nth, series, statistic, dimensions) as (values ${sql.join(wanted)})
    select wanted.nth, chunk.day, chunk.batch, chunk.points, chunk.row_sum
    from wanted cross join sample_chunk as chunk
    where chunk.series = wanted.series and chunk.statistic = wanted.statistic and chunk.dimensions = wanted.dimensions
    and chunk.day >= ${first} and chunk.day <= ${last}`.execute(trx);
  return found.rows;
}

/** Days that are read together, both ends included. */
interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** Days apart from which on what lies between is not read along. */
const FAR_APART = 7;

function stretchesOf(days: readonly Day[]): Stretch[] {
  const stretches: { readonly first: number; last: number }[] = [];
  for (const { day } of days) {
    const stretch = stretches.at(-1);
    if (stretch === undefined || day - stretch.last >= FAR_APART) stretches.push({ first: day, last: day });
    else stretch.last = day;
  }
  return stretches;
}

/** In the order in which a row names them. */
const COLUMNS = ['series', 'statistic', 'dimensions', 'day', 'batch', 'points', 'row_sum'] as const;

/** Statements of the same number of rows are made once. */
async function insertRows(trx: Write, rows: readonly Chunk[], rowsPerStatement: number): Promise<void> {
  let made: CompiledQuery<InsertResult> | null = null;
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const part = rows.slice(at, at + rowsPerStatement);
    if (made === null || part.length < rowsPerStatement) made = trx.insertInto('sample_chunk').values(part).compile();
    const parameters: unknown[] = [];
    for (const row of part) for (const column of COLUMNS) parameters.push(row[column]);
    await trx.executeQuery({ ...made, parameters });
  }
}

/** @param from,to instants, `to` excluded; both may be infinite */
export async function readSamples(
  trx: Write,
  series: string,
  from: Instant,
  to: Instant,
  untilBatch: number | undefined,
): Promise<Point[]> {
  let query = trx.selectFrom('sample_chunk').selectAll().where('series', '=', series);
  if (Number.isFinite(from)) query = query.where('day', '>=', dayOf(from));
  if (Number.isFinite(to)) query = query.where('day', '<=', dayOf(to));
  if (untilBatch !== undefined) query = query.where('batch', '<=', untilBatch);
  const chunks = await query.orderBy('statistic').orderBy('dimensions').orderBy('day').orderBy('batch').execute();

  const found: Point[] = [];
  let ofDay = new Map<Instant, number>();
  for (const [index, chunk] of chunks.entries()) {
    const { statistic, dimensions, day } = chunk;
    checkChunk(lineSum(chunk), chunk, series);
    decodePoints(chunk.points, ofDay);
    const next = chunks[index + 1];
    if (next?.day === day && next.statistic === statistic && next.dimensions === dimensions) continue;
    for (const at of [...ofDay.keys()].sort((one, other) => one - other)) {
      const value = ofDay.get(at);
      if (value !== undefined && at >= from && at < to) found.push({ statistic, dimensions, at, value });
    }
    ofDay = new Map();
  }
  return found;
}
