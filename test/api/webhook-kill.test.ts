import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MINUTE_MS, NOW } from '../sources/aws/watch-house.ts';
import { alarmTurned, busEvent } from '../sources/eventbridge/messages.ts';
import { webhookHouse } from './webhook-house.ts';

const POSTS = ['a', 'b', 'c'].flatMap((name) => [
  alarmTurned(name, NOW - 30 * MINUTE_MS, 'OK', 'ALARM'),
  alarmTurned(name, NOW - 10 * MINUTE_MS, 'ALARM', 'OK'),
]);

/** What is told in the end, where nothing is written any more from one of the commits on, until the process starts anew. */
async function toldAfterKill(at: number): Promise<{ events: unknown[]; acknowledged: number; commits: number; waiting: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-kill-'));
  let left = Infinity;
  try {
    const first = await webhookHouse({
      folder,
      beforeCommit: () => {
        left -= 1;
        if (left < 0) throw new Error('killed');
      },
    });
    left = at;
    const before = first.commits();
    let acknowledged = 0;
    for (const post of POSTS) acknowledged += (await first.post(post)).status === 200 ? 1 : 0;
    await first.post('no JSON');
    await first.drainOnce().catch(() => undefined);
    const commits = first.commits() - before;
    await first.close();

    const second = await webhookHouse({ folder });
    await second.posts.start();
    await second.drain();
    // Whoever was not answered posts again, and so does one who did not hear the answer.
    for (const post of POSTS) expect((await second.post(post)).status).toBe(200);
    await second.drain();
    const events = (await second.events()).map(({ batch: _, ...event }) => event);
    const waiting = (await second.store.waitingPosts()).length;
    await second.close();
    return { events, acknowledged, commits, waiting };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('what was acknowledged is told once, at whatever commit the process is killed', async () => {
  const whole = await toldAfterKill(Infinity);
  expect(whole).toMatchObject({ acknowledged: POSTS.length, waiting: 0 });
  expect(whole.events).toHaveLength(POSTS.length);
  // Seven to keep what was posted, then to claim, append, remember, let go, record and release.
  expect(whole.commits).toBeGreaterThanOrEqual(12);
  for (let at = 0; at <= whole.commits; at += 1) {
    const { events, acknowledged, waiting } = await toldAfterKill(at);
    expect(acknowledged).toBe(Math.min(at, POSTS.length));
    expect({ at, events, waiting }).toEqual({ at, events: whole.events, waiting: 0 });
  }
}, 120_000);

it('a pass that was cut off tells what it had not told, once the process starts anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-kill-'));
  try {
    const first = await webhookHouse({ folder });
    await first.post(busEvent('OpsItem Create', NOW, {}));
    for (const post of POSTS.slice(0, 3)) await first.post(post);
    await first.close();
    const second = await webhookHouse({ folder });
    expect((await second.status()).text).toContain('4 posted events wait to be read');
    await second.posts.start();
    await second.drain();
    expect(await second.events()).toHaveLength(3);
    expect((await second.status()).text).not.toContain('wait');
    await second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
