import { dryRunOf } from '../aws/dry-run.ts';
import { pullParts } from '../aws/parts.ts';
import { PLACE_KEYS, parsePlaces, type AwsPlace } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import type { Adapter, SourceEntry } from '../config.ts';
import type { Settings } from '../settings.ts';
import type { PullContext, Source } from '../source.ts';
import { accessTo, LOOKING_UP } from './actions.ts';
import { FAMILIES, parseFamilies } from './parse-families.ts';
import { peekBus, pullBus, type BusSettings } from './pull.ts';
import { parseWebhook } from './webhook.ts';

const QUEUE_FIX = "Write its address: 'queue: https://sqs.eu-central-1.amazonaws.com/111122223333/quarterdeck'";

/** `type: eventbridge`: events that rules of EventBridge send, to an SQS queue or by posting them here. */
export const eventBridgeAdapter: Adapter = {
  type: 'eventbridge',
  keys: [...PLACE_KEYS, 'queue', 'kms_key', 'webhook', ...FAMILIES],
  parse: (entry) => {
    const { settings } = entry;
    if (!settings.has('queue') && !settings.has('webhook'))
      return settings.fault(
        null,
        "'queue' is missing, and 'webhook' too",
        `${QUEUE_FIX}, or 'webhook: { secret: env:QUARTERDECK_WEBHOOK_SECRET }' where EventBridge posts to this server`,
      );
    const queue = settings.has('queue') ? parseQueue(settings) : null;
    const webhook = settings.has('webhook') ? parseWebhook(settings, entry.folder) : null;
    const kmsKey = parseKey(settings);
    const parsed = parseFamilies(entry);
    const places = parseBusPlaces(settings);
    if ((queue === null && settings.has('queue')) || (webhook === null && settings.has('webhook'))) return null;
    if (places === null || kmsKey === undefined || parsed === null) return null;
    const [place, ...others] = places;
    if (queue !== null && (place === undefined || others.length > 0))
      return settings.fault(null, 'a queue is in one Region of one account', 'Write that one; each queue is a source of its own');
    const own: BusSettings = {
      queue: queue === null || place === undefined ? null : { url: queue, place },
      places,
      families: parsed.families,
    };
    const shape = { type: 'eventbridge', kinds: parsed.kinds, series: [] };
    const source =
      queue === null
        ? postedSource(entry, shape, own)
        : placeSource(entry, { ...shape, ...accessTo(queue, kmsKey, parsed.families) }, places, (_, context) =>
            pullBus(own, context),
          );
    return {
      ...source,
      ...(webhook === null ? {} : { webhook }),
      dryRun: (context, rows) => dryRunOf(peekBus(own, context), rows),
    };
  },
};

/** Events are only posted to it: it asks AWS for nothing, but what deployments were. */
function postedSource(
  { id, name, schedule, staleAfterMs }: SourceEntry,
  shape: Pick<Source, 'type' | 'kinds' | 'series'>,
  own: BusSettings,
): Omit<Source, 'dryRun'> {
  const part = { name: 'webhook', pull: (context: PullContext) => pullBus(own, context) };
  const access = own.families.deployments === null ? {} : { aws: { places: own.places, ...LOOKING_UP } };
  return { id, name, schedule, staleAfterMs, ...shape, ...access, pull: (context) => pullParts([part], context) };
}

/** A source that is only posted to needs places for deployments alone. */
function parseBusPlaces(settings: Settings): readonly AwsPlace[] | null {
  if (settings.has('queue') || settings.has('regions') || settings.has('accounts')) return parsePlaces(settings);
  if (!settings.has('deployments')) return [];
  return settings.fault(
    'deployments',
    "'regions' is missing: an event does not say what began a deployment, so it is looked up",
    "Add 'regions: [eu-central-1]' to the source, or a list of 'accounts:' with theirs",
  );
}

function parseQueue(settings: Settings): string | null {
  const queue = settings.text('queue');
  if (queue === null) return null;
  const url = URL.parse(queue);
  const isQueue =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && /^\/\d{12}\/[\w-]+(?:\.fifo)?$/.test(url.pathname);
  return isQueue ? queue : settings.fault('queue', `'${queue}' is no address of a queue`, QUEUE_FIX);
}

/** Undefined where it is wrong, null without one. */
function parseKey(settings: Settings): string | null | undefined {
  const key = settings.text('kms_key');
  if (key === null) return settings.has('kms_key') ? undefined : null;
  if (/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key)) return key;
  settings.fault('kms_key', `'${key}' is no key`, 'Write its ARN: arn:aws:kms:eu-central-1:111122223333:key/…, not an alias');
  return undefined;
}
