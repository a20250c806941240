import { afterEach, describe, expect, it, vi } from 'vitest';
import { singledOut } from '../kpi/support/subtraction.ts';
import { attackedHouse, CALENDAR, drawnCrowds, FAMILIES, peopleIn, type AttackedHouse, type Crowd } from './attacked-house.ts';
import { previewOf, QUESTIONS, type Question } from './questions.ts';
import { drafted, toldBy, toldHours, type Told } from './told.ts';

/** What a build would forget that hides too little; only this test can ask for it. */
const weakness = vi.hoisted(
  (): {
    is:
      | 'none'
      | 'a group of one is shown'
      | 'small teams are left by subtraction'
      | 'whoever is on call by day stands for the night'
      | 'what was told before is told again';
  } => ({ is: 'none' }),
);

vi.mock(import('../../server/kpi/privacy-groups.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    isGroup: (people) => (weakness.is === 'a group of one is shown' ? people >= 1 : real.isGroup(people)),
    mayBeLeft: (people) => (weakness.is === 'a group of one is shown' ? true : real.mayBeLeft(people)),
    hiddenScopes: (table, group) => {
      if (weakness.is === 'a group of one is shown') return new Uint8Array(table.scopes.length);
      if (weakness.is === 'none') return real.hiddenScopes(table, group);
      // Each scope by its own people, and no thought of what is left of the organisation.
      return Uint8Array.from(table.scopes, (_, scope) => {
        const own = new Set<number>();
        group.person.forEach((person, at) => {
          if (group.team[at] === scope || group.service[at] === scope) own.add(person);
        });
        return real.isGroup(own.size) ? 0 : 1;
      });
    },
  };
});
vi.mock(import('../../server/kpi/privacy-hours.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    asksAboutHours: (kpi) => weakness.is !== 'whoever is on call by day stands for the night' && real.asksAboutHours(kpi),
  };
});
vi.mock(import('../../server/jobs/past-of-people.ts'), async (original) => {
  const real = await original();
  const isForgotten = (): boolean => weakness.is === 'what was told before is told again';
  return {
    ...real,
    tellsTheSame: (one, other) => isForgotten() || real.tellsTheSame(one, other),
    withoutMoved: (kpi, then, now) => (isForgotten() ? then : real.withoutMoved(kpi, then, now)),
    withoutEarlier: (kpi, revisions) => (isForgotten() ? revisions : real.withoutEarlier(kpi, revisions)),
  };
});
afterEach(() => {
  weakness.is = 'none';
});

const SOME_DAY = CALENDAR.zone.dayOf(Date.parse('2026-09-30T10:00:00Z'));

const HOUSES = 20;
const SEQUENCES = 500;
/** Questions that are asked of one house, in ever other orders. */
const ASKED = 260;
const LONGEST = 12;

/** The same draws in every run. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Of each kind as often, however many there are of it. */
function drawQuestion(draw: (below: number) => number): number {
  const kind = KINDS[draw(KINDS.length)] ?? [];
  return kind[draw(kind.length)] ?? 0;
}
const kindOf = ({ path }: Question): string =>
  path
    .replace(/^\/(\w[\w-]*)\/[^/?]*/, '$1')
    .replace(/scope=[^&]*|period=[^&]*|known_at=[^&]*|by=\w+/g, (found) => found.split('=')[0] ?? '');
const KINDS: readonly (readonly number[])[] = [
  ...Map.groupBy(QUESTIONS.keys(), (number) => kindOf(QUESTIONS[number] ?? { path: '' })).values(),
];

