import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Evaluator } from '../../server/evaluator.ts';
import { readAgain } from './made-preview.ts';
import { event, GivenSource, smallHouse, TIME_TO_RESTORE, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const SCOPES = ['organisation', 'team:payments', 'team:search', 'service:checkout'];

describe('an evaluation in another thread', () => {
  const evaluator = new Evaluator();
  let beside: SmallHouse;
  let inside: SmallHouse;

  const incidents = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => {
      const number = from + index;
      const opened = new Date(Date.parse('2026-08-01T06:00:00Z') + number * 3_600_000).toISOString();
      const restored = new Date(Date.parse(opened) + ((number * 7) % 11) * 1_800_000).toISOString();
      const fields = { team: number % 3 === 0 ? 'search' : 'payments', service: 'checkout', severity: (number % 4) + 1 };
      return [
        event('incident', `I${number}`, opened, { state: 'opened', fields, key: `o${number}` }),
        event('incident', `I${number}`, restored, { state: 'restored', key: `r${number}` }),
      ];
    }).flat();

  const house = async (evaluations?: Evaluator) => {
    const desk = new GivenSource('desk', ['incident']);
    const files = { 'incidents/time-to-restore.yaml': TIME_TO_RESTORE };
    const made = await smallHouse(
      [desk],
      files,
      '2026-11-09T06:00:00Z',
      undefined,
      evaluations === undefined ? {} : { evaluations },
    );
    const pull = async (count: number, from: number) => {
      desk.next = [{ events: incidents(count, from) }];
      await made.engine.pull(VIEWER, 'desk');
    };
    return { made, pull };
  };
  let pulls: readonly ((count: number, from: number) => Promise<void>)[] = [];

  beforeAll(async () => {
    const [one, other] = [await house(evaluator), await house()];
    beside = one.made;
    inside = other.made;
    pulls = [one.pull, other.pull];
    for (const pull of pulls) await pull(800, 0);
  });
  afterAll(async () => {
    await beside.close();
    await inside.close();
    await evaluator.close();
  });

  const preview = async (of: SmallHouse, text: string) =>
    readAgain(await of.engine.preview(VIEWER, { text, file: null, scopes: SCOPES }));
  const OTHER = TIME_TO_RESTORE.replace('summarise: median', 'summarise: mean');

  it('gives what one in this thread gives, and again after more was taken in', async () => {
    const first = await preview(beside, OTHER);
    expect(first).toEqual(await preview(inside, OTHER));
    expect(first.diff?.isChanged).toBe(true);
    for (const pull of pulls) await pull(700, 700);
    const second = await preview(beside, OTHER);
    expect(second).toEqual(await preview(inside, OTHER));
    expect(second).not.toEqual(first);
  });

  it('tells of faults and problems as one in this thread does', async () => {
    const broken = OTHER.replace('better: lower', 'beter: lower');
    expect(await preview(beside, broken)).toEqual(await preview(inside, broken));
    const elsewhere = (of: SmallHouse) => of.engine.preview(VIEWER, { text: OTHER, file: null, scopes: ['team:nobody'] });
    const [one, other] = await Promise.allSettled([elsewhere(beside), elsewhere(inside)]);
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'not-found' } });
    expect(other).toMatchObject(one);
  });

  it('that is ended leaves the next one to a new thread', async () => {
    const given = new AbortController();
    const asked = { world: { organisationText: '', tables: {}, series: {}, sources: [], kpis: [], now: 0 }, entries: [] };
    const overrun = evaluator.preview({ ...asked, asked: { text: OTHER, file: null, scopes: [] } }, given.signal);
    given.abort();
    await expect(overrun).rejects.toMatchObject({ code: 'unavailable' });
    expect(await preview(beside, OTHER)).toEqual(await preview(inside, OTHER));
  });
});
