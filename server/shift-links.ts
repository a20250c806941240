import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ShiftLinks } from './jobs/shift-link.ts';
import { pseudonymKey } from './pseudonym.ts';

/** 192 bits. */
const SEAL_BYTES = 24;
const PURPOSE = 'quarterdeck links to shifts';

/**
 * Links to shifts, sealed with a key of their own that is made from that of the pseudonyms: who has the link has the
 * shift, so it cannot be made or guessed without that key, and it opens nothing once the shift is somebody else's.
 */
export function shiftLinksOf(dataFolder: string): ShiftLinks {
  const key = Buffer.from(hkdfSync('sha256', pseudonymKey(dataFolder), Buffer.alloc(0), PURPOSE, 32));
  const tokenOf: ShiftLinks['tokenOf'] = ({ uid, responder }) => {
    const seal = createHmac('sha256', key)
      .update(JSON.stringify([uid, responder]))
      .digest()
      .subarray(0, SEAL_BYTES);
    return `${Buffer.from(uid).toString('base64url')}.${seal.toString('base64url')}`;
  };
  return {
    tokenOf,
    uidIn: (token) => Buffer.from(token.split('.')[0] ?? '', 'base64url').toString(),
    opens: (token, shift) => {
      // As a whole, so that a link has one spelling.
      const [wanted, shown] = [Buffer.from(tokenOf(shift)), Buffer.from(token)];
      return wanted.length === shown.length && timingSafeEqual(wanted, shown);
    },
  };
}
