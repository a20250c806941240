import type { Settings } from '../settings.ts';
import type { Webhook } from '../source.ts';
import { readBusEvent } from './bus-event.ts';
import { SecretDoor } from './secret-door.ts';

const HEADER = 'x-quarterdeck-secret';
/** These mean something to whoever carries the request. */
const TAKEN = new Set([
  'host',
  'origin',
  'cookie',
  'connection',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
]);
const HOST = /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const REFERENCE = /^(?:env:[A-Za-z_]\w*|file:\S.*)$/;
const LONGEST_ID = 128;

const SECRET_FIX =
  "Write 'secret: env:QUARTERDECK_WEBHOOK_SECRET' or 'secret: file:/run/secrets/webhook', and a list of two while it is changed";

/** `webhook: { secret, header, host }`. Null where it is wrong, which is reported. */
export function parseWebhook(settings: Settings, folder: string): Webhook | null {
  const section = settings.section('webhook');
  if (section === null) return null;
  section.expect(['secret', 'header', 'host']);
  const references = parseSecrets(section);
  const header = parseHeader(section);
  const hosts = parseHosts(section);
  if (references === null || header === null || hosts === null) return null;
  const door = new SecretDoor(references, folder);
  return { header, hosts, opens: (shown) => door.opens(shown), trouble: () => door.trouble(), identify };
}

/** What is wrong is not repeated: it may be the secret itself. */
function parseSecrets(section: Settings): readonly string[] | null {
  if (!section.has('secret')) return section.fault(null, "'secret' is missing", SECRET_FIX);
  const references = section.texts('secret');
  if (references === null) return null;
  if (references.length === 0 || references.length > 2)
    return section.fault('secret', 'there is one secret, or two while it is changed', SECRET_FIX);
  if (!references.every((reference) => REFERENCE.test(reference)))
    return section.fault('secret', 'this names no variable of the environment and no file', SECRET_FIX);
  return references;
}

function parseHeader(section: Settings): string | null {
  if (!section.has('header')) return HEADER;
  const header = section.text('header')?.toLowerCase() ?? null;
  if (header === null) return null;
  if (/^[a-z0-9-]{1,64}$/.test(header) && !TAKEN.has(header)) return header;
  return section.fault('header', `'${header}' cannot carry a secret`, `Write a name of your own, such as ${HEADER}`);
}

function parseHosts(section: Settings): readonly string[] | null {
  if (!section.has('host')) return [];
  const hosts = section.texts('host')?.map((host) => host.toLowerCase());
  if (hosts === undefined) return null;
  const wrong = hosts.find((host) => !HOST.test(host));
  return wrong === undefined
    ? hosts
    : section.fault(
        'host',
        `'${wrong}' is no name of a host`,
        "Write the name that the proxy answers to, such as 'host: hooks.example.com'",
      );
}

function identify(body: string): ReturnType<Webhook['identify']> {
  const event = readBusEvent(body);
  if (typeof event === 'string') return { fault: event };
  const { id } = event;
  if (id.length > LONGEST_ID || !id.isWellFormed() || id.includes('\0')) return { fault: `its 'id' is none of EventBridge` };
  return { id };
}
