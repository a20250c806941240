import type { Review } from '../review/schema.ts';
import type { SourceStatus } from './engine.ts';

/** A few weeks and scopes are what people look at. */
const REVIEWS_KEPT = 200;

/** A review with what its sources say, as it is shown while they say it. */
interface Shown {
  readonly texts: string;
  readonly answer: ShownReview;
}

export interface ShownReview {
  readonly review: Review;
  readonly tag: string;
  readonly contentTag: string;
}

/** Finished reviews, kept in memory until something that they rest on changes. */
export class FinishedReviews {
  readonly #digest: (text: string) => string;
  readonly #reviews = new Map<string, Review>();
  readonly #shown = new WeakMap<Review, Shown>();

  constructor(digest: (text: string) => string) {
    this.#digest = digest;
  }

  get(key: string): Review | undefined {
    return this.#reviews.get(key);
  }

  set(key: string, review: Review): void {
    if (this.#reviews.size >= REVIEWS_KEPT) this.#reviews.delete(this.#reviews.keys().next().value ?? '');
    this.#reviews.set(key, review);
  }

  clear(): void {
    this.#reviews.clear();
  }

  /**
   * A review with its sources' freshness as it is now; the tag changes when anything shown does, `contentTag` with all but
   * that. The same object while they say the same, which is at least for a minute.
   */
  asOfNow(review: Review, statuses: readonly SourceStatus[]): ShownReview {
    const textOf = new Map(statuses.map((status) => [status.id, status.text]));
    const sources = review.sources.map((source) => ({ ...source, text: textOf.get(source.id) ?? source.text }));
    const texts = JSON.stringify(sources);
    const before = this.#shown.get(review);
    if (before?.texts === texts) return before.answer;
    const contentTag = before?.answer.contentTag ?? this.#digest(JSON.stringify({ ...review, sources: [] }));
    const answer = { review: { ...review, sources }, tag: this.#digest([contentTag, texts].join('\n')), contentTag };
    this.#shown.set(review, { texts, answer });
    return answer;
  }
}
