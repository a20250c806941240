import type { Sample } from '../event/event.ts';
import type { Instant } from '../time/period.ts';
import { checkSample } from './door.ts';
import type { Write } from './engine.ts';
import { crc32 } from 'node:zlib';
import { decodePoints, encodePoints } from './points.ts';
import { checkSum, rowSum } from './row-sum.ts';
import type { Tables } from './tables.ts';

export const DAY_MS = 86_400_000;
/** Days asked for in one statement. */
const DAYS_PER_QUERY = 500;

interface Line {
  readonly series: string;
  readonly statistic: string;
  readonly dimensions: string;
  /** UTC days since 1970-01-01, each with its points. */
  readonly days: Map<number, Map<Instant, number>>;
}

export interface Point {
  readonly statistic: string;
  readonly dimensions: string;
  readonly at: Instant;
  readonly value: number;
}

type Chunk = Omit<Tables['sample_chunk'], 'row_sum'>;

const chunkSum = ({ series, statistic, dimensions, day, batch, points }: Chunk): number =>
  crc32(points, rowSum([series, statistic, dimensions, day, batch]));

/** Throws StoreError `corrupt` where a chunk is not what was written. */
function checkChunk(row: Tables['sample_chunk']): void {
  checkSum(
    row.row_sum,
    () => chunkSum(row),
    () => `day ${row.day} of series ${row.series}`,
  );
}

const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/**
 * Samples by line (series, statistic, dimensions) and day. Of two values for one point the last counts.
 * @throws StoreError `invalid`
 */
export function linesOf(samples: readonly Sample[]): Line[] {
  const lines = new Map<string, Line>();
  for (const sample of samples) {
    checkSample(sample);
    const { series, statistic, dimensions, at } = sample;
    const name = `${series}\0${statistic}\0${dimensions}`;
    let line = lines.get(name);
    if (line === undefined) lines.set(name, (line = { series, statistic, dimensions, days: new Map() }));
    const day = dayOf(at);
    let points = line.days.get(day);
    if (points === undefined) line.days.set(day, (points = new Map<Instant, number>()));
    // -0 would be kept as 0 by one database only.
    points.set(at, sample.value + 0);
  }
  return [...lines.values()];
}

/** Writes what is new or has another value than known, a chunk a line and day; returns the number of points. */
export async function insertSamples(trx: Write, batch: number, lines: readonly Line[], chunk: number): Promise<number> {
  const rows: Tables['sample_chunk'][] = [];
  let inserted = 0;
  for (const { series, statistic, dimensions, days } of lines) {
    const known = await knownPoints(trx, { series, statistic, dimensions, days });
    for (const [day, points] of days) {
      for (const [at, value] of known.get(day) ?? []) if (points.get(at) === value) points.delete(at);
      if (points.size === 0) continue;
      const row = { series, statistic, dimensions, day, batch, points: encodePoints(points) };
      rows.push({ ...row, row_sum: chunkSum(row) });
      inserted += points.size;
    }
  }
  for (let at = 0; at < rows.length; at += chunk) {
    await trx
      .insertInto('sample_chunk')
      .values(rows.slice(at, at + chunk))
      .execute();
  }
  return inserted;
}

async function knownPoints(trx: Write, line: Line): Promise<Map<number, Map<Instant, number>>> {
  const known = new Map<number, Map<Instant, number>>();
  const days = [...line.days.keys()];
  for (let at = 0; at < days.length; at += DAYS_PER_QUERY) {
    const rows = await trx
      .selectFrom('sample_chunk')
      .selectAll()
      .where('series', '=', line.series)
      .where('statistic', '=', line.statistic)
      .where('dimensions', '=', line.dimensions)
      .where('day', 'in', days.slice(at, at + DAYS_PER_QUERY))
      .orderBy('day')
      .orderBy('batch')
      .execute();
    for (const row of rows) {
      checkChunk(row);
      const { day, points } = row;
      let ofDay = known.get(day);
      if (ofDay === undefined) known.set(day, (ofDay = new Map<Instant, number>()));
      decodePoints(points, ofDay);
    }
  }
  return known;
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
    checkChunk(chunk);
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
