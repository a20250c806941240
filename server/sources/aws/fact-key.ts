import { hash } from 'node:crypto';
import { eventKey } from '../../event/key.ts';

/** The key of a fact from its native parts: told twice, by polling or by a bus, it has the same. */
export const factKey = (parts: readonly (string | number | null)[]): string =>
  eventKey((text) => hash('sha256', text, 'base64url'), parts);
