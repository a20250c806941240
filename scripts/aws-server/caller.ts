import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Instant } from '../../server/time/period.ts';
import { badSignature, refusals } from './errors.ts';
import type { Caller, Protocol } from './service.ts';

/** A request as it came, for checking its signature. */
export interface Signed {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The key of an account's own user: good for ever. */
export const accountKey = (account: string): AccessKey => keyOf(`AKIA${account}TEST`);

const keyOf = (accessKeyId: string): AccessKey => ({ accessKeyId, secretAccessKey: `secret/of+${accessKeyId}` });

export interface SessionKey extends AccessKey {
  readonly sessionToken: string;
}

interface Session {
  readonly arn: string;
  readonly token: string;
  readonly expiresAt: Instant;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;
const KEY = /^(?:AKIA|ASIA)(\d{12})/;
/** Requests signed further from the server's clock are refused. */
const SKEW_MS = 5 * 60_000;

/** Who has been given keys, and who shows them. */
export class KeyRing {
  readonly #sessions = new Map<string, Session>();
  #issued = 0;

  /** A key of a role's session, which names the account. */
  issue(account: string, arn: string, expiresAt: Instant): SessionKey {
    this.#issued += 1;
    const key = keyOf(`ASIA${account}${String(this.#issued).padStart(4, '0')}`);
    const token = `session+of/${key.accessKeyId}==`;
    this.#sessions.set(key.accessKeyId, { arn, token, expiresAt });
    return { ...key, sessionToken: token };
  }

  /**
   * Who signed the request, and for which Region and service.
   * @param now by which credentials expire
   * @param clock the server's clock, by which the date of a signature is judged
   * @throws AwsError where AWS refuses
   */
  caller(
    signed: Signed,
    protocol: Protocol,
    now: Instant,
    clock: Instant,
  ): Caller & { readonly signingName: string; readonly signedAt: Instant } {
    const header = signed.headers.authorization;
    if (header === undefined) throw refusals.unsigned(protocol);
    const [, accessKeyId, day, region, signingName, names, signature] = AUTHORIZATION.exec(header) ?? [];
    if (!accessKeyId || !day || !region || !signingName || !names || !signature)
      throw badSignature(protocol, 'Authorization header is not of the form that AWS4-HMAC-SHA256 asks for');
    const account = KEY.exec(accessKeyId)?.[1];
    const session = this.#sessions.get(accessKeyId);
    const isSession = accessKeyId.startsWith('ASIA');
    if (account === undefined || (isSession ? session === undefined : accessKeyId !== accountKey(account).accessKeyId))
      throw refusals.unknownKey(protocol);
    if (session !== undefined && signed.headers['x-amz-security-token'] !== session.token) throw refusals.unknownKey(protocol);
    if (session !== undefined && session.expiresAt <= now) throw refusals.expired(protocol);
    const date = textOf(signed.headers['x-amz-date']);
    const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (Number.isNaN(signedAt) || !date.startsWith(day))
      throw badSignature(protocol, `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date: '${date}'`);
    if (signedAt < clock - SKEW_MS)
      throw badSignature(
        protocol,
        `Signature expired: ${date} is now earlier than ${basic(clock - SKEW_MS)} (${basic(clock)} - 5 min.)`,
      );
    if (signedAt > clock + SKEW_MS)
      throw badSignature(
        protocol,
        `Signature not yet current: ${date} is still later than ${basic(clock + SKEW_MS)} (${basic(clock)} + 5 min.)`,
      );
    const scope = `${day}/${region}/${signingName}/aws4_request`;
    const expected = signatureOf(signed, names.split(';'), date, scope, keyOf(accessKeyId).secretAccessKey);
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected)))
      throw badSignature(
        protocol,
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      );
    return {
      account,
      region,
      arn: session?.arn ?? `arn:aws:iam::${account}:user/quarterdeck`,
      accessKeyId,
      signingName,
      signedAt,
    };
  }
}

/** The Region and service that a request was meant for, unchecked. */
export function scopeOf(headers: IncomingHttpHeaders): { readonly region: string; readonly signingName: string } {
  const [, , , region, signingName] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  return { region: region ?? '', signingName: signingName ?? '' };
}

function signatureOf(signed: Signed, names: readonly string[], date: string, scope: string, secret: string): string {
  const [path = '', query = ''] = signed.target.split('?', 2);
  const canonical = [
    signed.method,
    escape(path).replaceAll('%2F', '/'),
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2);
        return `${escape(decodeURIComponent(name))}=${escape(decodeURIComponent(value))}`;
      })
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${textOf(signed.headers[name]).trim().replace(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    createHash('sha256').update(signed.body).digest('hex'),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = scope.split('/').reduce<Buffer>((own, part) => hmac(own, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString('hex');
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const escape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const textOf = (header: string | readonly string[] | undefined): string =>
  header === undefined ? '' : typeof header === 'string' ? header : header.join(',');

/** 20261121T223000Z, as signatures write instants. */
const basic = (at: Instant): string => new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, '');
