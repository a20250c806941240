import type { Review } from '../review/schema.ts';
import type { SourceStatus } from './engine.ts';

/** A few weeks and scopes are what people look at. */
const REVIEWS_KEPT = 200;

/** Finished reviews, kept in memory until something that they rest on changes. */
export class FinishedReviews {
  readonly #digest: (text: string) => string;
  readonly #reviews = new Map<string, Review>();
  readonly #contentTags = new WeakMap<Review, string>();

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

  /** A review with its sources' freshness as it is now; the tag changes when anything shown does, `contentTag` with all but that. */
  asOfNow(
    review: Review,
    statuses: readonly SourceStatus[],
  ): { readonly review: Review; readonly tag: string; readonly contentTag: string } {
    const contentTag = this.#contentTags.get(review) ?? this.#digest(JSON.stringify({ ...review, sources: [] }));
    this.#contentTags.set(review, contentTag);
    const texts = new Map(statuses.map((status) => [status.id, status.text]));
    const sources = review.sources.map((source) => ({ ...source, text: texts.get(source.id) ?? source.text }));
    return { review: { ...review, sources }, tag: this.#digest([contentTag, JSON.stringify(sources)].join('\n')), contentTag };
  }
}
