import { SourceError } from '../source.ts';
import { callFault } from './faults.ts';
import type { AwsPlace } from './place.ts';

/** So many pages of one question are no answer any more. */
const MOST_PAGES = 100_000;

/**
 * All pages of an answer. Empty ones with a token are followed, a token that comes twice is not.
 * @param action the IAM action, for faults
 * @throws SourceError
 */
export async function* pagesOf<Page extends object>(
  place: AwsPlace,
  action: string,
  read: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
): AsyncGenerator<Page, void, void> {
  const seen = new Set<string>();
  let token: string | undefined;
  for (;;) {
    let page: Page;
    try {
      page = await read(token);
    } catch (error) {
      throw callFault(place, action, error);
    }
    yield page;
    token = tokenOf(page);
    if (token === undefined || token === '') return;
    if (seen.has(token) || seen.size >= MOST_PAGES)
      throw new SourceError(
        place.name,
        `${action} sends the same page again and again`,
        "What was read is kept; look at what answers at 'endpoint'",
      );
    seen.add(token);
  }
}
