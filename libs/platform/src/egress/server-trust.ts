import { createHash } from 'node:crypto';
import type { Fields, JsonObject } from '@hostwright/sdk';

/** Which certificates a server may show besides those that every system trusts. */
export interface ServerTrust {
  /** SHA-256 of its certificate, 64 hexadecimal digits in lower case, one of them. Nothing else about the certificate counts then. */
  readonly fingerprints: readonly string[];
  /** PEM certificates of the only authorities trusted for it. Of no account beside fingerprints. */
  readonly authorities: readonly string[];
}

export const publicTrust: ServerTrust = { fingerprints: [], authorities: [] };

/** What a server's settings say about its certificate: the values of its `tls-fingerprint` and `tls-authority` fields. */
export function trustOf(fields: Fields, server: JsonObject): ServerTrust {
  const valuesOf = (type: string) =>
    Object.entries(fields).flatMap(([name, field]) => {
      const value = field.type === type ? server[name] : undefined;
      return typeof value === 'string' && value !== '' ? [value] : [];
    });
  return { fingerprints: valuesOf('tls-fingerprint').map(canonicalFingerprint), authorities: valuesOf('tls-authority') };
}

/** True when it names certificates of its own. */
export function isPrivateTrust(trust: ServerTrust): boolean {
  return trust.fingerprints.length > 0 || trust.authorities.length > 0;
}

/** Colons out, lower case. */
export function canonicalFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

/** The same for the same trust. */
export function trustKey(trust: ServerTrust): string {
  return createHash('sha256')
    .update(JSON.stringify([trust.fingerprints, trust.authorities]))
    .digest('hex');
}
