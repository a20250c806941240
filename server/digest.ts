import { createHash } from 'node:crypto';

/** A short digest of text: 22 characters of SHA-256. Definitions and setups are kept by it, so it never changes. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
