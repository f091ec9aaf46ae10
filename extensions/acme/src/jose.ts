import { createHash, createHmac, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { PanelError } from '@hostwright/sdk';

/** The account's key as JOSE (RFC 7515, 7517, 7638) has it. */
export class AccountKey {
  readonly #key: KeyObject;
  readonly jwk: Readonly<Record<string, string>>;
  readonly thumbprint: string;

  /** Throws `invalid_config` for what is no key, or of a kind that authorities do not take. */
  constructor(pem: string) {
    this.#key = read(pem);
    const { kty, crv, x, y, n, e } = createPublicKey(this.#key).export({ format: 'jwk' }) as Record<string, string>;
    // The members that a thumbprint is made of, in their order.
    this.jwk = kty === 'EC' ? { crv: crv!, kty, x: x!, y: y! } : { e: e!, kty: kty!, n: n! };
    this.thumbprint = base64url(createHash('sha256').update(JSON.stringify(this.jwk)).digest());
  }

  /** A flattened JWS. An empty payload is a POST-as-GET. */
  sign(header: Readonly<Record<string, unknown>>, payload: unknown): string {
    const alg = this.#key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
    const head = base64url(JSON.stringify({ alg, ...header }));
    const body = payload === undefined ? '' : base64url(JSON.stringify(payload));
    const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return JSON.stringify({ protected: head, payload: body, signature: base64url(signature) });
  }

  /** What binds the account to one that the authority knows already (RFC 8555, 7.3.4). */
  bind(url: string, kid: string, hmacKey: string): unknown {
    const head = base64url(JSON.stringify({ alg: 'HS256', kid, url }));
    const body = base64url(JSON.stringify(this.jwk));
    const mac = createHmac('sha256', Buffer.from(hmacKey, 'base64url')).update(`${head}.${body}`).digest();
    return { protected: head, payload: body, signature: base64url(mac) };
  }
}

export function base64url(bytes: Buffer | string): string {
  return Buffer.from(bytes as string).toString('base64url');
}

function read(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new PanelError('invalid_config', 'the account key is no private key in PEM', { cause: error, field: 'accountKey' });
  }
  const fits = key.asymmetricKeyType === 'rsa' || (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1');
  if (!fits) throw new PanelError('invalid_config', 'the account key must be ECDSA P-256 or RSA', { field: 'accountKey' });
  return key;
}
