import { createHmac } from 'node:crypto';
import { PanelError, secret, type Json, type JsonObject } from '@hostwright/sdk';
import type { RandomText } from '../access/index.js';
import type { Sealer } from '../provisioning/index.js';

/** A secret that was replaced signs beside the new one for this long, so that receivers can change over. */
const oldSecretMs = 24 * 3_600_000;
/** Signatures of one request at the most. */
const mostSecrets = 5;
/** 40 letters and digits: 238 bits, in 40 bytes. Standard Webhooks asks for 24 to 64 bytes. */
const secretLetters = 40;
const prefix = 'whsec_';

/** Secrets of an endpoint as they are stored: the one in use first, then those it replaced. */
export type StoredSecrets = readonly { readonly secret: JsonObject; readonly until: string | null }[];

/** The secret as its receiver is given it. */
export function newWebhookSecret(random: RandomText): string {
  return `${prefix}${Buffer.from(random.letters(secretLetters)).toString('base64')}`;
}

/** Where an endpoint's secrets belong; sealed for one row, they cannot be opened in another. */
const contextOf = (endpointId: string): string => `webhook_endpoint/${endpointId}/secrets`;

/** Puts a new secret before those in force, sealed. Throws `conflict` when there would be too many. */
export function withNewSecret(sealer: Sealer, endpointId: string, text: string, before: StoredSecrets, at: Date): StoredSecrets {
  const kept = before
    .filter(({ until }) => until === null || new Date(until) > at)
    .map((one) => ({ ...one, until: one.until ?? new Date(at.getTime() + oldSecretMs).toISOString() }));
  if (kept.length >= mostSecrets) {
    throw new PanelError('conflict', `${kept.length} earlier secrets still sign; wait until the first of them has run out`);
  }
  const sealed = sealer.seal({ ...secret(text) }, contextOf(endpointId)) as JsonObject;
  return [{ secret: sealed, until: null }, ...kept];
}

/** The secrets in force in plain text, the newest first. Throws `invalid_config` when one cannot be opened. */
export function openSecrets(sealer: Sealer, endpointId: string, stored: StoredSecrets, at: Date): readonly string[] {
  return stored
    .filter(({ until }) => until === null || new Date(until) > at)
    .map(({ secret: sealed }) => {
      const opened = sealer.open(sealed as Json, contextOf(endpointId)) as { readonly $secret: string };
      return opened.$secret;
    });
}

/**
 * The headers of Standard Webhooks: one signature for each secret, over `id.timestamp.body`.
 * Source: https://www.standardwebhooks.com, specification 1.0.0, "Signature scheme".
 */
export function signedHeaders(secrets: readonly string[], id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = secrets.map((text) => {
    const key = Buffer.from(text.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
