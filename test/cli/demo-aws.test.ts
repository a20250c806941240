import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { KPIS, PACK } from '../../scripts/demo-aws/definitions.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Card {
  readonly id: string;
  readonly boxes: readonly { readonly label: string; readonly text: string }[];
  readonly current: { readonly value: number | null; readonly flags: readonly string[] };
}

it('npm run demo:aws serves a review whose KPIs have values, from sources of which none fails, and ends when it is told to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-demo-aws-'));
  const child = spawn(process.execPath, ['scripts/demo-aws.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', QUARTERDECK_DATA: folder, QUARTERDECK_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /Quarterdeck is at (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (found !== undefined && said.includes('Ready.')) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`it ended: ${said}`)));
  });
  // What a newcomer is told is what happens, and not what else could be done.
  expect(said).not.toContain('Next:');
  expect(said).not.toMatch(/fail|error|warn/i);

  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1/${path}`);
    expect(answer.status).toBe(200);
    return answer.json();
  };
  expect(await ask('sources')).toEqual(
    new Array<unknown>(6).fill(expect.objectContaining({ freshness: 'fresh', lastError: null })),
  );
  const { cards } = (await ask('reviews/latest')) as { readonly cards: readonly Card[] };
  const values = new Map(cards.map(({ id, current }) => [id, current.value]));
  const wanted = [...Object.keys(KPIS), ...PACK.map((file) => file.slice(file.indexOf('/') + 1))];
  expect([...values.keys()].sort()).toEqual(wanted.sort());
  // OpsCenter tells no history, so its queue is known from the first pull on; in a good week nobody is called.
  const may = ['queue-depth', 'noise', 'repeat-pages', 'failed-deployment-recovery-time'];
  expect([...values].filter(([id, value]) => value === null && !may.includes(id))).toEqual([]);
  expect(values.get('shop-requests')).toBeGreaterThan(1_000_000);

  // The process that serves is another one than those that pulled: it knows metrics all the same.
  const boxes = cards.find(({ id }) => id === 'shop-requests')?.boxes ?? [];
  expect(boxes.map(({ label }) => label)).toContain('MTD');
  expect(boxes.filter(({ text }) => text === 'no data')).toEqual([]);

  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}, 300_000);
