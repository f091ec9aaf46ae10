import { appendFileSync } from 'node:fs';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Names of what holds a secret. As in the record of the panel, it hides rather too much. */
const secretName =
  /passw|passphrase|passwd|secret|token|ticket|cookie|credential|csrf|signature|session|auth|(^|[^a-z])(pass|pwd|otp|keys?)$/i;
/** Headers that say how the body is to be read; of the others the name is enough. */
const plainHeaders = ['content-type', 'accept'];

/**
 * Keeps a request that a test sends, as a JSON line like those of the panel's own record, in the file that `HOSTWRIGHT_RECORD` names;
 * without it nothing is kept. `HOSTWRIGHT_RECORD_EXTENSION` says whose request it is. A secret is kept as so many asterisks as it has
 * characters, so that its length can still be checked.
 */
export function recordRequest({ method, url, headers, body }: RecordedRequest): void {
  const path = process.env['HOSTWRIGHT_RECORD'];
  if (path === undefined || path === '') return;
  const extension = process.env['HOSTWRIGHT_RECORD_EXTENSION'] ?? '';
  const kept = { kind: 'http', extension, method, url: maskedUrl(url), headers: maskedHeaders(headers), body: maskedBody(body, headers) };
  appendFileSync(path, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
}

const stars = (text: string): string => '*'.repeat(text.length);

function maskedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(kept.map(([name, value]) => [name, plainHeaders.includes(name) ? value : stars(value)]));
}

function maskedUrl(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? url : `${url.slice(0, at)}?${maskedForm(url.slice(at + 1))}`;
}

function maskedForm(form: string): string {
  const pairs = form.split('&').map((pair) => {
    const at = pair.indexOf('=');
    const [[name, value] = ['', '']] = new URLSearchParams(pair);
    return at >= 0 && secretName.test(name) ? `${pair.slice(0, at)}=${stars(value)}` : pair;
  });
  return pairs.join('&');
}

function maskedBody(body: string | undefined, headers: Readonly<Record<string, string>>): string | undefined {
  if (body === undefined) return undefined;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (/^application\/x-www-form-urlencoded/i.test(type)) return maskedForm(body);
  try {
    return JSON.stringify(maskedJson(JSON.parse(body), false));
  } catch {
    return `[${type.split(';')[0] || 'text'}, ${Buffer.byteLength(body)} bytes]`;
  }
}

function maskedJson(value: unknown, isSecret: boolean): unknown {
  if (Array.isArray(value)) return value.map((entry) => maskedJson(entry, isSecret));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, maskedJson(entry, isSecret || secretName.test(name))]));
  }
  return isSecret && typeof value === 'string' ? stars(value) : value;
}
