import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SourceError } from '../source.ts';

/** A file unpacks to at most this much; a year of a large ServiceNow is under 2 GB. */
const MAXIMUM_BYTES = 8 * 1024 ** 3;
/** Real exports shrink 5 to 40 times, deflate cannot do more than about 1,030. */
const MAXIMUM_RATIO = 300;
/** Below this much output a high ratio does no harm. */
const RATIO_FROM_BYTES = 64 * 1024 ** 2;

interface ByteLimits {
  readonly maximumBytes: number;
  readonly maximumRatio: number;
  readonly ratioFromBytes: number;
}

const BYTE_LIMITS: ByteLimits = {
  maximumBytes: MAXIMUM_BYTES,
  maximumRatio: MAXIMUM_RATIO,
  ratioFromBytes: RATIO_FROM_BYTES,
};

/** How far a reading is; `digest` is there once all bytes were read. */
export interface Reading {
  /** Bytes of the file itself, compressed or not. */
  readBytes: number;
  digest: string | null;
}

/**
 * The bytes of a file, unpacked where it is gzip (by its content, whatever its name). Throws a
 * SourceError that names the file and the byte for a truncated or broken archive, one that unpacks
 * to far more than exports do, and for formats that are no text.
 */
export async function* readBytes(
  path: string,
  label: string,
  reading: Reading,
  signal: AbortSignal,
  limits = BYTE_LIMITS,
): AsyncGenerator<Buffer> {
  const head = await readHead(path, label);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  refuseOtherFormats(head, label, path.endsWith('.gz') && !isGzip);

  const hash = createHash('sha256');
  async function* raw(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, signal })) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      reading.readBytes += chunk.length;
      yield chunk;
    }
    reading.digest = hash.digest('base64url').slice(0, 22);
  }
  let written = 0;
  const count = (chunk: Buffer): void => {
    written += chunk.length;
    if (written > limits.maximumBytes)
      throw new SourceError(label, `holds more than ${size(limits.maximumBytes)}`, 'Split it into several files');
    if (isGzip && written > limits.ratioFromBytes && written > reading.readBytes * limits.maximumRatio) {
      throw new SourceError(
        label,
        `unpacks to more than ${limits.maximumRatio} times its size (${size(written)} from ${size(reading.readBytes)}), which real exports never do`,
        'Unpack it yourself if you trust it, and name the unpacked file',
      );
    }
  };
  if (!isGzip) {
    for await (const chunk of raw()) {
      count(chunk);
      yield chunk;
    }
    return;
  }

  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const pumped = pipeline(raw, gunzip, { signal }).catch((error: unknown) => error);
  try {
    for await (const chunk of gunzip) {
      if (!Buffer.isBuffer(chunk)) continue;
      count(chunk);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof SourceError || signal.aborted) throw error;
    throw archiveError(error, label, reading.readBytes);
  } finally {
    gunzip.destroy();
    await pumped;
  }
}

const size = (bytes: number): string =>
  bytes >= 1024 ** 2
    ? `${(bytes / 1024 ** 2).toLocaleString('en', { maximumFractionDigits: 1 })} MB`
    : `${bytes.toLocaleString('en')} bytes`;

const archiveError = (error: unknown, label: string, readBytes: number): Error => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'Z_BUF_ERROR') {
    const message = `is cut off: it ends at byte ${readBytes.toLocaleString('en')} in the middle of its data`;
    return new SourceError(
      label,
      message,
      'Copy or export it again; the rows before the cut are kept, and the next pull reads it anew',
    );
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new SourceError(
      label,
      `is damaged before byte ${readBytes.toLocaleString('en')} (${code})`,
      'Copy or export it again',
    );
  }
  return error instanceof Error ? error : new SourceError(label, String(error), null);
};

const readHead = async (path: string, label: string): Promise<Buffer> => {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new SourceError(
      label,
      `cannot be opened (${code})`,
      code === 'EACCES' ? 'Let the user that runs this read the file' : null,
    );
  }
};

const refuseOtherFormats = (head: Buffer, label: string, isNamedGzip: boolean): void => {
  if (head.length === 0) {
    throw new SourceError(
      label,
      'is empty: it has no bytes at all',
      'Export it again; an export without rows still has its header line',
    );
  }
  if (isNamedGzip)
    throw new SourceError(label, 'is not gzip data, whatever its name says', 'Export it again, or give it its real name');
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) {
    throw new SourceError(label, 'is a zip archive or an Excel workbook', 'Save the sheet as CSV (UTF-8)');
  }
  const start = head
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  if (start.startsWith('<!doctype') || start.startsWith('<html') || start.startsWith('<?xml')) {
    throw new SourceError(
      label,
      'is a web page or XML, perhaps a sign-in page saved instead of the export',
      'Download the export again while signed in',
    );
  }
};
