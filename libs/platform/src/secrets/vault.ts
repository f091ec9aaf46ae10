import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import { PanelError } from '@hostwright/sdk';
import { deriveKey, type SecretKey } from '../config/index.js';

const nonceBytes = 12;
const tagBytes = 16;
const sealedForm = /^v1:([A-Za-z0-9_-]{1,20}):([A-Za-z0-9_-]{38,})$/;

/**
 * Seals single values with AES-256-GCM. The form is `v1:<key id>:<base64url of nonce, ciphertext and tag>`; `context` names where the
 * value is kept, as `table/row/column`, and a value that is moved elsewhere cannot be opened.
 */
export class Vault {
  private readonly keys = new Map<string, KeyObject>();

  /** The first key seals, all of them open. `onSecret` hears every plain value that passes, so that logs can mask it. */
  constructor(
    private readonly secretKeys: readonly [SecretKey, ...SecretKey[]],
    private readonly onSecret: (plain: string) => void,
  ) {
    for (const { id, key } of secretKeys) this.keys.set(id, deriveKey(key, 'hostwright vault'));
  }

  /** Sealed with the first key. The same text sealed twice looks different. */
  seal(plain: string, context: string): string {
    this.onSecret(plain);
    const { id } = this.secretKeys[0];
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key(id), nonce, { authTagLength: tagBytes }).setAAD(boundTo(id, context));
    const bytes = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1:${id}:${bytes.toString('base64url')}`;
  }

  /** Throws `invalid_config` when the key is not there, or the value was changed, or comes from another place. */
  open(sealed: string, context: string): string {
    const [, id, encoded] = sealedForm.exec(sealed) ?? [];
    const bytes = Buffer.from(encoded ?? '', 'base64url');
    // Base64 has several spellings of the same bytes; ours is the only one we take.
    if (!id || bytes.toString('base64url') !== encoded) throw new PanelError('invalid_config', `${context} does not hold a sealed secret`);
    const decipher = createDecipheriv('aes-256-gcm', this.key(id), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(boundTo(id, context))
      .setAuthTag(bytes.subarray(-tagBytes));
    let plain: string;
    try {
      plain = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new PanelError(
        'invalid_config',
        `the secret in ${context} cannot be opened: SECRET_KEY holds another key "${id}", or the value was changed or moved`,
        {
          cause: error,
        },
      );
    }
    this.onSecret(plain);
    return plain;
  }

  /** True when the value was sealed with another key than the one that seals now. */
  isStale(sealed: string): boolean {
    return sealedForm.exec(sealed)?.[1] !== this.secretKeys[0].id;
  }

  private key(id: string): KeyObject {
    const key = this.keys.get(id);
    if (!key) throw new PanelError('invalid_config', `SECRET_KEY does not hold the key "${id}" with which a stored secret was sealed`);
    return key;
  }
}

function boundTo(keyId: string, context: string): Buffer {
  return Buffer.from(`v1/${keyId}/${context}`, 'utf8');
}