/** Answers are kept: asked again they are the same. */
function asker(house: AttackedHouse): (question: number) => Promise<readonly Told[]> {
  const known = new Map<number, Promise<readonly Told[]>>();
  const standing = new Map<string, Promise<unknown>>();
  return (number) => {
    const kept = known.get(number);
    if (kept !== undefined) return kept;
    const question = QUESTIONS[number] ?? { path: '/kpis' };
    const asked = house.ask(question.path, question.body).then(({ status, text, isJson }) => {
      expect(text, question.path).not.toMatch(/person-|p-[0-9a-f]{8}/);
      expect([200, 400, 403, 404], `${question.path}: ${text}`).toContain(status);
      const told = status === 200 ? toldBy(question, text, isJson) : [];
      return Promise.all(
        told.map(async (one) => {
          if (one.then === null) return one;
          const { id, value, sum } = one.then;
          const now = standing.get(id) ?? standsAs(house, id);
          standing.set(id, now);
          // A number of the past that still stands says what the present says, and no more.
          return (await now) === value ? { ...one, sum } : one;
        }),
      );
    });
    known.set(number, asked);
    return asked;
  };
}

/** What the present says of it; undefined where it says nothing. */
async function standsAs(house: AttackedHouse, id: string): Promise<unknown> {
  const { text } = await house.ask(`/snapshots/${id}/evidence`);
  const now: unknown = JSON.parse(text);
  return typeof now === 'object' && now !== null && 'value' in now ? now.value : undefined;
}

interface Attack {
  readonly sequences: number;
  readonly told: number;
  /** Whom the first sequence that succeeded singled out, by which questions. */
  readonly found: { readonly people: readonly string[]; readonly questions: readonly string[] } | null;
}

/** Asks in any order, and takes what was told from one another in every way. */
async function attack(houses: number, sequences: number): Promise<Attack> {
  const draw = drawing(7);
  let told = 0;
  let tried = 0;
  for (const crowds of drawnCrowds(houses)) {
    const house = await attackedHouse(crowds);
    try {
      const ask = asker(house);
      const pool = Array.from({ length: ASKED }, () => drawQuestion(draw));
      const families = FAMILIES.map((family) => ({ family, cells: peopleIn(crowds, family) }));
      for (let sequence = 0; sequence < sequences; sequence += 1) {
        const asked = Array.from({ length: 2 + draw(LONGEST - 1) }, () => pool[draw(ASKED)] ?? 0);
        const answers: Told[] = [];
        for (const number of asked) answers.push(...(await ask(number)));
        told += answers.length;
        tried += 1;
        for (const { family, cells } of families) {
          const sums = distinct(answers.filter((one) => one.family === family));
          const people = sums.length === 0 ? null : singledOutAmong(cells, sums);
          if (people !== null)
            return { sequences: tried, told, found: { people, questions: asked.map((number) => QUESTIONS[number]?.path ?? '') } };
        }
      }
    } finally {
      await house.close();
    }
  }
  return { sequences: tried, told, found: null };
}

const distinct = (told: readonly Told[]): (readonly boolean[])[] => [
  ...new Map(told.map(({ sum }) => [nameOf(sum), sum])).values(),
];

/** Kept with the sum: one answer is part of many sequences. */
const names = new WeakMap<readonly boolean[], string>();

function nameOf(sum: readonly boolean[]): string {
  let name = names.get(sum);
  if (name === undefined) names.set(sum, (name = sum.map(Number).join('')));
  return name;
}

/** Places that are in the same sums cannot be told apart by them, so they are one. Nobody is taken to know where nobody was. */
function singledOutAmong(cells: readonly { readonly people: ReadonlySet<string> }[], sums: readonly (readonly boolean[])[]) {
  // Which of them a place is with, parted by one sum after the other.
  const together = new Int32Array(cells.length);
  let count = 1;
  for (const sum of sums) {
    const parted = new Int32Array(2 * count).fill(-1);
    count = 0;
    for (let index = 0; index < together.length; index += 1) {
      const part = 2 * (together[index] ?? 0) + Number(sum[index] === true);
      if (parted[part] === -1) {
        parted[part] = count;
        count += 1;
      }
      together[index] = parted[part] ?? 0;
    }
  }
  const known = new Map<number, { people: Set<string>; isIn: boolean[] }>();
  cells.forEach(({ people }, index) => {
    const part = together[index] ?? 0;
    let one = known.get(part);
    if (one === undefined) known.set(part, (one = { people: new Set(), isIn: sums.map((sum) => sum[index] === true) }));
    for (const person of people) one.people.add(person);
  });
  const merged = [...known.values()].filter(({ isIn }) => isIn.includes(true));
  return singledOut(
    merged,
    sums.map((_, sum) => merged.map(({ isIn }) => isIn[sum] === true)),
  );
}

