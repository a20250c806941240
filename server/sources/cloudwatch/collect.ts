import type { SampleLine } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Reject } from '../source.ts';
import { labelled, type Asked } from './queries.ts';
import type { CallEnd, PagePoints, Stretch } from './read.ts';
import { dimensionsOf, textOfDimensions } from './series.ts';

/** As the store takes them. */
const LONGEST_DIMENSIONS = 512;

/** One line of points that a call tells, over all of its pages. */
interface Line {
  readonly asked: Asked;
  /** Null where it cannot be kept, which has been told. */
  readonly dimensions: string | null;
  /** Of its points so far; pages that do not ascend are looked through point by point. */
  readonly at: Instant[];
  lastAt: Instant;
  seen: Set<Instant> | null;
}

/** Turns the pages of one call into lines of samples, and finds what is wrong with them. */
export class Collector {
  readonly #source: string;
  readonly #place: AwsPlace;
  readonly #asked: ReadonlyMap<string, Asked>;
  readonly #stretch: Stretch;
  readonly #lines = new Map<string, Line>();
  /** By key of the series, what was said first. */
  readonly #incomplete = new Map<string, string>();
  #rejects: Reject[] = [];

  constructor(source: string, place: AwsPlace, asked: ReadonlyMap<string, Asked>, stretch: Stretch) {
    this.#source = source;
    this.#place = place;
    this.#asked = asked;
    this.#stretch = stretch;
  }

  linesOf(page: readonly PagePoints[]): { readonly lines: SampleLine[]; readonly rejects: readonly Reject[] } {
    const lines: SampleLine[] = [];
    const onPage = new Set<Line>();
    for (const points of page) {
      const line = this.#lineOf(points);
      if (line === null || line.dimensions === null || points.at.length === 0) continue;
      // Of one metric a server may tell in pieces; of what is found, those of one label are several.
      if (onPage.has(line) && line.asked.series.wanted.by !== 'metric') this.#alike(line);
      else lines.push(this.#take(line, line.dimensions, points));
      onPage.add(line);
    }
    return { lines, rejects: this.#told() };
  }

  /** After the last page. What is incomplete is named by the keys of series; their points so far are good. */
  finish({ outcomes, messages }: CallEnd): {
    readonly rejects: readonly Reject[];
    readonly incomplete: ReadonlyMap<string, string>;
  } {
    const isOpen = ({ series }: Asked): boolean => series.wanted.by === 'search' || series.wanted.by === 'expression';
    const hasOpen = [...this.#asked.values()].some(isOpen);
    for (const [id, asked] of this.#asked) {
      const outcome = outcomes.get(id);
      const mayBeSilent = isOpen(asked) && (asked.series.wanted.by !== 'expression' || asked.series.wanted.inputs.length === 0);
      if (outcome === undefined && !mayBeSilent) this.#fail(asked, 'was not answered', 'The next pull asks again');
      else if (outcome?.isComplete === false) this.#fail(asked, `is not complete: ${outcome.said}`, fixOf(outcome.said));
      // What the whole call lacks is of those that nobody can count; where there are none, it may be any.
      else if (messages.length > 0 && (isOpen(asked) || !hasOpen))
        this.#lacks(asked, `CloudWatch says of a call: ${messages.join('; ')}`);
    }
    for (const message of messages)
      this.#rejects.push({
        place: this.#place.name,
        reason: `CloudWatch says of a call: ${message}`,
        fix: 'What was found by search or expression may lack series: narrow it, or name the metrics',
        isKept: false,
      });
    return { rejects: this.#told(), incomplete: this.#incomplete };
  }

  #take(line: Line, dimensions: string, points: PagePoints): SampleLine {
    const { series, statistic, periodMs } = line.asked;
    const { start, end } = this.#stretch;
    const at: Instant[] = [];
    const values: number[] = [];
    let [notFinite, misplaced, repeated] = [0, 0, 0];
    for (let index = 0; index < points.at.length; index += 1) {
      const instant = points.at[index]?.getTime() ?? Number.NaN;
      const value = points.values[index] ?? Number.NaN;
      if (!(instant >= start && instant < end) || (instant - start) % periodMs !== 0) misplaced += 1;
      else if (isTold(line, instant)) repeated += 1;
      else if (!Number.isFinite(value)) notFinite += 1;
      else {
        at.push(instant);
        values.push(value);
      }
    }
    // The same point again, where pages overlap; of what is found it is another series.
    if (repeated > 0 && series.wanted.by !== 'metric') this.#alike(line);
    if (notFinite > 0)
      this.#reject(line.asked, `${notFinite} of its values are no finite numbers`, 'There is no data where they stand');
    if (misplaced > 0)
      this.#fail(
        line.asked,
        `${misplaced} of its points lie outside of what was asked for, or between its periods`,
        'Check what answers at this address',
      );
    return { source: this.#source, series: series.name, dimensions, statistic: statistic.name, at, values };
  }

  #lineOf({ id, label }: PagePoints): Line | null {
    const asked = this.#asked.get(id);
    // An input of an expression, which some servers tell although nobody wants it.
    if (asked === undefined) return null;
    const { series } = asked;
    const name = series.labels.length === 0 ? id : `${id} ${label}`;
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const told = series.labels.length === 0 ? [] : labelled(series, label);
    let dimensions = told === null ? null : textOfDimensions([...dimensionsOf(series, this.#place), ...told]);
    if (dimensions === null)
      this.#fail(
        asked,
        `'${label}' does not tell ${series.labels.map((each) => each.dimension).join(' and ')}`,
        'Write dimensions that all found metrics have',
      );
    else if (dimensions.length > LONGEST_DIMENSIONS || !dimensions.isWellFormed() || dimensions.includes('\0')) {
      this.#fail(asked, 'the dimensions of a found series are too long to keep', `Choose others with 'label:'`);
      dimensions = null;
    }
    const line: Line = { asked, dimensions, at: [], lastAt: -Infinity, seen: null };
    this.#lines.set(name, line);
    return line;
  }

  /** Two series in one line: the first that came was taken. */
  #alike({ asked }: Line): void {
    this.#fail(
      asked,
      asked.series.labels.length === 0 ? 'more than one series was found' : 'found series have the same label',
      "Tell them apart with 'label:', by all dimensions in which they differ",
    );
  }

  #fail(asked: Asked, reason: string, fix: string): void {
    this.#lacks(asked, `${reason}. ${fix}`);
    this.#reject(asked, reason, fix);
  }

  #lacks({ series: { key } }: Asked, said: string): void {
    if (!this.#incomplete.has(key)) this.#incomplete.set(key, said);
  }

  #reject({ series, statistic }: Asked, reason: string, fix: string): void {
    const place = `${this.#place.name}, ${series.name} (${statistic.name})`;
    // Once for each series, however many found ones are alike.
    if (!this.#rejects.some((each) => each.place === place && each.reason === reason))
      this.#rejects.push({ place, reason, fix, isKept: false });
  }

  #told(): Reject[] {
    const told = this.#rejects;
    this.#rejects = [];
    return told;
  }
}

/** Whether a point of this instant has come before; from now on it has. */
function isTold(line: Line, instant: Instant): boolean {
  if (instant > line.lastAt) line.lastAt = instant;
  else {
    line.seen ??= new Set(line.at);
    if (line.seen.has(instant)) return true;
  }
  line.at.push(instant);
  line.seen?.add(instant);
  return false;
}

const fixOf = (said: string): string =>
  said.startsWith('Forbidden')
    ? 'Allow cloudwatch:GetMetricData for it; a metric of another Region or account is read from there'
    : 'The next pull asks again';
