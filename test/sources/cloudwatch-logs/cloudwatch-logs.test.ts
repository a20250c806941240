import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LogsQuery, LogsRow, LogsState } from '../../../scripts/aws-server/logs.ts';
import type { Sample } from '../../../server/event/event.ts';
import { makeCloudWatchLogsAdapter } from '../../../server/sources/cloudwatch-logs/adapter.ts';
import type { Instant } from '../../../server/time/period.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, houseOf, NOW, pull, REGION, type Pulled } from '../aws/place-house.ts';

/** What the source does between polls; how long it meant to wait. */
let between: (ms: number) => void = () => undefined;
const pauses: number[] = [];
const house = houseOf(
  makeCloudWatchLogsAdapter((ms, signal) => {
    pauses.push(ms);
    between(ms);
    signal.throwIfAborted();
    return Promise.resolve();
  }),
);

const QUERY = 'filter ispresent(status) | stats count(*) as total, sum(failed) as bad by bin(1h), service';
const series = (more = '', query = QUERY): string => `
series:
  - name: shop
    log_groups: [/shop/api]
    query: '${query}'
    columns: { total: requests, bad: failed-requests }
    by: [service]
    ${more}
`;

/** One line of a log. */
interface Line {
  readonly at: Instant;
  readonly service?: string;
  readonly failed?: boolean;
}
const lines: Line[] = [];
const logs = (): LogsState => house.server.state.logs;

/** What the query finds in the lines of its window, both of whose ends are inclusive: rows of whole hours. */
function counted({ startTime, endTime }: LogsQuery): LogsRow[] {
  const rows = new Map<string, { at: Instant; service: string; total: number; bad: number }>();
  for (const { at, service = 'checkout', failed = false } of lines) {
    if (Math.floor(at / 1_000) < startTime || Math.floor(at / 1_000) > endTime) continue;
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    const row = rows.get(`${hour} ${service}`) ?? { at: hour, service, total: 0, bad: 0 };
    rows.set(`${hour} ${service}`, row);
    row.total += 1;
    if (failed) row.bad += 1;
  }
  return [...rows.values()].map(({ at, service, total, bad }) => rowOf(at, { service, total: `${total}`, bad: `${bad}` }));
}

const rowOf = (at: Instant, fields: Readonly<Record<string, string>>): LogsRow => ({
  at,
  fields: { 'bin(1h)': new Date(at).toISOString().replace('T', ' ').replace('Z', ''), ...fields },
});

/** What stands of samples, the later ones over the earlier: as text, sorted. */
const known = (...passes: readonly Pulled[]): string[] => {
  const stands = new Map<string, Sample>();
  for (const sample of passes.flatMap(({ samples }) => samples))
    stands.set(`${sample.series} ${sample.dimensions} ${new Date(sample.at).toISOString().slice(0, 16)}`, sample);
  return [...stands].map(([name, { value }]) => `${name} ${value}`).sort();
};
const counts = (...passes: readonly Pulled[]): string[] => known(...passes).filter((text) => text.startsWith('requests'));
const at = (hour: number): string => `region=${REGION},service=checkout ${new Date(hour).toISOString().slice(0, 16)}`;
const callsOf = (action: string): number => house.server.calls.filter((call) => call.action === action).length;

beforeEach(() => {
  lines.length = 0;
  pauses.length = 0;
  between = () => undefined;
  logs()
    .groups(ACCOUNT, REGION)
    .push({ name: '/shop/api', createdAt: NOW - 400 * DAY_MS });
  logs().answer = counted;
});