describe('whoever asks anything over HTTP, in any order, and takes answers from one another', () => {
  it('singles out nobody in a group under five by 10,000 sequences of questions', { timeout: 900_000 }, async () => {
    const { sequences, told, found } = await attack(HOUSES, SEQUENCES);
    expect(found).toBeNull();
    expect(sequences).toBe(10_000);
    expect(told).toBeGreaterThan(50_000);
  });

  it.each([
    'a group of one is shown',
    'small teams are left by subtraction',
    'whoever is on call by day stands for the night',
    'what was told before is told again',
  ] as const)('would single somebody out in a build in which %s', { timeout: 300_000 }, async (weak) => {
    weakness.is = weak;
    const { found } = await attack(HOUSES, SEQUENCES);
    expect(found?.people.length).toBeGreaterThan(0);
    expect(found?.people.length).toBeLessThan(5);
  });

  const large: Crowd = { day: SOME_DAY, owned: ['b', 't'], from: 1, count: 5, paged: 3, hour: 22, isLate: false };

  it('is told one night of whoever has two shifts in an evening, where the first of them is', async () => {
    const both = await valuesOf([large, { ...large, owned: ['b', 'u'], from: 4, count: 2 }], 'of: nights');
    expect(both).toMatchObject({ organisation: 5, 'team:b': 5, 'service:t': 5, 'service:u': null });
    const apart = await valuesOf(
      [
        { ...large, day: SOME_DAY - 1 },
        { ...large, owned: ['b', 'u'], from: 4, count: 2 },
      ],
      'of: nights',
    );
    expect(apart).toMatchObject({ organisation: 7, 'team:b': 7, 'service:t': null, 'service:u': null });
  });

  it('is told of no hours of the week where one person took the night', async () => {
    const alone = [
      { ...large, hour: 10 },
      { ...large, from: 7, count: 1 },
    ];
    expect(await hoursToldOf(alone)).toBe(false);
    expect(
      await hoursToldOf([
        { ...large, hour: 10 },
        { ...large, from: 6 },
      ]),
    ).toBe(true);
  });

  it.each(['nights', 'off_hours', 'business_hours'])('is told nothing of %s where one person took the night', async (during) => {
    const asked = `of: interruptions }\n  where: { during: ${during}`;
    const alone = await valuesOf(
      [
        { ...large, hour: 10 },
        { ...large, from: 7, count: 1 },
      ],
      asked,
    );
    expect(new Set(Object.values(alone))).toEqual(new Set([null]));
    const many = await valuesOf(
      [
        { ...large, hour: 10 },
        { ...large, from: 6 },
      ],
      asked,
    );
    expect(many).toMatchObject({ organisation: 3, 'team:b': 3, 'service:t': 3 });
  });
});

/** Whether the on-call page of a team tells the hours at which its people were called. */
async function hoursToldOf(crowds: readonly Crowd[]): Promise<boolean> {
  const house = await attackedHouse(crowds);
  try {
    const { status, text } = await house.ask('/on-call/b?period=2026-Q3');
    expect(status, text).toBe(200);
    return toldHours(JSON.parse(text));
  } finally {
    await house.close();
  }
}

/** What a draft of a count says of the month, by scope. */
async function valuesOf(crowds: readonly Crowd[], count: string): Promise<Record<string, unknown>> {
  const house = await attackedHouse(crowds);
  try {
    const question = previewOf(`count: { ${count} }`);
    const { status, text } = await house.ask(question.path, question.body);
    expect(status, text).toBe(200);
    const body: unknown = JSON.parse(text);
    const ofMonth = drafted(body).filter(({ period }) => period === '2026-09');
    return Object.fromEntries(ofMonth.map(({ scope, value }) => [scope, value]));
  } finally {
    await house.close();
  }
}
