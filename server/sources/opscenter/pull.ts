import type { OpsItemFilter, OpsItemSummary, SSMClient } from '@aws-sdk/client-ssm';
import type { Event } from '../../event/event.ts';
import { isOpenState } from '../../event/states.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { asked } from '../aws/asking.ts';
import { pagesOf } from '../aws/pages.ts';
import type { AwsPlace } from '../aws/place.ts';
import { clientSettings } from '../aws/session.ts';
import { SourceError, type PullBatch, type PullContext, type PullEnd, type Reject } from '../source.ts';
import { readOpsCursor, writeOpsCursor } from './cursor.ts';
import { calledOff, goneFact, opsItemFacts } from './facts.ts';
import { readOpsItem, type OpsItemRules } from './read.ts';

export interface OpsCenterSettings extends OpsItemRules {
  readonly source: string;
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

const HOUR_MS = 3_600_000;
/** What changed so long before the last pass is read again: lists follow changes after a while. */
const OVERLAP_MS = HOUR_MS;
/** As many items as a page holds. */
const PAGE = 50;
/** An item that is missed is gone if it still is so much later. */
const MISSED_MS = HOUR_MS;

/** What changed since the last pass, then all that is open; what was open and is in neither is asked for by its id. */
export async function* pullOpsItems(
  settings: OpsCenterSettings,
  place: AwsPlace,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { source, kind, digest } = settings;
  const { now } = context;
  const before = readOpsCursor(context.cursor, digest, now);
  const { retoldAt } = before;
  const historyFrom = before.historyFrom ?? now;
  const origin = before.until === null && retoldAt === 0 ? 'snapshot' : 'inferred';
  const formerKinds = before.kinds.filter((each) => each !== kind);
  const open = new Map(before.open);
  const seen = new Map<string, Instant>();
  const tell = (items: readonly OpsItemSummary[]): { readonly events: Event[]; readonly rejects: Reject[] } => {
    const told: { readonly events: Event[]; readonly rejects: Reject[] } = { events: [], rejects: [] };
    for (const item of items) {
      const read = readOpsItem(settings, place, item);
      if (read === null) continue;
      if ('reject' in read) {
        told.rejects.push(read.reject);
        continue;
      }
      const { id, state, openedAt, modifiedAt, says } = read.seen;
      // Lists that are read one after the other meet an item twice, and not always as it was.
      if ((seen.get(id) ?? -Infinity) >= modifiedAt) continue;
      seen.set(id, modifiedAt);
      if (isOpenState(state) && says !== null) open.set(id, null);
      else open.delete(id);
      told.events.push(...opsItemFacts(source, kind, read.seen, origin, retoldAt));
      if (retoldAt > 0) told.events.push(...formerKinds.map((each) => calledOff(source, each, id, openedAt, retoldAt)));
    }
    return told;
  };

  const { SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(await clientSettings(place));
  try {
    const since = before.until === null ? [] : [modifiedAfter(before.until - OVERLAP_MS)];
    for await (const items of listOf(client, place, context, since))
      yield { ...tell(items), samples: [], progress: `${seen.size.toLocaleString('en')} items` };
    for await (const items of listOf(client, place, context, [STILL_OPEN]))
      yield { ...tell(items), samples: [], progress: `${seen.size.toLocaleString('en')} items` };

    for (const [id, missingSince] of [...open]) {
      if (seen.has(id)) continue;
      const item = await itemOf(client, place, context, id);
      if (item !== null) {
        const told = tell([item]);
        // It has become something that is not ours to tell of.
        if (told.events.length === 0) open.delete(id);
        yield { ...told, samples: [], progress: `OpsItem ${id}` };
      } else if (missingSince === null) open.set(id, now);
      else if (now - missingSince >= MISSED_MS) {
        open.delete(id);
        yield { events: [goneFact(source, kind, id, missingSince)], samples: [], rejects: [], progress: `OpsItem ${id}` };
      }
    }
  } finally {
    client.destroy();
  }
  return {
    cursor: writeOpsCursor({ until: now, historyFrom, open, retoldAt, kinds: [...formerKinds, kind] }, digest),
    completeUntil: now,
    historyFrom,
  };
}

const STILL_OPEN: OpsItemFilter = { Key: 'Status', Values: ['Open', 'InProgress', 'Pending'], Operator: 'Equal' };

const modifiedAfter = (at: Instant): OpsItemFilter => ({
  Key: 'LastModifiedTime',
  Values: [formatInstant(at)],
  Operator: 'GreaterThan',
});

async function* listOf(
  client: SSMClient,
  place: AwsPlace,
  { signal }: PullContext,
  filters: readonly OpsItemFilter[],
): AsyncGenerator<OpsItemSummary[], void, void> {
  const { DescribeOpsItemsCommand } = await import('@aws-sdk/client-ssm');
  const pages = pagesOf(
    place,
    'ssm:DescribeOpsItems',
    async (token) => {
      const command = new DescribeOpsItemsCommand({
        ...(filters.length === 0 ? {} : { OpsItemFilters: [...filters] }),
        MaxResults: PAGE,
        NextToken: token,
      });
      try {
        return await client.send(command, { abortSignal: signal });
      } catch (error) {
        throw notEnabled(place, error);
      }
    },
    ({ NextToken }) => NextToken,
  );
  for await (const { OpsItemSummaries = [] } of pages) yield OpsItemSummaries;
}

/** OpsCenter's own word for an account in which it was never set up. */
export const notEnabled = (place: AwsPlace, error: unknown): unknown =>
  error instanceof Error && error.name === 'OpsItemAccessDeniedException'
    ? new SourceError(
        place.name,
        `OpsCenter does not show its items: ${error.message}`,
        'Set it up in Systems Manager (OpsCenter, Get started), or leave this account and Region out of the source',
      )
    : error;

/** Null where it is gone. */
async function itemOf(client: SSMClient, place: AwsPlace, { signal }: PullContext, id: string): Promise<OpsItemSummary | null> {
  const { GetOpsItemCommand, OpsItemNotFoundException } = await import('@aws-sdk/client-ssm');
  return asked({ place, signal }, 'ssm:GetOpsItem', async () => {
    try {
      const { OpsItem } = await client.send(new GetOpsItemCommand({ OpsItemId: id }), { abortSignal: signal });
      return OpsItem ?? null;
    } catch (error) {
      if (error instanceof OpsItemNotFoundException) return null;
      throw error;
    }
  });
}
