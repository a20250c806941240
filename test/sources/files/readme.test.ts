import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatProblem } from '../../../server/kpi/problem.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { filesAdapter } from '../../../server/sources/files/adapter.ts';

it('shows only examples that can be copied', () => {
  const readme = readFileSync(new URL('../../../server/sources/files/README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
  expect(examples).toHaveLength(3);
  for (const example of examples) {
    const { sources, problems } = parseSources(example, 'README.md', [filesAdapter]);
    expect(problems.map(formatProblem)).toEqual([]);
    expect(sources).toHaveLength(1);
  }
});
