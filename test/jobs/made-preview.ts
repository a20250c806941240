import type { KpiDiff } from '../../server/jobs/diff.ts';
import type { Preview, PreviewMade } from '../../server/jobs/preview.ts';

/** A preview as whoever asks for one over HTTP reads it. */
export function readAgain({ problems, diff }: PreviewMade): Preview {
  const read: KpiDiff | null = diff === null ? null : JSON.parse(new TextDecoder().decode(diff));
  return { problems, diff: read };
}
