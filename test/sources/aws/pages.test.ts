import { describe, expect, it } from 'vitest';
import { pagesOf } from '../../../server/sources/aws/pages.ts';
import type { AwsPlace } from '../../../server/sources/aws/place.ts';

const PLACE: AwsPlace = {
  name: 'eu-central-1',
  account: null,
  region: 'eu-central-1',
  role: null,
  externalId: null,
  endpoint: null,
};

interface Page {
  readonly items: readonly number[];
  readonly next?: string;
}

const read = async (answer: (token: string | undefined) => Page): Promise<number[]> => {
  const items: number[] = [];
  const pages = pagesOf(
    PLACE,
    'ssm:DescribeOpsItems',
    (token) => Promise.resolve(answer(token)),
    ({ next }) => next,
  );
  for await (const page of pages) items.push(...page.items);
  return items;
};

describe('pages', () => {
  it('are followed through empty ones', async () => {
    const pages: Readonly<Record<string, Page>> = {
      first: { items: [1], next: 'b' },
      b: { items: [], next: 'c' },
      c: { items: [2] },
    };
    expect(await read((token) => pages[token ?? 'first'] ?? { items: [] })).toEqual([1, 2]);
  });

  it('are not followed in a circle', async () => {
    const pages: Readonly<Record<string, Page>> = {
      first: { items: [1], next: 'b' },
      b: { items: [2], next: 'c' },
      c: { items: [3], next: 'b' },
    };
    await expect(read((token) => pages[token ?? 'first'] ?? { items: [] })).rejects.toThrow(
      'ssm:DescribeOpsItems sends the same page',
    );
  });
});
