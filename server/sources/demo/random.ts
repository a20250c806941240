/**
 * Seeded pseudo-random numbers: the same parts always give the same stream, on every machine. The
 * generator is xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
 * 2018), its state filled by splitmix32 from an FNV-1a hash of the parts. Good enough for a story;
 * never for secrets.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  /** Standard normal (Box and Muller). */
  normal(): number;
  /** Log-normal: half of the draws are below `median`; `sigma` is the deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
  /** A count that varies around its mean: normal with `spread` times the deviation of a Poisson count. */
  count(mean: number, spread: number): number;
  pick<T>(list: readonly T[]): T;
  /** One of `list`, each as likely as its weight. */
  weighted<T>(list: readonly T[], weightOf: (entry: T) => number): T;
  /** A stream of its own: however much is drawn from it, this one moves on by one. */
  fork(): Random;
}

export const randomFrom = (...parts: readonly (string | number)[]): Random => randomOf(fnv1a(parts.join('\u001f')));

function randomOf(start: number): Random {
  let seed = start;
  const splitmix = (): number => {
    seed = (seed + 0x9e3779b9) | 0;
    let mixed = seed ^ (seed >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix();
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result / 0x1_0000_0000;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const pick = <T>(list: readonly T[]): T => {
    const entry = list[Math.floor(next() * list.length)];
    if (entry === undefined) throw new RangeError('nothing to pick from');
    return entry;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    chance: (probability) => next() < probability,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    count: (mean, spread) => Math.max(0, Math.round(mean + normal() * Math.sqrt(mean) * spread)),
    pick,
    weighted: (list, weightOf) => {
      let rest = next() * list.reduce((sum, entry) => sum + weightOf(entry), 0);
      for (const entry of list) {
        rest -= weightOf(entry);
        if (rest < 0) return entry;
      }
      return pick(list);
    },
    fork: () => randomOf(Math.floor(next() * 0x1_0000_0000)),
  };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
