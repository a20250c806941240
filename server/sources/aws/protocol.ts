import type { CloudWatchClient, CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import type { AwsPlace, Protocol } from './place.ts';
import { clientSettings } from './session.ts';

/**
 * How servers were found to speak, by their address. Other servers than AWS may know the protocols of older SDKs alone; which one
 * it is does not change while it runs.
 */
const found = new Map<string, Protocol>();

/** In which order they are tried, where nobody says which. */
const ORDER: readonly Protocol[] = ['json', 'query', 'cbor'];

/**
 * A client of CloudWatch in the protocol that is set for the place. Where none is, it speaks AWS JSON, as AWS does; a server
 * elsewhere that does not understand that is asked once in each of the others, and spoken to in the one that it knew from then on.
 */
export async function cloudWatchClient(place: AwsPlace): Promise<CloudWatchClient> {
  const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
  const settings = await clientSettings(place);
  const server = place.endpoint ?? process.env['AWS_ENDPOINT_URL_CLOUDWATCH'] ?? process.env['AWS_ENDPOINT_URL'] ?? null;
  const own = place.protocol ?? (server === null ? 'json' : (found.get(server) ?? 'json'));
  const client = new CloudWatchClient({ ...settings, ...(await inProtocol(own)) });
  if (place.protocol !== undefined || server === null || found.has(server)) return client;
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const answer = await next(args);
        if (!found.has(server)) found.set(server, 'json');
        return answer;
      } catch (error) {
        if (found.has(server) || !isForeign(error)) throw error;
        for (const protocol of ORDER.slice(1)) {
          const other = new CloudWatchClient({ ...settings, ...(await inProtocol(protocol)) });
          client.config.protocol = other.config.protocol;
          client.config.protocol.setSerdeContext(client.config);
          try {
            const answer = await next(args);
            found.set(server, protocol);
            return answer;
          } catch (refusal) {
            if (isForeign(refusal)) continue;
            // It understood, and refused.
            found.set(server, protocol);
            throw refusal;
          }
        }
        throw error;
      }
    },
    { step: 'initialize', name: 'findProtocol', priority: 'high' },
  );
  return client;
}

async function inProtocol(protocol: Protocol): Promise<Pick<CloudWatchClientConfig, 'protocol'>> {
  if (protocol === 'json') return {};
  const { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } = await import('@aws-sdk/core/protocols');
  return { protocol: protocol === 'query' ? AwsQueryProtocol : AwsSmithyRpcV2CborProtocol };
}

/** Codes of servers that do not know what was asked, in the words of several. */
const UNKNOWN =
  /^(?:UnknownOperation\w*|Unsupported\w*|Invalid(?:Action|Request)|Missing(?:Action|Parameter)|NotFound|NoSuch\w+|NotImplemented\w*|Serialization\w*|MalformedInput|MalformedQueryString)$/;

/** Whether a server did not understand the question, as opposed to refusing it. */
function isForeign(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const type = contentType(error);
  // A page for people stands in between: no server answered, whatever it speaks.
  if (type.includes('html')) return false;
  // JSON that breaks off was understood and lost on the way; anything else that cannot be read is another language.
  if (error instanceof SyntaxError) return !type.includes('json');
  const metadata = '$metadata' in error ? error.$metadata : null;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Object.getOwnPropertyDescriptor(metadata, 'httpStatusCode')?.value : null;
  // Nothing answered, or somebody who sends elsewhere: that is no matter of how it was asked.
  if (typeof status !== 'number' || (status >= 300 && status < 400)) return false;
  return status === 404 || status === 405 || status === 415 || status === 501 || UNKNOWN.test(error.name);
}

function contentType(error: Error): string {
  const response = '$response' in error ? error.$response : null;
  const headers: unknown = typeof response === 'object' && response !== null && 'headers' in response ? response.headers : null;
  const type: unknown =
    typeof headers === 'object' && headers !== null ? Object.getOwnPropertyDescriptor(headers, 'content-type')?.value : null;
  return typeof type === 'string' ? type : '';
}