describe('series of CloudWatch Logs', () => {
  it('are the columns of a query, apart, with the fields that it groups by', async () => {
    lines.push({ at: NOW - HOUR_MS, failed: true }, { at: NOW - 1_800_000 }, { at: NOW - 60_000, service: 'cart' });
    const told = await pull(house.source(series('as: { team: web }')), NOW);
    expect(told.rejects).toEqual([]);
    expect(told.samples).toHaveLength(4);
    expect(told.samples.slice(0, 2)).toEqual([
      {
        source: 'own',
        series: 'requests',
        dimensions: `region=${REGION},service=checkout,team=web`,
        statistic: 'sum',
        at: NOW - HOUR_MS,
        value: 2,
      },
      {
        source: 'own',
        series: 'failed-requests',
        dimensions: `region=${REGION},service=checkout,team=web`,
        statistic: 'sum',
        at: NOW - HOUR_MS,
        value: 1,
      },
    ]);
  });

  it('have a history of fourteen days at first, a query a day, and then what is new with three hours before it', async () => {
    const source = house.source(series());
    const first = await pull(source, NOW);
    expect(callsOf('StartQuery')).toBe(14);
    expect(first.batches).toBe(14);
    expect(first.end).toMatchObject({ completeUntil: NOW - HOUR_MS, historyFrom: NOW - 14 * DAY_MS });
    await pull(source, NOW + HOUR_MS, first.cursor);
    expect(
      logs()
        .queries.slice(14)
        .map(({ startTime, endTime }) => [startTime, endTime]),
    ).toEqual([[(NOW - 2 * HOUR_MS) / 1_000, (NOW + HOUR_MS) / 1_000 - 1]]);
  });

  it('are read again for three days in the first pass of a day, so that what comes late is found', async () => {
    const source = house.source(series());
    const first = await pull(source, NOW);
    lines.push({ at: NOW - 2 * DAY_MS });
    const sameDay = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(counts(first, sameDay)).toEqual([]);
    const nextDay = await pull(source, NOW + DAY_MS, sameDay.cursor);
    expect(counts(first, sameDay, nextDay)).toEqual([`requests ${at(NOW - 2 * DAY_MS)} 1`]);
    const before = callsOf('StartQuery');
    await pull(source, NOW + DAY_MS + HOUR_MS, nextDay.cursor);
    expect(callsOf('StartQuery') - before).toBe(1);
  });

  it('count what happens in the second of a boundary once, whenever they are asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ hours: fc.integer({ min: -30, max: 5 }), ms: fc.constantFrom(-1_000, -1, 0, 1, 999, 1_000) })),
        fc.array(fc.integer({ min: 1, max: 7 * 60 }), { minLength: 1, maxLength: 4 }),
        async (happened, minutes) => {
          lines.splice(0, lines.length, ...happened.map(({ hours, ms }) => ({ at: NOW + hours * HOUR_MS + ms })));
          const source = house.source(`history: 1 day\n${series()}`);
          const passes = [await pull(source, NOW)];
          let now = NOW;
          for (const more of minutes) passes.push(await pull(source, (now += more * 60_000), passes.at(-1)?.cursor ?? null));
          const until = Math.floor(now / HOUR_MS) * HOUR_MS;
          const inside = lines.filter((line) => line.at >= NOW - DAY_MS && line.at < until);
          const sum = counts(...passes).reduce((total, text) => total + Number(text.split(' ').at(-1)), 0);
          expect(sum).toBe(inside.length);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are never what a query shows while it runs', async () => {
    for (let minute = 1; minute <= 60; minute += 1) lines.push({ at: NOW - minute * 60_000, service: `s${minute % 6}` });
    logs().polls = 6;
    const told = await pull(house.source(`history: 3 hours\n${series()}`), NOW);
    expect(told.samples.filter(({ series: name }) => name === 'requests').map(({ value }) => value)).toEqual([
      10, 10, 10, 10, 10, 10,
    ]);
    expect(pauses).toHaveLength(7);
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    expect(pauses.at(-1)).toBeGreaterThan(pauses[0] ?? 0);
  });

  it.each(['Failed', 'Cancelled', 'Unknown'] as const)(
    'have a gap where a query ends as %s, which is told, holds up what follows, and heals',
    async (ending) => {
      lines.push({ at: NOW - 6 * DAY_MS }, { at: NOW - 2 * DAY_MS });
      const source = house.source(`history: 7 days\n${series()}`);
      const failing = (NOW - 3 * DAY_MS) / 1_000;
      logs().ending = ({ startTime }) => (startTime === failing ? ending : 'Complete');
      const first = await pull(source, NOW);
      expect(counts(first)).toEqual([`requests ${at(NOW - 6 * DAY_MS)} 1`]);
      expect(first.rejects.map(({ reason, isKept }) => [reason, isKept])).toEqual([
        [`its query did not come to its end (${ending}): nothing is known of this time`, false],
      ]);
      expect(first.end?.completeUntil).toBe(NOW - 3 * DAY_MS);
      logs().ending = () => 'Complete';
      const second = await pull(source, NOW, first.cursor);
      expect(counts(first, second)).toEqual([6, 2].map((days) => `requests ${at(NOW - days * DAY_MS)} 1`));
      expect(second.end?.completeUntil).toBe(NOW - HOUR_MS);
    },
  );

  it('are asked for in shorter times where a query does not end in time, and the next passes begin with those', async () => {
    for (let hour = 1; hour <= 7 * 24; hour += 1) lines.push({ at: NOW - hour * HOUR_MS });
    const source = house.source(`history: 7 days\n${series()}`);
    const tooLong = ({ startTime, endTime }: LogsQuery): boolean => endTime - startTime >= 7 * 3_600;
    logs().ending = (query) => (tooLong(query) ? 'Timeout' : 'Complete');
    const first = await pull(source, NOW);
    expect(counts(first)).toHaveLength(7 * 24);
    expect(first.rejects).toEqual([]);
    // A day, half a day, and then quarters alone.
    expect(logs().queries.filter(tooLong)).toHaveLength(2);
    expect(callsOf('StartQuery')).toBe(2 + 28);
    const second = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(second.rejects).toEqual([]);
    expect(logs().queries.filter(tooLong)).toHaveLength(2);
    // Once a day a longer time is tried.
    await pull(source, NOW + DAY_MS, second.cursor);
    expect(logs().queries.filter(tooLong)).toHaveLength(3);
  });

  it('lack the hour whose query never ends in time, which is told, and all others are read', async () => {
    for (let hour = 1; hour <= 7 * 24; hour += 1) lines.push({ at: NOW - hour * HOUR_MS });
    const source = house.source(`history: 7 days\n${series()}`);
    const bad = (NOW - 2 * DAY_MS + 5 * HOUR_MS) / 1_000;
    logs().ending = ({ startTime, endTime }) => (startTime <= bad && bad <= endTime ? 'Timeout' : 'Complete');
    const told = await pull(source, NOW);
    expect(counts(told)).toHaveLength(7 * 24 - 1);
    expect(told.rejects.map(({ place, reason, isKept }) => [place, reason, isKept])).toEqual([
      [
        `${REGION}, shop, 2026-11-19T17:00:00.000Z to 2026-11-19T18:00:00.000Z`,
        'its query did not come to its end (Timeout): nothing is known of this time',
        false,
      ],
    ]);
    expect(told.end?.completeUntil).toBe(NOW - HOUR_MS);
    // What was left out is found where it can be read within three days.
    logs().ending = () => 'Complete';
    expect(counts(told, await pull(source, NOW + DAY_MS / 2, told.cursor))).toHaveLength(7 * 24);
  });

  it('that could not be read in three hours wait for the next pass', async () => {
    const source = house.source(`history: 7 days\n${series()}`);
    logs().ending = () => 'Timeout';
    const first = await pull(source, NOW);
    expect(first.rejects).toHaveLength(4);
    expect(first.end?.completeUntil).toBe(NOW - 7 * DAY_MS + 3 * HOUR_MS);
  });

  it('hold up nothing where what is known could not be read again', async () => {
    const source = house.source(`history: 7 days\n${series()}`);
    const first = await pull(source, NOW);
    const now = NOW + DAY_MS;
    logs().ending = ({ startTime }) => (startTime < (NOW - DAY_MS) / 1_000 ? 'Failed' : 'Complete');
    const second = await pull(source, now, first.cursor);
    expect(second.rejects).toHaveLength(1);
    expect(second.end?.completeUntil).toBe(now - HOUR_MS);
    // It is tried again, as the day has not been read again yet.
    logs().ending = () => 'Complete';
    lines.push({ at: NOW - 2 * DAY_MS });
    expect(counts(await pull(source, now, second.cursor))).toHaveLength(1);
  });

  it('are read through all pages of an answer', async () => {
    logs().answer = () =>
      Array.from({ length: 25_000 }, (_, index) => rowOf(NOW - HOUR_MS, { service: `s${index}`, total: '1', bad: '0' }));
    const told = await pull(house.source(`history: 3 hours\n${series()}`), NOW);
    expect(counts(told)).toHaveLength(25_000);
    expect(callsOf('GetQueryResults')).toBe(3);
  });

  it('are not taken where an answer is cut off, since nobody knows what it lacks', async () => {
    const all = Array.from({ length: 100_001 }, (_, index) => rowOf(NOW - HOUR_MS, { service: `s${index}`, total: '1' }));
    logs().answer = () => all;
    const told = await pull(house.source(`history: 1 hour\n${series()}`), NOW);
    expect(told.samples).toEqual([]);
    expect(told.rejects[0]?.reason).toContain('100,000 rows or more');
    expect(told.end?.completeUntil).toBeNull();
  });

  it.each([
    ['a second row for the same hour', [{ service: 'a' }, { service: 'a' }], 'more than one row'],
    ['a row between hours', [{ 'bin(1h)': '2026-11-21 10:30:00.000' }], 'between its periods'],
    ['a row without an hour', [{ 'bin(1h)': 'yesterday' }], "no instant in 'bin(1h)'"],
  ])('are not taken from an answer with %s', async (_, rows, reason) => {
    logs().answer = () => rows.map((fields) => rowOf(NOW - HOUR_MS, { total: '1', ...fields }));
    const told = await pull(house.source(`history: 3 hours\n${series()}`), NOW);
    expect(told.samples).toEqual([]);
    expect(told.rejects.map((reject) => reject.reason)).toEqual([expect.stringContaining(reason)]);
    expect(told.end?.completeUntil).toBeNull();
  });

  it('have no data, and not 0, where a value is not there or is no number', async () => {
    logs().answer = () => [
      rowOf(NOW - HOUR_MS, { service: 'a', total: '1.5E3' }),
      rowOf(NOW - HOUR_MS, { service: 'b', total: '', bad: 'NaN' }),
    ];
    const told = await pull(house.source(`history: 3 hours\n${series()}`), NOW);
    expect(told.samples.map(({ value }) => value)).toEqual([1_500]);
    expect(told.rejects.map(({ reason }) => reason)).toEqual(['1 of its values are no finite numbers']);
  });
});

