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
  const sealOf = (uid: string, responder: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([uid, responder]))
      .digest()
      .subarray(0, SEAL_BYTES);
  return {
    tokenOf: ({ uid, responder }) => `${Buffer.from(uid).toString('base64url')}.${sealOf(uid, responder).toString('base64url')}`,
    uidIn: (token) => {
      const [text = ''] = token.split('.');
      return Buffer.from(text, 'base64url').toString();
    },
    opens: (token, shift) => {
      // Compared as bytes that were made by the same way, so that a token has one spelling, in the same time whatever differs.
      const [wanted, shown] = [
        Buffer.from(`${sealOf(shift.uid, shift.responder).toString('base64url')}`),
        Buffer.from(token.split('.').slice(1).join('.')),
      ];
      return wanted.length === shown.length && timingSafeEqual(wanted, shown);
    },
  };
}
