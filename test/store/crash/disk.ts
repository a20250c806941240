import { NAMES, type Op } from './oplog.ts';

const SECTOR = 512;
/** Of what was not synced, so much survives whole; of the rest of the writes, half survives in part. */
const KEPT = 0.45;
const TORN = 0.25;

type Change = Extract<Op, { readonly is: 'write' | 'truncate' }>;

/** The bytes of one file, and what was done to them since they were last synced. */
class Inode {
  #durable: Buffer = Buffer.alloc(0);
  #pending: Change[] = [];

  change(change: Change): void {
    this.#pending.push(change);
  }
  sync(): void {
    this.#durable = this.after(() => 'kept');
    this.#pending = [];
  }
  /** The bytes if each pending change fares as it is told. */
  after(fate: (change: Change) => 'kept' | 'lost' | readonly boolean[]): Buffer {
    let bytes: Buffer = Buffer.from(this.#durable);
    for (const change of this.#pending) {
      const told = fate(change);
      if (told === 'lost') continue;
      if (change.is === 'truncate') {
        bytes = sized(bytes, change.size);
        continue;
      }
      const end = change.at + change.bytes.length;
      if (end > bytes.length) bytes = sized(bytes, end);
      for (let from = 0; from < change.bytes.length; from += SECTOR) {
        if (told === 'kept' || told[from / SECTOR] === true) change.bytes.copy(bytes, change.at + from, from, from + SECTOR);
      }
    }
    return bytes;
  }
}

const sized = (bytes: Buffer, size: number): Buffer =>
  size <= bytes.length ? Buffer.from(bytes.subarray(0, size)) : Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);

/** Name to content: what is found after a crash. */
export type Files = ReadonlyMap<string, Buffer>;

/** A disk that forgets what was not synced: contents by sector, names one by one. */
export class Disk {
  /** Files by number as the process sees them, and as the folder on the disk has them. */
  #seen = new Map<number, Inode>();
  #named = new Map<number, Inode>();
  /** Creations and removals since the folder was synced. */
  #pending: { readonly file: number; readonly inode: Inode | null }[] = [];

  apply(op: Op): void {
    if (op.is === 'acknowledge') return;
    if (op.is === 'sync folder') {
      this.#named = new Map(this.#seen);
      this.#pending = [];
      return;
    }
    if (op.is === 'create') {
      const inode = new Inode();
      this.#seen.set(op.file, inode);
      this.#pending.push({ file: op.file, inode });
      return;
    }
    if (op.is === 'unlink') {
      this.#seen.delete(op.file);
      this.#pending.push({ file: op.file, inode: null });
      return;
    }
    const inode = this.#seen.get(op.file);
    if (inode === undefined) throw new Error(`${NAMES[op.file] ?? op.file} was changed before it was made`);
    if (op.is === 'sync') inode.sync();
    else inode.change(op);
  }

  /** After the process was killed: the system keeps what was written. */
  afterKill(): Files {
    return new Map([...this.#seen].map(([file, inode]) => [NAMES[file] ?? '', inode.after(() => 'kept')]));
  }

  /** After the power went. @param random from 0 to 1 */
  afterPowerLoss(random: () => number): Files {
    const named = new Map(this.#named);
    for (const { file, inode } of this.#pending) {
      if (random() >= 0.5) continue;
      if (inode === null) named.delete(file);
      else named.set(file, inode);
    }
    const fate = (change: Change): 'kept' | 'lost' | readonly boolean[] => {
      const chance = random();
      if (chance < KEPT) return 'kept';
      if (chance >= KEPT + TORN || change.is === 'truncate') return 'lost';
      return Array.from({ length: Math.ceil(change.bytes.length / SECTOR) }, () => random() < 0.5);
    };
    return new Map([...named].map(([file, inode]) => [NAMES[file] ?? '', inode.after(fate)]));
  }
}

/** Numbers from a seed, so that a state can be made again (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
