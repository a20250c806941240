/**
 * Whether a name is as a pattern says: `*` stands for any characters, `?` for one. Takes at most as many steps as both have
 * characters, multiplied; no pattern can be made to take longer.
 */
export function fits(pattern: string, name: string): boolean {
  let [at, inName, star, tried] = [0, 0, -1, 0];
  while (inName < name.length) {
    const sign = pattern[at];
    if (sign === '*') {
      star = at;
      tried = inName;
      at += 1;
    } else if (sign === '?' || (sign !== undefined && sign === name[inName])) {
      at += 1;
      inName += 1;
    } else if (star >= 0) {
      // The last star takes one more.
      tried += 1;
      at = star + 1;
      inName = tried;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
