import { SourceError } from '../source.ts';

/** Longest line, and longest row of several lines, in characters; longer ones are rejected and passed over. */
export const MAXIMUM_ROW = 1024 * 1024;

export type Encoding = 'utf-8' | 'utf-16le' | 'windows-1252';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Null: longer than MAXIMUM_ROW. */
  readonly text: string | null;
}

/** Cuts text into lines at CRLF, LF or CR, mixed as they come. Memory stays within one line. */
export class LineCutter {
  #rest = '';
  #next = 1;
  #isDropping = false;

  push(text: string): Line[] {
    const lines: Line[] = [];
    const all = this.#rest + text;
    let from = 0;
    for (;;) {
      const at = endOfLine(all, from);
      // A CR at the very end may be half of a CRLF.
      if (at < 0 || (at === all.length - 1 && all[at] === '\r')) break;
      this.#add(lines, all.slice(from, at));
      from = at + (all[at] === '\r' && all[at + 1] === '\n' ? 2 : 1);
    }
    this.#rest = all.slice(from);
    if (this.#rest.length > MAXIMUM_ROW) {
      this.#isDropping = true;
      this.#rest = this.#rest.endsWith('\r') ? '\r' : '';
    }
    return lines;
  }

  /** The last line, where the file does not end with a line end. */
  end(): Line[] {
    const lines: Line[] = [];
    const text = this.#rest.replace(/\r$/, '');
    if (this.#rest !== '' || this.#isDropping) this.#add(lines, text);
    this.#rest = '';
    return lines;
  }

  #add(lines: Line[], text: string): void {
    lines.push({ number: this.#next, text: this.#isDropping || text.length > MAXIMUM_ROW ? null : text });
    this.#next += 1;
    this.#isDropping = false;
  }
}

const LINE_END = /[\r\n]/g;

const endOfLine = (text: string, from: number): number => {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text)?.index ?? -1;
};

/** Lines of a stream of bytes, chunk by chunk. Throws a SourceError for UTF-16 that the mapping does not name. */
export async function* readLines(bytes: AsyncIterable<Buffer>, label: string, encoding: Encoding): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder(encoding);
  const cutter = new LineCutter();
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst && encoding !== 'utf-16le') refuseUtf16(chunk, label);
    isFirst = false;
    yield cutter.push(decoder.decode(chunk, { stream: true }));
  }
  yield [...cutter.push(decoder.decode()), ...cutter.end()];
}

const refuseUtf16 = (chunk: Buffer, label: string): void => {
  const isMarked = (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff);
  const start = chunk.subarray(0, 400);
  const isSpaced = start.length >= 20 && start.filter((byte) => byte === 0).length > start.length * 0.4;
  if (isMarked || isSpaced) {
    throw new SourceError(label, 'is written in UTF-16', "Save it as UTF-8, or add 'encoding: utf-16le' to this file's settings");
  }
};
