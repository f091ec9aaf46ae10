import { createHash } from 'node:crypto';
import { PanelError, type Ctx } from '@hostwright/sdk';
import type { ServerConfig } from './config.js';

/** A token is good for an hour, and asked for anew before that. */
const renewAfterMs = 55 * 60_000;
/** What Zoho makes those wait who asked for more than ten in ten minutes. */
const deniedMs = 10 * 60_000;

interface Held {
  readonly until: number;
  readonly token: Promise<string>;
}

/**
 * Tokens by account, asked for once however many calls need one: Zoho gives ten for a refresh token in ten minutes, and the sixteenth that
 * lives ends the first.
 */
const held = new Map<string, Held>();

/** A token that is good. `not`: one that was refused. Throws `invalid_config` for what the admin has to mend, `unavailable`. */
export function accessToken(ctx: Pick<Ctx, 'fetch' | 'now'>, server: ServerConfig, not?: string): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([server.accountsUrl, server.apiUrl, server.clientId, server.clientSecret, server.refreshToken]))
    .digest('hex');
  const now = Date.parse(ctx.now());
  const known = held.get(key);
  if (known && known.until > now) {
    if (not === undefined) return known.token;
    // Whoever came first has asked for another already.
    return known.token.then((token) => (token === not ? refresh(ctx, server, key, now) : token));
  }
  return refresh(ctx, server, key, now);
}

function refresh(ctx: Pick<Ctx, 'fetch'>, server: ServerConfig, key: string, now: number): Promise<string> {
  const token = ask(ctx, server);
  held.set(key, { until: now + renewAfterMs, token });
  token.catch(() => {
    if (held.get(key)?.token === token) held.delete(key);
  });
  return token;
}

async function ask({ fetch }: Pick<Ctx, 'fetch'>, server: ServerConfig): Promise<string> {
  const { clientId, clientSecret, refreshToken } = server;
  const form = new URLSearchParams({
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'refresh_token',
  });
  const response = await fetch(`${server.accountsUrl.replace(/\/+$/, '')}/oauth/v2/token`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const text = await response.text();
  // Refusals come with HTTP 200 as well.
  const { access_token: token, api_domain: domain, error } = objectOf(text);
  if (typeof error === 'string') throw refusal(error);
  if (/access denied/i.test(text)) throw tooMany();
  if (typeof token !== 'string' || token === '')
    throw new PanelError('unavailable', `the log-in at Zoho was answered with ${response.status}`);
  if (typeof domain === 'string' && originOf(domain) !== originOf(server.apiUrl))
    throw new PanelError('invalid_config', `the refresh token belongs to ${domain}: enter that as the API address`);
  return token;
}

function refusal(error: string): PanelError {
  if (/denied/i.test(error)) return tooMany();
  if (error === 'invalid_client')
    return new PanelError(
      'invalid_config',
      'Zoho does not know the client: the accounts address is that of another data centre, or the client id or secret is wrong',
    );
  if (error === 'invalid_code')
    return new PanelError(
      'invalid_config',
      'Zoho refused the refresh token: it was revoked, replaced by the 21st, or is of another data centre',
    );
  return new PanelError('invalid_config', `Zoho refused the log-in: ${error.slice(0, 100)}`);
}

function tooMany(): PanelError {
  return new PanelError('unavailable', 'Zoho gives no more tokens for now', { retryAfterMs: deniedMs });
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
