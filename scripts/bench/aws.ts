import { benchCalls } from './aws-calls.ts';
import { benchQuietPoll } from './aws-quiet.ts';
import { benchStoring } from './aws-store.ts';
import type { Row } from './measured.ts';
import type { Size } from './size.ts';

/** CloudWatch: how few calls, how fast an answer is stored, and what a poll writes that finds nothing new. */
export async function benchAws(size: Size, say: (text: string) => void): Promise<Row[]> {
  return [...(await benchCalls(size, say)), ...(await benchStoring(size, say)), ...(await benchQuietPoll(size))];
}
