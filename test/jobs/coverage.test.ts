import { describe, expect, it } from 'vitest';
import { basisOf, reachesBackForEver } from '../../server/jobs/coverage.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';

const kpiOf = (measure: string): Kpi => {
  const text = `version: kpi/v1\nid: x\nname: X\nquestion: What?\nsection: S\nrole: outcome\nowner: O\nbetter: lower\nmeasure: { ${measure} }\n`;
  const { kpi, problems } = parseKpi(text, 'x.yaml', { digest: String });
  if (kpi === null) throw new Error(problems.map(formatProblem).join('\n'));
  return kpi;
};

describe('what a number rests on', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['since: { of: incidents }', ['incident'], [], []],
    ['overlap: { of: incidents, from: caused_by.finished, to: restored }', ['incident'], [], ['deployment', 'link']],
    [
      'overlap: { of: incidents, from: opened, to: restored, once_per: caused_by.service }',
      ['incident'],
      [],
      ['deployment', 'link'],
    ],
    ['budget: { good: a, valid: b, objective: 99%, over: 28 days }', [], ['a', 'b'], []],
    ['score: { of: feedback, instrument: shift }', ['feedback'], [], []],
    ['spread: { of: disrupted_hours, across: responder }', ['page', 'shift', 'membership'], [], []],
    ['spread: { of: pages, across: responder }', ['page', 'membership', 'shift'], [], []],
    ['depth: { of: tickets, growth: true }', ['ticket'], [], []],
    ['ratio: { of: deployments, where: { change_failed: true } }', ['deployment'], [], ['incident', 'ticket', 'link']],
    ['ratio: { of: closings, where: { reopened_within: { at_most: 14 days } } }', ['ticket'], [], []],
    ['ratio: { of: seats, where: { attended: true } }', ['session'], [], []],
    ['ratio: { of: incidents, where: { is_repeat: true } }', ['incident'], [], []],
    ['ratio: { of: incidents, where: { reviewed_within: { at_most: 5 days } } }', ['incident'], [], ['session', 'link']],
    ['ratio: { of: shifts, where: { over_budget: true } }', ['shift'], [], ['page', 'incident']],
    ['duration: { of: pages, from: sent, to: incident.restored }', ['page'], [], ['incident']],
    ['ratio: { of: escalations, where: { incident.severity: 1 } }', ['escalation'], [], ['incident']],
    ['ratio: { of: sessions, where: { incident.severity: 1 } }', ['session'], [], ['incident']],
  ])('%s', (measure, kinds, series, linked) => {
    expect(basisOf(kpiOf(measure), () => undefined)).toMatchObject({ kinds, series, linked });
  });
});

describe('what other kinds have a say in', () => {
  const basis = (measure: string, more: readonly string[] = []) =>
    basisOf({ ...kpiOf(measure), alsoShow: [...more] }, () => undefined);
  const failures = 'ratio: { of: deployments, where: { change_failed: true } }';
  const DAY = 86_400_000;

  it('is that of incidents and tickets where they blame a deployment, and of any incident where it may be suspected', () => {
    expect(basis(failures)).toMatchObject({ blaming: ['incident', 'ticket'], reachMs: 0 });
    const suspected = { blaming: ['ticket'], reachMs: 8 * DAY };
    expect(basis('ratio: { of: deployments, where: { may_have_failed: true } }')).toMatchObject(suspected);
    expect(basis(failures, ['up to'])).toMatchObject(suspected);
  });

  it('reaches back to a whole shift', () => {
    expect(basis('ratio: { of: shifts, where: { over_budget: true } }')).toMatchObject({ blaming: [], reachMs: 40 * DAY });
    expect(basis('duration: { of: pages, from: sent, to: incident.restored }')).toMatchObject({ blaming: [], reachMs: 0 });
  });
});

it('looks back without end for the last one of a kind, and for what is made of that', () => {
  const last = kpiOf('since: { of: incidents }');
  const known = (id: string): Kpi | undefined => (id === 'last' ? last : undefined);
  expect(reachesBackForEver(last, known)).toBe(true);
  expect(reachesBackForEver(kpiOf('count: { of: incidents }'), known)).toBe(false);
  const combined: Kpi = { ...last, measure: { type: 'combine', operation: 'difference', parts: ['other', 'last'] } };
  expect(reachesBackForEver(combined, known)).toBe(true);
});