describe('a pass over CloudWatch Logs', () => {
  it('asks for no more than may be scanned on a day, says so, and goes on the next', async () => {
    for (let day = 1; day <= 5; day += 1) lines.push({ at: NOW - day * DAY_MS });
    logs().bytesScanned = () => 20 * 1024 ** 3;
    const source = house.source(`history: 5 days\nbytes_per_day: 50 GB\n${series()}`);
    const first = await pull(source, NOW);
    expect(callsOf('StartQuery')).toBe(3);
    expect(first.rejects).toMatchObject([{ reason: expect.stringContaining('60 GB today (UTC), of 50 GB'), isKept: false }]);
    expect(first.rejects[0]?.fix).toContain('bytes_per_day');
    expect(first.end?.completeUntil).toBe(NOW - 2 * DAY_MS);
    const again = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(callsOf('StartQuery')).toBe(3);
    expect(again.end?.completeUntil).toBe(NOW - 2 * DAY_MS);
    const next = await pull(source, NOW + DAY_MS, again.cursor);
    expect(counts(first, again, next)).toHaveLength(5);
  });

  it('pays for queries that failed, too', async () => {
    logs().bytesScanned = () => 60 * 1024 ** 3;
    logs().ending = () => 'Failed';
    const source = house.source(series());
    const first = await pull(source, NOW);
    await pull(source, NOW, first.cursor);
    expect(callsOf('StartQuery')).toBe(1);
  });

  it('stops the query that runs when it is called off', async () => {
    const stop = new AbortController();
    logs().polls = Infinity;
    between = () => {
      if (pauses.length === 3) stop.abort();
    };
    const source = house.source(series());
    const pass = source.pull({ cursor: null, now: NOW, pseudonym: String, signal: stop.signal });
    await expect(pass.next()).rejects.toThrow(/abort/i);
    expect(logs().queries.map(({ isStopped }) => isStopped)).toEqual([true]);
  });

  it('stops a query that does not end in an hour, and leaves its time to the next', async () => {
    logs().polls = Infinity;
    const told = await pull(house.source(series()), NOW);
    expect(logs().queries.map(({ isStopped }) => isStopped)).toEqual([true]);
    expect(told.rejects).toHaveLength(1);
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(3_600_000);
  });

  it('that is killed again and again comes to the same as one that was not, and asks for nothing twice', async () => {
    for (let hour = 1; hour <= 14 * 24; hour += 1) lines.push({ at: NOW - hour * HOUR_MS, failed: hour % 7 === 0 });
    const source = house.source(series());
    const whole = await pull(source, NOW);
    const before = callsOf('StartQuery');
    const passes: Pulled[] = [];
    do passes.push(await pull(source, NOW, passes.at(-1)?.cursor ?? null, 3));
    while (passes.at(-1)?.end === null && passes.length < 20);
    expect(known(...passes)).toEqual(known(whole));
    expect(passes.at(-1)?.end).toEqual(whole.end);
    expect(callsOf('StartQuery') - before).toBe(14);
  });

  it('that is killed while it reads three days again goes on with them, and they are read once that day', async () => {
    const source = house.source(series());
    const first = await pull(source, NOW);
    const now = NOW + DAY_MS;
    for (let hour = 1; hour <= 3 * 24; hour += 1) lines.push({ at: now - hour * HOUR_MS });
    const passes = [first];
    for (let killed = 0; killed < 3; killed += 1) passes.push(await pull(source, now, passes.at(-1)?.cursor ?? null, 1));
    passes.push(await pull(source, now, passes.at(-1)?.cursor ?? null));
    expect(counts(...passes)).toHaveLength(3 * 24);
    // Three days, and the three hours that every pass reads again.
    expect(callsOf('StartQuery')).toBe(14 + 3 + 1);
  });

  it('runs queries of several series side by side, five at most, and each series keeps to its bytes', async () => {
    const many = Array.from(
      { length: 8 },
      (_, nth) => `
  - { name: n${nth}, log_groups: [/shop/api], query: 'stats count(*) as total by bin(1h)', columns: { total: n${nth} } }`,
    );
    const source = house.source(`history: 3 days\nbytes_per_day: 50 GB\nseries:${many.join('')}`);
    logs().polls = 3;
    logs().bytesScanned = () => 30 * 1024 ** 3;
    let most = 0;
    between = () => {
      most = Math.max(most, logs().queries.filter(({ left }) => left > 0).length);
    };
    const told = await pull(source, NOW);
    expect(most).toBe(5);
    // Two queries of 30 GB each, and then the day's 50 are used up.
    expect(callsOf('StartQuery')).toBe(16);
    expect(told.rejects).toHaveLength(8);
  });

  it('stops what runs for other series when one cannot be asked at all', async () => {
    const two =
      series() +
      `
  - { name: other, log_groups: [/shop/api], query: 'stats count(*) as total by bin(1h)', columns: { total: other } }`;
    logs().polls = Infinity;
    house.server.fail({ service: 'logs', action: 'GetQueryResults', as: 'denied', after: 4 });
    const told = await pull(house.source(two), NOW);
    expect(told.error?.message).toContain('may not call logs:GetQueryResults');
    expect(logs().queries.map(({ isStopped }) => isStopped)).toEqual([true, true]);
    // At once, and not when the hour of the other is over.
    expect(callsOf('GetQueryResults')).toBeLessThan(20);
  });

  it('waits where as many queries run as an account may have', async () => {
    logs().mostAtOnce = 0;
    lines.push({ at: NOW - HOUR_MS });
    const told = pull(house.source(`history: 3 hours\n${series()}`), NOW);
    await expect.poll(() => callsOf('StartQuery')).toBeGreaterThan(0);
    logs().mostAtOnce = 1;
    expect(counts(await told)).toHaveLength(1);
    expect(house.server.calls.map(({ answer }) => answer)).toContain('LimitExceededException');
  });

  it('begins where the log groups do', async () => {
    logs()
      .groups(ACCOUNT, REGION)
      .splice(0, 1, { name: '/shop/api', createdAt: NOW - 2.5 * DAY_MS });
    lines.push({ at: NOW - 2 * DAY_MS });
    const told = await pull(house.source(`history: 7 days\n${series()}`), NOW);
    expect(told.rejects).toEqual([]);
    expect(counts(told)).toHaveLength(1);
    expect(told.end).toMatchObject({ historyFrom: NOW - 3 * DAY_MS, completeUntil: NOW - HOUR_MS });
  });

  it('reads the other series where one is refused, and fails where all are', async () => {
    lines.push({ at: NOW - HOUR_MS });
    const gone = `
  - { name: gone, log_groups: [/gone], query: 'stats count(*) as total by bin(1h)', columns: { total: gone } }`;
    const told = await pull(house.source(`history: 3 hours\n${series()}${gone}`), NOW);
    expect(counts(told)).toHaveLength(1);
    expect(told.error).toBeNull();
    expect(told.rejects.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      expect.stringMatching(/^eu-central-1, gone, .*logs:StartQuery was refused \(ResourceNotFoundException\)/),
    ]);
    expect(told.end?.completeUntil).toBeNull();
    house.server.fail({ service: 'logs', action: 'StartQuery', as: 'denied', times: Infinity });
    const denied = await pull(house.source(series()), NOW);
    expect(denied.error?.message).toContain('may not call logs:StartQuery');
  });

  it('tries out no more than three hours', async () => {
    lines.push({ at: NOW - HOUR_MS });
    const { rows } = await house
      .source(series())
      .dryRun({ cursor: null, now: NOW, pseudonym: String, signal: new AbortController().signal }, 5);
    expect(rows).toHaveLength(2);
    expect(logs().queries.map(({ startTime, endTime }) => endTime + 1 - startTime)).toEqual([3 * 3_600]);
  });
});

