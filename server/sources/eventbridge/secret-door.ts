import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** What a header can carry, and nobody guesses. */
const SECRET = /^[\x21-\x7e]{16,512}$/;
const RULE = 'A secret is 16 to 512 letters, digits and signs without a space, such as `openssl rand -hex 32` makes';

interface Key {
  readonly reference: string;
  /** Null where there is none; `fault` says why. */
  readonly digest: Buffer | null;
  readonly fault: string | null;
}

/** Opens to the secrets that references name. They are looked up at each knock, so that changing one needs no restart. */
export class SecretDoor {
  readonly #references: readonly string[];
  readonly #folder: string;
  /** Those who knock at the same time share one look. */
  #looking: Promise<readonly Key[]> | null = null;

  /** @param folder that paths of files are relative to */
  constructor(references: readonly string[], folder: string) {
    this.#references = references;
    this.#folder = folder;
  }

  async opens(shown: string): Promise<boolean> {
    const digest = digestOf(shown);
    let isOpen = false;
    // Digests are equally long, and each is compared to the end whatever the others said.
    for (const key of await this.#keys()) isOpen = (key.digest !== null && timingSafeEqual(key.digest, digest)) || isOpen;
    return isOpen;
  }

  async trouble(): Promise<string | null> {
    const faults = (await this.#keys()).flatMap(({ reference, fault }) => (fault === null ? [] : `${reference} ${fault}`));
    if (faults.length === 0) return null;
    const isClosed = faults.length === this.#references.length;
    return `${isClosed ? 'nothing can be posted to it' : 'one of its two secrets is missing'}: ${faults.join('; ')}`;
  }

  #keys(): Promise<readonly Key[]> {
    this.#looking ??= Promise.all(this.#references.map((reference) => this.#keyOf(reference))).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #keyOf(reference: string): Promise<Key> {
    const [, kind, place = ''] = /^(\w+):(.*)$/s.exec(reference) ?? [];
    let secret: string | undefined;
    if (kind === 'env') secret = process.env[place];
    else
      secret = await readFile(resolve(this.#folder, place), 'utf8').then(
        (text) => text.trim(),
        () => undefined,
      );
    if (secret === undefined) return { reference, digest: null, fault: kind === 'env' ? 'is not set' : 'cannot be read' };
    if (!SECRET.test(secret)) return { reference, digest: null, fault: `holds no usable secret (${RULE})` };
    return { reference, digest: digestOf(secret), fault: null };
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
