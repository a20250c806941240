import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import { formatProblem } from '../../server/kpi/problem.ts';

const context = { digest: (text: string) => `${text.length}` };

const file = (id: string, measure: string, more = ''): { file: string; text: string } => ({
  file: `kpis/${id}.yaml`,
  text: `version: kpi/v1
id: ${id}
name: Name of ${id}
question: What?
section: S
role: outcome
owner: O
better: lower
measure:
  ${measure}
${more}`,
});
const count = (id: string): { file: string; text: string } => file(id, 'count: { of: incidents }');
const load = (...files: { file: string; text: string }[]) => {
  const catalogue = loadCatalogue(files, context);
  return { ...catalogue, said: catalogue.problems.map(formatProblem) };
};

test('good files become KPIs, with their definition in words', () => {
  const { kpis, files, said } = load(count('b'), count('a'));
  expect(said).toEqual([]);
  expect([...kpis.keys()]).toEqual(['a', 'b']);
  expect(files[0]?.words).toBe(
    'How many incidents were opened in the period. Lower is better; no target is set. Settled 3 days after the period ends.',
  );
});

test('KPIs stand in the order in which a review is read: delivery, incidents, queues, on-call, customers, culture, then others', () => {
  const of = (id: string, section: string) => ({
    ...count(id),
    text: count(id).text.replace('section: S', `section: ${section}`),
  });
  const { kpis } = load(
    of('a', 'Culture'),
    of('b', 'Our own'),
    of('c', 'Customers'),
    of('d', 'On-call'),
    of('e', 'Queues'),
    of('f', 'Incidents'),
    of('g', 'Delivery'),
    of('h', 'Delivery'),
  );
  expect([...kpis.keys()].join('')).toBe('ghfedcab');
});

test('a broken file stays in the list with its problems, and the others are measured', () => {
  const { files, kpis } = load(count('a'), { file: 'kpis/b.yaml', text: 'measure: [' });
  expect(files.map(({ file: name, kpi }) => [name, kpi === null])).toEqual([
    ['kpis/a.yaml', false],
    ['kpis/b.yaml', true],
  ]);
  expect(files[1]?.problems).not.toEqual([]);
  expect([...kpis.keys()]).toEqual(['a']);
});

test('organisation.yaml and sources.yaml are no KPIs', () => {
  expect(load({ file: 'kpis/organisation.yaml', text: 'x' }, { file: 'kpis/sources.yaml', text: 'x' }).files).toEqual([]);
});

test('the second file that claims an id is refused, and names the first', () => {
  const { said, kpis } = load({ ...count('x'), file: 'kpis/a.yaml' }, { ...count('x'), file: 'kpis/b.yaml' });
  expect(said).toEqual(["kpis/b.yaml:2:5: id: the id 'x' is taken by kpis/a.yaml. Give one of the two another id"]);
  expect(kpis.get('x')?.file).toBe('kpis/a.yaml');
});

test('an id is claimed even by a file that is broken elsewhere', () => {
  const broken = { file: 'kpis/a.yaml', text: count('x').text.replace('incidents', 'accidents') };
  expect(load(broken, { ...count('x'), file: 'kpis/b.yaml' }).said.at(-1)).toBe(
    "kpis/b.yaml:2:5: id: the id 'x' is taken by kpis/a.yaml. Give one of the two another id",
  );
});

test('cases are handed over with the file they stand beside', () => {
  const { cases, said } = load(count('a'), { file: 'kpis/a.test.yaml', text: '' });
  expect(cases.map(({ file: name, of }) => [name, of])).toEqual([['kpis/a.test.yaml', 'kpis/a.yaml']]);
  expect(said).toEqual([]);
});

test('cases beside no KPI are an orphan, and said to be one', () => {
  expect(load(count('a'), { file: 'kpis/b.test.yaml', text: '' }).said).toEqual([
    'kpis/b.test.yaml:1:1: these cases stand beside no KPI file. Name the file after its KPI file, e.g. kpis/b.yaml',
  ]);
});

describe('what combinations are made of', () => {
  const combine = (id: string, how: string, more = ''): { file: string; text: string } => file(id, `combine: { ${how} }`, more);

  test('an unknown part is named, with the nearest one', () => {
    expect(load(count('good-requests'), count('b'), combine('c', 'divide: [good-reqests, b]')).said).toEqual([
      "kpis/c.yaml:10:23: measure.combine.divide.0: there is no KPI 'good-reqests'. Did you mean 'good-requests'?",
    ]);
  });

  test('a broken part is named, with the file to repair', () => {
    const broken = { file: 'kpis/a.yaml', text: count('a').text.replace('of: incidents', 'of: accidents') };
    expect(load(broken, count('b'), combine('c', 'divide: [a, b]')).said).toContain(
      "kpis/c.yaml:10:22: measure.combine.divide: 'a' is broken itself. Repair kpis/a.yaml",
    );
  });

  test('a circle is named at each of its members', () => {
    expect(load(count('x'), combine('a', 'sum: [b, x]'), combine('b', 'sum: [a, x]')).said).toEqual([
      'kpis/a.yaml:10:19: measure.combine.sum: it is made of itself: a -> b -> a. Break the circle: combine KPIs that are measured, not combined',
      'kpis/b.yaml:10:19: measure.combine.sum: it is made of itself: b -> a -> b. Break the circle: combine KPIs that are measured, not combined',
    ]);
  });

  test('a KPI made of itself is a circle, and one that leads into a circle is not', () => {
    const { said } = load(count('x'), combine('a', 'sum: [a, x]'), combine('z', 'sum: [a, x]'));
    expect(said).toEqual([
      'kpis/a.yaml:10:19: measure.combine.sum: it is made of itself: a -> a. Break the circle: combine KPIs that are measured, not combined',
      "kpis/z.yaml:10:19: measure.combine.sum: 'a' is broken itself. Repair kpis/a.yaml",
    ]);
  });

  test('a sum of times is a time, and personal as soon as one part is, however deep', () => {
    const time = file('t', 'duration: { of: incidents, from: opened, to: restored }');
    const personal = file('p', 'duration: { of: pages, from: sent, to: answered }');
    const { kpis, said } = load(time, personal, combine('a-whole', 'sum: [part, t]'), combine('part', 'sum: [t, p]'));
    expect(said).toEqual([]);
    expect(kpis.get('a-whole')).toMatchObject({ isPersonal: true, unit: { type: 'duration' } });
    expect(kpis.get('t')?.isPersonal).toBe(false);
  });

  test('what is made of personal numbers is cut by team alone', () => {
    const cut = ({ file: name, text }: ReturnType<typeof file>) => ({ file: name, text: `${text}slice_by: [team, service]\n` });
    const personal = file('p', 'count: { of: interruptions }');
    const { kpis, said } = load(
      personal,
      count('t'),
      cut(combine('a-whole', 'divide: [p, t]')),
      cut(combine('b', 'sum: [t, t]')),
    );
    expect(said).toEqual([expect.stringMatching(/^kpis\/a-whole\.yaml:\d+:\d+: slice_by\.1: 'service' could single people out/)]);
    expect([...kpis.keys()].sort()).toEqual(['b', 'p', 't']);
  });

  test('a time and a count cannot be added up', () => {
    const time = file('t', 'duration: { of: incidents, from: opened, to: restored }');
    expect(load(count('a'), time, combine('c', 'sum: [a, t]')).said).toEqual([
      "kpis/c.yaml:10:19: measure.combine.sum: 'a' is a count and 't' is a duration. Add up only numbers of one unit",
    ]);
  });
});
