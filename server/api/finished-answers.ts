import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { digestOf, encodingFor, etagOf, namesTag, type Encoding } from './negotiation.ts';

/** What is kept, as JSON and packed, in all: some fifty reviews of 60 KPIs, or thousands of series. */
const BYTES_KEPT = 128 * 1024 * 1024;
/** Answers smaller than this travel as they are: packing gains nothing that is felt. */
const SMALLEST_PACKED = 2048;

/** Small enough in a few hundredths of a second; the next levels take twice the time for a tenth less. */
const PACK = {
  br: (json: Buffer) =>
    promisify(brotliCompress)(json, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: json.length },
    }),
  gzip: (json: Buffer) => promisify(gzip)(json, { level: 4 }),
} satisfies Record<Encoding, (json: Buffer) => Promise<Buffer>>;

interface Finished {
  readonly tag: string;
  readonly json: Buffer;
  readonly packed: Map<Encoding, Promise<Buffer>>;
}

/** An answer that may be kept from before. */
export interface AnswerWanted {
  /** Names all that the answer depends on: what has the same key has the same bytes. Null: not to be kept. */
  readonly key: string | null;
  /** Changes with the bytes; where it is not known before, it is taken from them. */
  readonly tag?: string;
  /** On what the answer depends beside how it is packed. */
  readonly vary?: string;
  /** Asked for only where it is not kept. */
  readonly make: () => unknown;
}

/**
 * Answers put into JSON once and packed once for each form, whoever asks and how often, until what they say changes. The
 * least lately asked for are let go where all take too much memory. Packing is done by threads of Node's own, beside requests.
 */
export class FinishedAnswers {
  readonly #room: number;
  /** In the order in which they were last asked for. */
  readonly #kept = new Map<string, Promise<Finished>>();
  /** What each takes, once that is known; their sum. */
  readonly #bytes = new Map<string, number>();
  #total = 0;

  constructor(room: number = BYTES_KEPT) {
    this.#room = room;
  }

  /** What is kept takes so much memory. */
  get bytes(): number {
    return this.#total;
  }

  /** Answers, or says that what `If-None-Match` names still holds (304). Throws what `make` throws. */
  async send(request: FastifyRequest, reply: FastifyReply, wanted: AnswerWanted): Promise<FastifyReply> {
    const vary = wanted.vary === undefined ? 'accept-encoding' : `${wanted.vary}, accept-encoding`;
    const encoding = encodingFor(request.headers['accept-encoding']);
    const named = request.headers['if-none-match'];
    // Without a tag that is known before, what is kept tells it.
    let finished = wanted.tag === undefined ? await this.#finished(wanted) : null;
    const tag = wanted.tag ?? finished?.tag ?? '';
    if (namesTag(named, tag))
      return reply
        .code(304)
        .headers({ etag: etagOf(tag, encoding), vary })
        .send();
    finished ??= await this.#finished(wanted);
    const form = finished.json.length < SMALLEST_PACKED ? null : encoding;
    const body = form === null ? finished.json : await this.#packed(wanted.key, finished, form);
    if (form !== null) void reply.header('content-encoding', form);
    return reply
      .headers({ etag: etagOf(tag, form), vary })
      .type('application/json; charset=utf-8')
      .send(body);
  }

  async #finished({ key, tag, make }: AnswerWanted): Promise<Finished> {
    if (key === null) return finish(make, tag);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      // Last asked for: at the end of those that are let go.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const making = finish(make, tag);
    this.#kept.set(key, making);
    try {
      const finished = await making;
      this.#grow(key, finished.json.length);
      return finished;
    } catch (error) {
      // A fault holds for nobody who asks later.
      this.#kept.delete(key);
      throw error;
    }
  }

  async #packed(key: string | null, { json, packed }: Finished, encoding: Encoding): Promise<Buffer> {
    const kept = packed.get(encoding);
    if (kept !== undefined) return kept;
    const packing = PACK[encoding](json);
    packed.set(encoding, packing);
    const bytes = await packing;
    this.#grow(key, bytes.length);
    return bytes;
  }

  #grow(key: string | null, bytes: number): void {
    // Not kept, or let go while it was being made.
    if (key === null || !this.#kept.has(key)) return;
    this.#bytes.set(key, (this.#bytes.get(key) ?? 0) + bytes);
    this.#total += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#total <= this.#room) break;
      this.#kept.delete(oldest);
      this.#total -= this.#bytes.get(oldest) ?? 0;
      this.#bytes.delete(oldest);
    }
  }
}

async function finish(make: () => unknown, tag: string | undefined): Promise<Finished> {
  const text = JSON.stringify(await make());
  return { tag: tag ?? digestOf(text), json: Buffer.from(text), packed: new Map() };
}
