/** Constants and first state of SHA-256 (FIPS 180-4): fractions of roots of the first primes. */
const primes = Array.from({ length: 311 }, (_, index) => index + 2).filter((number) =>
  Array.from({ length: number - 2 }, (_, below) => below + 2).every((below) => number % below !== 0),
);
const fraction = (root: number): number => Math.floor((root % 1) * 2 ** 32) | 0;
const CONSTANTS = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const FIRST = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

const BLOCK_BYTES = 64;
/** What a block has room for beside the bit that ends a text and its length. */
const MOST_BYTES = BLOCK_BYTES - 9;
const INSTANT_DIGITS = 13;

const DIGITS = Uint8Array.from(
  Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', (digit) => digit.charCodeAt(0)),
);

const words = new Int32Array(BLOCK_BYTES);

/**
 * Keys of texts that differ in an instant alone, as nearly all of a file do: the same keys as `keyOfText`
 * gives, for less than half of what a text and a call of the built-in hash cost.
 */
export class DatedKey {
  readonly #start: number;
  readonly #block = new Int32Array(16);

  private constructor(before: string, after: string) {
    this.#start = before.length;
    const bytes = new Uint8Array(BLOCK_BYTES);
    const text = `${before}${'\0'.repeat(INSTANT_DIGITS)}${after}`;
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
    bytes[text.length] = 0x80;
    const view = new DataView(bytes.buffer);
    view.setUint32(BLOCK_BYTES - 4, 8 * text.length);
    for (let word = 0; word < 16; word += 1) this.#block[word] = view.getInt32(4 * word);
  }

  /** Null where such texts are too long, or no ASCII. */
  static of(before: string, after: string): DatedKey | null {
    const isShort = before.length + INSTANT_DIGITS + after.length <= MOST_BYTES;
    return isShort && /^[\x20-\x7e]*$/.test(before + after) ? new DatedKey(before, after) : null;
  }

  /**
   * Writes the key of the text with the digits of an instant, as ASCII.
   * @returns false where the instant has another number of digits; then nothing is written
   */
  write(instant: number, into: Uint8Array, at: number): boolean {
    if (!(instant >= 10 ** (INSTANT_DIGITS - 1) && instant < 10 ** INSTANT_DIGITS)) return false;
    for (let word = 0; word < 16; word += 1) words[word] = this.#block[word] ?? 0;
    const high = Math.floor(instant / 1e6);
    writeDigits(high, this.#start + INSTANT_DIGITS - 7, this.#start);
    writeDigits(instant - high * 1e6, this.#start + INSTANT_DIGITS - 1, this.#start + INSTANT_DIGITS - 6);
    writeKey(into, at);
    return true;
  }
}

/** Puts a number into the bytes of the block from the first to the last, its ones into the last. */
function writeDigits(number: number, last: number, first: number): void {
  let rest = number | 0;
  for (let byte = last; byte >= first; byte -= 1) {
    const tens = (rest / 10) | 0;
    const word = byte >> 2;
    words[word] = (words[word] ?? 0) | ((48 + rest - 10 * tens) << (24 - 8 * (byte & 3)));
    rest = tens;
  }
}

/** The first 72 bits of the hash of the block, six a character. */
function writeKey(into: Uint8Array, at: number): void {
  for (let word = 16; word < 64; word += 1) {
    const early = words[word - 15] ?? 0;
    const late = words[word - 2] ?? 0;
    const one = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const other = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[word] = ((words[word - 16] ?? 0) + one + (words[word - 7] ?? 0) + other) | 0;
  }
  let a = FIRST[0] ?? 0;
  let b = FIRST[1] ?? 0;
  let c = FIRST[2] ?? 0;
  let d = FIRST[3] ?? 0;
  let e = FIRST[4] ?? 0;
  let f = FIRST[5] ?? 0;
  let g = FIRST[6] ?? 0;
  let h = FIRST[7] ?? 0;
  for (let round = 0; round < 64; round += 1) {
    const turned = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const chosen = (e & f) ^ (~e & g);
    const first = (h + turned + chosen + (CONSTANTS[round] ?? 0) + (words[round] ?? 0)) | 0;
    const spun = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (spun + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  a = (a + (FIRST[0] ?? 0)) | 0;
  b = (b + (FIRST[1] ?? 0)) | 0;
  c = (c + (FIRST[2] ?? 0)) | 0;
  into[at] = DIGITS[a >>> 26] ?? 0;
  into[at + 1] = DIGITS[(a >>> 20) & 63] ?? 0;
  into[at + 2] = DIGITS[(a >>> 14) & 63] ?? 0;
  into[at + 3] = DIGITS[(a >>> 8) & 63] ?? 0;
  into[at + 4] = DIGITS[(a >>> 2) & 63] ?? 0;
  into[at + 5] = DIGITS[((a & 3) << 4) | (b >>> 28)] ?? 0;
  into[at + 6] = DIGITS[(b >>> 22) & 63] ?? 0;
  into[at + 7] = DIGITS[(b >>> 16) & 63] ?? 0;
  into[at + 8] = DIGITS[(b >>> 10) & 63] ?? 0;
  into[at + 9] = DIGITS[(b >>> 4) & 63] ?? 0;
  into[at + 10] = DIGITS[((b & 15) << 2) | (c >>> 30)] ?? 0;
  into[at + 11] = DIGITS[(c >>> 24) & 63] ?? 0;
}
