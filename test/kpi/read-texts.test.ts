import { expect, it } from 'vitest';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { ReadTexts } from '../../server/kpi/read-texts.ts';

const digest = (text: string): string => `a${text.length}`;
const text = (settles: string): string => `version: kpi/v1
id: incidents
name: Incidents
question: How many?
section: Incidents
role: outcome
owner: Service Operations
better: lower
measure:
  count: { of: incidents }
settles_after: ${settles}
`;
const load = (...files: readonly (readonly [file: string, text: string])[]) =>
  loadCatalogue(
    files.map(([file, written]) => ({ file, text: written })),
    { digest },
  );

it('a definition that did not change is read once, however often its folder is', () => {
  const [first] = load(['a.yaml', text('1 day')]).kpis.values();
  const [again] = load(['a.yaml', text('1 day')]).kpis.values();
  expect(first?.settlesAfterMs).toBe(86_400_000);
  expect(again).toBe(first);
  expect(load(['a.yaml', text('2 days')]).kpis.get('incidents')?.settlesAfterMs).toBe(2 * 86_400_000);
  expect(load(['b.yaml', text('1 day')]).kpis.get('incidents')?.file).toBe('b.yaml');
});

it('a definition carries the name that its reader gives it, whoever read it before', () => {
  load(['a.yaml', text('1 day')]);
  const other = loadCatalogue([{ file: 'a.yaml', text: text('1 day') }], { digest: () => 'another' });
  expect(other.kpis.get('incidents')?.definition).toBe('another');
});

it('what was said against a file beside others is not said against it alone', () => {
  expect(load(['a.yaml', text('1 day')], ['b.yaml', text('1 day')]).problems).toHaveLength(1);
  expect(load(['b.yaml', text('1 day')]).problems).toEqual([]);
  const broken = text('a while');
  expect(load(['a.yaml', broken]).problems).toHaveLength(1);
  expect(load(['a.yaml', broken]).problems).toHaveLength(1);
});

it('an organisation that did not change is read once, and a broken one says so each time', () => {
  const written = 'version: organisation/v1\nname: Once\nzone: UTC\nteams:\n  a: { name: A }\n';
  const { organisation } = parseOrganisation(written, 'organisation.yaml');
  expect(organisation?.name).toBe('Once');
  expect(parseOrganisation(written, 'organisation.yaml').organisation).toBe(organisation);
  const broken = written.replace('UTC', 'Nowhere/At_All');
  for (const _ of [1, 2])
    expect(parseOrganisation(broken, 'organisation.yaml')).toMatchObject({ organisation: null, problems: [{}] });
});

it('of texts that were read, those asked for last are kept', () => {
  const kept = new ReadTexts<number>(2);
  kept.keep('one', 1);
  kept.keep('two', 2);
  expect(kept.get('one')).toBe(1);
  kept.keep('three', 3);
  expect([kept.get('one'), kept.get('two'), kept.get('three')]).toEqual([1, undefined, 3]);
});
