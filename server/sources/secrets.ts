import type { DocumentPath } from '../kpi/document.ts';
import { isSection, type Report } from './settings.ts';

const REFERENCE = /^(?:env|file|ssm|secretsmanager):\S+$/;

/** Settings that hold a secret in any adapter, without their separators. */
const SECRET_KEYS = new Set(
  [
    'secret client_secret token access_token api_token auth_token refresh_token bearer_token password passwd passphrase',
    'api_key access_key secret_key secret_access_key private_key credentials routing_key integration_key',
  ]
    .join(' ')
    .split(' ')
    .map((key) => key.replaceAll('_', '')),
);

/** Values that are a secret wherever they stand: issuers mark them with a prefix. */
const SECRET_VALUES: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, 'an AWS access key'],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_\w{20,}/, 'a GitHub token'],
  [/\bglpat-[\w-]{16,}/, 'a GitLab token'],
  [/\bxox[abprs]-[\w-]{10,}/, 'a Slack token'],
  [/\bATATT[\w=-]{20,}/, 'an Atlassian token'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./, 'a signed token'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i, 'an address with a password'],
];

const FIX = 'Write a reference such as env:NAME or file:/run/secrets/name, and change the secret: it may be in the history';

/** Reports every literal-looking secret, without repeating it. Keys inside `map` are a source's own words, not settings. */
export const refuseSecrets = (value: unknown, path: DocumentPath, report: Report): void => {
  if (typeof value === 'string') {
    const key = path.at(-1);
    const isSecretKey =
      typeof key === 'string' && path.at(-2) !== 'map' && SECRET_KEYS.has(key.toLowerCase().replaceAll(/[_-]/g, ''));
    const known = SECRET_VALUES.find(([pattern]) => pattern.test(value));
    if (known !== undefined) report(path, `this is ${known[1]}, written out`, FIX);
    else if (isSecretKey && !REFERENCE.test(value)) report(path, 'this secret is written out', FIX);
    return;
  }
  if (Array.isArray(value)) for (const [index, part] of value.entries()) refuseSecrets(part, [...path, index], report);
  else if (isSection(value)) for (const [key, part] of Object.entries(value)) refuseSecrets(part, [...path, key], report);
};
