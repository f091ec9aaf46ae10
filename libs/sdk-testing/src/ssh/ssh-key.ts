import { createHash } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';

export interface SshKey {
  /** OpenSSH private key. */
  readonly privateKey: string;
  readonly parsed: ParsedKey;
  /** `SHA256:` and 43 characters of base64, as OpenSSH shows it. */
  readonly fingerprint: string;
}

/** A fresh ed25519 key. ssh2 now and then writes one that it cannot read (7 of 2000 seen), so each is read back. */
export function makeSshKey(): SshKey {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    const parsed = ssh2.utils.parseKey(pair.private);
    if (parsed instanceof Error || Array.isArray(parsed)) continue;
    const hash = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '');
    return { privateKey: pair.private, parsed, fingerprint: `SHA256:${hash}` };
  }
  throw new Error('ssh2 made no readable key in 20 attempts');
}
