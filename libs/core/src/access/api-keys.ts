import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { ApiKeyStore } from './access-store.js';
import { apiKeyText, hashOfApiKey, isInForce, prefixLength, prefixOf, secretLength, viewOfApiKey, type ApiKeyView } from './api-key.js';
import type { KeyCaller } from './caller.js';
import { Clock, RandomText } from './ports.js';
import type { Scope } from './scopes.js';

/** Hands out, checks and revokes the keys of programs. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly store: ApiKeyStore,
    private readonly random: RandomText,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** `key` is shown this once and kept nowhere. */
  async issue(
    wanted: { name: string; scopes: readonly Scope[]; expiresAt?: Date },
    actor: string,
  ): Promise<{ readonly apiKey: ApiKeyView; readonly key: string }> {
    if (wanted.expiresAt && wanted.expiresAt <= this.clock.now()) {
      throw new PanelError('invalid_input', 'expiresAt lies in the past', { field: 'expiresAt' });
    }
    const prefix = this.random.letters(prefixLength);
    const key = apiKeyText(prefix, this.random.letters(secretLength));
    const apiKey = await this.store.add({
      name: wanted.name,
      prefix,
      keyHash: hashOfApiKey(key),
      scopes: [...new Set(wanted.scopes)],
      createdBy: actor,
      expiresAt: wanted.expiresAt ?? null,
    });
    await this.audit.record({ actor, action: 'api_key.issued', subject: `api_key:${apiKey.id}`, details: { scopes: apiKey.scopes } });
    return { apiKey: viewOfApiKey(apiKey), key };
  }

  /** Throws `unauthenticated`. */
  async check(key: string): Promise<KeyCaller> {
    const prefix = prefixOf(key);
    const found = prefix === undefined ? undefined : await this.store.findByPrefix(prefix);
    const at = this.clock.now();
    if (!found || !equal(found.keyHash, hashOfApiKey(key)) || !isInForce(found, at)) {
      throw new PanelError('unauthenticated', 'the API key is not valid');
    }
    if (found.lastUsedAt === null || at.getTime() - found.lastUsedAt.getTime() > 60_000) await this.store.used(found.id, at);
    return { kind: 'key', keyId: found.id, scopes: found.scopes };
  }

  async revoke(id: string, actor: string): Promise<ApiKeyView> {
    const apiKey = await this.store.revoke(id, this.clock.now());
    await this.audit.record({ actor, action: 'api_key.revoked', subject: `api_key:${id}`, details: {} });
    return viewOfApiKey(apiKey);
  }
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