describe('settings of CloudWatch Logs', () => {
  it('confine the start of queries to the log groups that are named', () => {
    const accounts = `accounts: [{ id: '${ACCOUNT}', role: 'arn:aws:iam::${ACCOUNT}:role/quarterdeck', regions: [${REGION}] }]`;
    const confined = (settings: string, action: string): unknown => {
      const { aws } = house.source(settings);
      return aws?.places.map((place) => aws.confine?.(action, place)?.resources ?? '*');
    };
    expect(confined(`${accounts}\n${series()}`, 'logs:StartQuery')).toEqual([
      [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/shop/api:*`],
    ]);
    expect(confined(series(), 'logs:StartQuery')).toEqual([[`arn:aws:logs:${REGION}:*:log-group:/shop/api:*`]]);
    expect(confined(series(), 'logs:StopQuery')).toEqual(['*']);
  });

  it.each([
    [series('', 'stats count(*) as total, sum(x) as bad by service'), 'it does not say how long a period is'],
    [series('', `${QUERY.replace('1h', '1d')}`), 'bin(1d) does not divide an hour'],
    [series('', `${QUERY} | limit 10`), "'limit' leaves rows out"],
    [series('', QUERY.replace('as bad', 'as worse')), "the query has no 'bad'"],
    [series('period: 5 minutes'), 'the query has bin(1h)'],
    [series('bytes_per_day: lots'), "'lots' is no amount of logs"],
    [series('as: { service: x }'), "'service' stands in 'by', too"],
    [series().replace('/shop/api', '"no group"'), "'no group' is no log group"],
    [series().replace('by: [service]', 'by: [region]'), "points get 'region' of the place"],
    [
      series() + series().replace('series:', '').replace('name: shop', 'name: twin').trimStart().replace(/^/, '  '),
      "'requests' is told by 'shop' as well",
    ],
  ])('are refused with what is wrong: %#', (written, problem) => {
    expect(house.problems(written).join('\n')).toContain(problem);
  });

  it('of two entries may tell one series where their dimensions tell them apart', () => {
    const entry = (service: string): string =>
      `  - { name: ${service}, log_groups: [/${service}], query: 'stats count(*) as n by bin(5m) as slot', columns: { n: requests }, as: { service: ${service} } }`;
    expect(house.problems(`series:\n${entry('cart')}\n${entry('search')}`)).toEqual([]);
  });
});
