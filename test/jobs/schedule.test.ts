import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastDueTick, nextTick, Schedule, type ScheduledJob } from '../../server/jobs/schedule.ts';
import { smallHouse, type SmallHouse } from './small-house.ts';

const at = (text: string): number => Date.parse(text);

describe('ticks', () => {
  it('finds the next tick strictly after an instant', () => {
    expect(nextTick('*/15 * * * *', 'Europe/Berlin', at('2026-11-21T02:15:00Z'))).toBe(at('2026-11-21T02:30:00Z'));
  });

  it('finds the newest tick of many that were missed', () => {
    expect(lastDueTick('*/15 * * * *', 'Europe/Berlin', at('2026-11-01T00:00:00Z'), at('2026-11-21T02:29:59Z'))).toBe(
      at('2026-11-21T02:15:00Z'),
    );
  });

  it('knows no tick when none has come since', () => {
    expect(lastDueTick('0 6 * * 1', 'Europe/Berlin', at('2026-11-16T05:00:00Z'), at('2026-11-21T00:00:00Z'))).toBeNull();
  });

  it('runs a local time once on the day the clock goes back and once on the day it goes forward', () => {
    const ticks = (from: string, until: string): string[] => {
      const found: string[] = [];
      for (
        let tick = nextTick('30 2 * * *', 'Europe/Berlin', at(from));
        tick !== null && tick < at(until);
        tick = nextTick('30 2 * * *', 'Europe/Berlin', tick)
      )
        found.push(new Date(tick).toISOString());
      return found;
    };
    expect(ticks('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toHaveLength(2);
    expect(ticks('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toHaveLength(2);
  });
});

describe('schedule', () => {
  let house: SmallHouse;
  beforeEach(async () => {
    house = await smallHouse([], {}, '2026-11-16T08:00:00Z');
  });
  afterEach(() => house.close());

  const scheduleOf = (jobs: ScheduledJob[], holder = 'one') => {
    const waits: { ms: number; callback: () => void }[] = [];
    const errors: string[] = [];
    const schedule = new Schedule(jobs, {
      store: house.store,
      clock: () => house.now,
      holder,
      wait: (ms, callback) => {
        waits.push({ ms, callback });
        return () => undefined;
      },
      onError: (job, error) => errors.push(`${job}: ${String(error)}`),
    });
    return { schedule, waits, errors };
  };
  const job = (name: string, run: (tick: number) => Promise<void>): ScheduledJob => ({
    name,
    cron: '*/15 * * * *',
    zone: 'Europe/Berlin',
    run,
  });

  it('runs a job at once the first time, and waits for the next tick', async () => {
    const ticks: number[] = [];
    const { schedule, waits } = scheduleOf([job('pull', async (tick) => void ticks.push(tick))]);
    await schedule.start();
    expect(ticks).toEqual([house.now]);
    expect(waits.map(({ ms }) => ms)).toEqual([15 * 60_000]);
    await schedule.stop();
  });

  it('makes up for a sleep of days with a single run, for the newest tick', async () => {
    const ticks: number[] = [];
    const { schedule } = scheduleOf([job('pull', async (tick) => void ticks.push(tick))]);
    await schedule.runDue();
    house.now = at('2026-11-19T09:07:00Z');
    await schedule.runDue();
    expect(ticks.slice(1).map((tick) => new Date(tick).toISOString())).toEqual(['2026-11-19T09:00:00.000Z']);
  });

  it('repeats nothing after a restart or when the clock jumps back a day', async () => {
    const ticks: number[] = [];
    const pull = job('pull', async (tick) => void ticks.push(tick));
    await scheduleOf([pull]).schedule.runDue();
    await scheduleOf([pull]).schedule.runDue();
    house.now -= 86_400_000;
    await scheduleOf([pull]).schedule.runDue();
    expect(ticks).toHaveLength(1);
  });

  it('lets a failing job stop no other, and tries it again', async () => {
    const ran: string[] = [];
    let isBroken = true;
    const { schedule, errors } = scheduleOf([
      job('bad', async () => {
        if (isBroken) throw new Error('the feed is down');
        ran.push('bad');
      }),
      job('good', async () => void ran.push('good')),
    ]);
    await schedule.runDue();
    expect(ran).toEqual(['good']);
    expect(errors).toEqual(['bad: Error: the feed is down']);
    isBroken = false;
    await schedule.runDue();
    expect(ran).toEqual(['good', 'bad']);
  });

  it('leaves a tick to the replica that holds its lease', async () => {
    const ran: string[] = [];
    let inside: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (inside = resolve));
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = scheduleOf([
      job('pull', async () => {
        ran.push('first');
        inside();
        await held;
      }),
    ]).schedule.runDue();
    await entered;
    await scheduleOf([job('pull', async () => void ran.push('second'))], 'two').schedule.runDue();
    release();
    await first;
    expect(ran).toEqual(['first']);
  });
});
