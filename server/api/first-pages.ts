import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { digestOf, encodingFor, namesTag } from './negotiation.ts';

/** A drawn page, packed: nothing else of it is kept. */
export interface DrawnPage {
  readonly br: Uint8Array;
  readonly gzip: Uint8Array;
}

/** Draws pages of the web application; the composition root brings one where it is built. */
export interface Pages {
  /** `address`: path and query; `answer`: what the API says there, as JSON. Null where it must be drawn in the browser. */
  draw(address: string, answer: string): Promise<DrawnPage | null>;
}

/** A page that may be drawn, or kept from before. */
export interface PageWanted {
  readonly address: string;
  /** Changes with everything that the page shows. */
  readonly tag: string;
  /** The API's answer as JSON; asked for only where the page must be drawn. */
  readonly answer: () => string;
}

/** A page takes some 300 kB packed both ways; a few weeks and scopes are what people look at. */
const PAGES_KEPT = 100;
const unpack = promisify(gunzip);

/** Pages drawn once for each state that they show, whoever asks and how often. */
export class FirstPages {
  readonly #pages: Pages;
  /** Of the built application: another build draws other pages. */
  readonly #build: string;
  readonly #kept = new Map<string, Promise<DrawnPage | null>>();

  constructor(pages: Pages, template: string) {
    this.#pages = pages;
    this.#build = digestOf(template);
  }

  /**
   * Answers with the page, or that the one kept still holds (304). False, and no answer, where it must be drawn in the browser:
   * a reply cannot be what this resolves to, as waiting for one is waiting for nothing more than its end.
   */
  async send(request: FastifyRequest, reply: FastifyReply, wanted: PageWanted): Promise<boolean> {
    const key = digestOf([this.#build, wanted.address, wanted.tag].join('\n'));
    // Weak: one page, packed in several ways.
    const etag = `W/"${key}"`;
    const headers = { etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
    if (namesTag(request.headers['if-none-match'], key)) {
      void reply.code(304).headers(headers).send();
      return true;
    }
    const page = await this.#page(key, wanted);
    if (page === null) return false;
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (encoding !== null) void reply.header('content-encoding', encoding);
    void reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .send(encoding === null ? await unpack(page.gzip) : page[encoding]);
    return true;
  }

  async #page(key: string, { address, answer }: PageWanted): Promise<DrawnPage | null> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const drawn = this.#pages.draw(address, answer());
    if (this.#kept.size >= PAGES_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(key, drawn);
    let page: DrawnPage | null = null;
    try {
      page = await drawn;
      return page;
    } finally {
      if (page === null) this.#kept.delete(key);
    }
  }
}
