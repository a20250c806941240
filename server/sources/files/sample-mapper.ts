import type { Sample } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { shorten } from './dates.ts';
import { RowFault } from './fact.ts';
import type { MapContext, Oddity } from './item-mapper.ts';
import type { Row, SampleMapping } from './mapping.ts';
import { readNumber } from './numbers.ts';
import { instantFor, textFor } from './values.ts';

const FUTURE_MS = 24 * 3_600_000;
const MAXIMUM_SERIES_NAME = 200;
interface Point {
  readonly series: string;
  readonly value: number;
  readonly isNew: boolean;
}

interface Fault {
  readonly reason: string;
  readonly fix: string;
}

/** Points of one file that are remembered to find an instant given twice. */
const REMEMBERED = 2_000_000;

/**
 * Turns rows of one file into points. The same instant twice with the same value is one point; with
 * another value the later one is rejected: which is right only a person can say.
 */
export class SampleMapper {
  readonly #mapping: SampleMapping;
  readonly #context: MapContext;
  readonly #seen = new Map<string, Map<Instant, number>>();
  #remembered = 0;

  constructor(mapping: SampleMapping, context: MapContext) {
    this.#mapping = mapping;
    this.#context = context;
  }

  /** Throws a RowFault where the row cannot be taken. An empty cell is no point. */
  map(row: Row): { readonly samples: readonly Sample[]; readonly oddities: readonly Oddity[] } {
    const { timestamp, statistic, skipRowsWhere } = this.#mapping;
    if (skipRowsWhere.some(({ column, values }) => values.has(row.cells[column] ?? ''))) return { samples: [], oddities: [] };
    const oddities: Oddity[] = [];
    const text = row.cells[timestamp] ?? null;
    if (text === null) throw new RowFault(`no time in '${this.#mapping.columns[timestamp] ?? ''}'`, 'Every point needs its time');
    const at = instantFor('timestamp', text, this.#mapping.dates, (reason) => oddities.push({ reason, fix: null, isKept: true }));
    if (at > this.#context.now + FUTURE_MS) {
      throw new RowFault(`'${shorten(text)}' lies in the future`, 'Check the date format and the zone');
    }
    const dimensions = this.#dimensions(row);
    const samples: Sample[] = [];
    for (const { series: rule, value: column } of this.#mapping.values) {
      const written = row.cells[column] ?? null;
      if (written === null) continue;
      const point = this.#point(textFor(rule, row), written, dimensions, at, text);
      if ('reason' in point) oddities.push({ ...point, isKept: false });
      else if (point.isNew)
        samples.push({ source: this.#context.source, series: point.series, dimensions, statistic, at, value: point.value });
    }
    return { samples, oddities };
  }

  /** One cell of the row; a fault in it leaves the row's other series alone. */
  #point(series: string | null, written: string, dimensions: string, at: Instant, text: string): Point | Fault {
    const value = readNumber(written, this.#mapping.decimal);
    if (value === null)
      return { reason: `'${shorten(written)}' is not a number that can be kept`, fix: 'Correct it, or add the word to nulls' };
    if (series === null) return { reason: 'the row does not name its series', fix: 'Give it a name, or leave the row out' };
    if (series.length > MAXIMUM_SERIES_NAME)
      return { reason: `the name of the series is longer than ${MAXIMUM_SERIES_NAME} characters`, fix: 'Shorten it' };
    const known = this.#remember(`${series}\0${dimensions}`, at, value);
    if (known === null || known === value) return { series, value, isNew: known === null };
    return {
      reason: `'${shorten(series)}' has two values for ${shorten(text)}: ${known} was taken, ${value} was not`,
      fix: 'Remove the wrong one; where clocks went back, export times with their offset',
    };
  }

  /** The value that this point already has, or null where it is new. */
  #remember(point: string, at: Instant, value: number): number | null {
    let points = this.#seen.get(point);
    if (points === undefined) {
      points = new Map();
      this.#seen.set(point, points);
    }
    const known = points.get(at);
    if (known !== undefined) return known;
    if (this.#remembered < REMEMBERED) {
      points.set(at, value);
      this.#remembered += 1;
    }
    return null;
  }

  /** `country=US,tier=gold`, sorted; `%`, `,` and `=` inside a value are percent-encoded. */
  #dimensions(row: Row): string {
    return this.#mapping.dimensions
      .flatMap(({ name, column }) => {
        const cell = row.cells[column] ?? null;
        return cell === null ? [] : [`${encoded(name)}=${encoded(cell)}`];
      })
      .sort()
      .join(',');
  }
}

const encoded = (text: string): string => text.replace(/[%,=]/g, (character) => encodeURIComponent(character));
