import type { Event, FieldValue } from '../../event/event.ts';
import { COMMON_FIELDS, KINDS, type FieldType } from '../../event/kinds.ts';
import { formatInstant } from '../../time/instant.ts';
import type { DryRun, PullBatch, PullEnd, Reject } from '../source.ts';

/** Reads a pass to its end and keeps only what shows what it would give. */
export async function dryRunOf(pass: AsyncGenerator<PullBatch, PullEnd, void>, rows: number): Promise<DryRun> {
  const shown: Record<string, string>[] = [];
  const rejects: Reject[] = [];
  const items = new Set<string>();
  let [events, samples] = [0, 0];
  for await (const batch of pass) {
    events += batch.events.length;
    samples += batch.samples.length;
    rejects.push(...batch.rejects);
    for (const event of batch.events) {
      items.add(`${event.kind}:${event.item}`);
      if (shown.length < rows) shown.push(rowOf(event));
    }
    for (const { series, dimensions, statistic, at, value } of batch.samples) {
      if (shown.length >= rows) break;
      shown.push({ when: formatInstant(at), series, dimensions, statistic, value: String(value) });
    }
  }
  return { rows: shown, rejects, events, samples, items: items.size, read: events + samples };
}

const rowOf = ({ kind, item, effectiveAt, state, fields }: Event): Record<string, string> => {
  const types: Readonly<Record<string, FieldType>> = { ...COMMON_FIELDS, ...KINDS[kind].fields };
  return {
    when: formatInstant(effectiveAt),
    kind,
    item,
    state: state ?? '',
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, textOf(value, types[name] === 'instant')])),
  };
};

function textOf(value: FieldValue, isInstant: boolean): string {
  if (typeof value === 'number' && isInstant) return formatInstant(value);
  return typeof value === 'object' && value !== null ? `${value.length} instants` : String(value ?? '');
}
