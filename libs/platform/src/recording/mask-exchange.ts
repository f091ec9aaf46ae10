import { isUtf8 } from 'node:buffer';
import { masked, SecretMask } from '../logging/index.js';
import type { Exchange, HttpExchange, SshExchange } from './exchange.js';
import { isSensitiveName } from './sensitive-names.js';

/** Longest body that is written, in characters. */
export const mostBodyCharacters = 262_144;

/** The exchange as one JSON line without its line end, with secrets masked and bodies cut. */
export function lineOf(exchange: Exchange, mask: SecretMask): string {
  // Once more over the whole line, for names and whatever was not looked at by itself.
  return mask.mask(JSON.stringify(exchange.kind === 'http' ? maskedHttp(exchange, mask) : maskedSsh(exchange, mask)));
}

function maskedHttp({ response, error, ...exchange }: HttpExchange, mask: SecretMask): object {
  return {
    ...exchange,
    url: maskedUrl(exchange.url, mask),
    headers: maskedHeaders(exchange.headers, mask),
    ...maskedBody(exchange.body, exchange.headers['content-type'], mask),
    ...(response && {
      status: response.status,
      response: {
        headers: maskedHeaders(response.headers, mask),
        ...maskedBody(response.body, single(response.headers['content-type']), mask, answered(exchange)),
      },
    }),
    ...(error && { error: { code: error.code, message: mask.mask(error.message) } }),
  };
}

function maskedSsh({ dataValues, result, error, ...exchange }: SshExchange, mask: SecretMask): object {
  const own = new SecretMask();
  for (const value of dataValues) own.add(value);
  const clean = (text: string) => cut(mask.mask(own.mask(text)));
  return {
    ...exchange,
    ...(result && { exitCode: result.exitCode, stdout: clean(result.stdout).text, stderr: clean(result.stderr).text }),
    ...(error && { error: { code: error.code, message: clean(error.message).text } }),
  };
}

function maskedUrl(url: string, mask: SecretMask): string {
  const [path, query] = splitOnce(url, '?');
  return mask.mask(query === undefined ? path : `${path}?${maskedForm(query)}`);
}

function maskedHeaders(headers: Readonly<Record<string, string | readonly string[]>>, mask: SecretMask): object {
  const clean = (name: string, value: string) => (isSensitiveName(name) ? masked : mask.mask(value));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? clean(name, value) : value.map((one) => clean(name, one)),
    ]),
  );
}

/** What of a body is hidden whatever its name: nothing, what looks like a token, or every value. */
type Suspect = 'nothing' | 'tokens' | 'everything';

/** A log-in is answered with a token; a call that is named for a password, such as its reset, with the password. */
function answered({ url, body }: Pick<HttpExchange, 'url' | 'body'>): Suspect {
  if (/passw(?:or)?d/i.test(splitOnce(url, '?')[0])) return 'everything';
  return holdsPassword(body) ? 'tokens' : 'nothing';
}

function maskedBody(
  body: string | Uint8Array | undefined,
  contentType: string | undefined,
  mask: SecretMask,
  suspect: Suspect = 'nothing',
): object {
  if (body === undefined) return {};
  if (typeof body !== 'string' && !isUtf8(body)) return { body: `[binary, ${body.byteLength} bytes]` };
  const text = typeof body === 'string' ? body : Buffer.from(body).toString();
  // Its parts have names of their own, so what is a secret cannot be told without taking it to pieces.
  if (contentType?.startsWith('multipart/')) return { body: `[multipart, ${Buffer.byteLength(text)} bytes]` };
  const { text: written, wasCut } = cut(mask.mask(maskedText(text, contentType, suspect)));
  return wasCut ? { body: written, bodyCut: true } : { body: written };
}

// Names are bounded and begin where a name can begin: without that, a long body without any takes time that grows with its square.
const xmlElement = /<([\w:.-]{1,64})(?![\w:.-])([^<>]{0,1024})>([^<>]+)</g;
/** `name = value`, or `"name": "value"` in what is not JSON, such as JSON that broke off. */
const namedValue = /(["']?)(?<![\w.-])([\w.-]{1,64})\1(\s{0,8}[:=]\s{0,8})("(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[^\s"'<>&,;]+)/g;

const tokenLike = /^[A-Za-z0-9+/_=-]{24,}$/;

/** True for a request that brings a password, as a log-in does. */
function holdsPassword(body: HttpExchange['body']): boolean {
  const json = typeof body === 'string' ? parseJson(body) : undefined;
  return typeof json === 'object' && json !== null && Object.keys(json).some((name) => /passw(?:or)?d|passphrase|^secret$/i.test(name));
}

/** The text with what looks like a secret by its name hidden, in JSON, forms, XML and loose text. */
export function maskedText(text: string, contentType = '', suspect: Suspect = 'nothing'): string {
  const json = parseJson(text);
  if (json !== undefined && typeof json === 'object')
    return JSON.stringify(maskedJson(json, suspect === 'everything', suspect === 'tokens'));
  if (suspect === 'everything') return masked;
  if (contentType.startsWith('application/x-www-form-urlencoded')) return maskedForm(text);
  return text
    .replace(xmlElement, (whole, name: string, attributes: string) => (isSensitiveName(name) ? `<${name}${attributes}>${masked}<` : whole))
    .replace(namedValue, (whole, quote: string, name: string, sign: string) =>
      isSensitiveName(name) ? `${quote}${name}${quote}${sign}${masked}` : whole,
    );
}

function maskedForm(form: string): string {
  return form
    .split('&')
    .map((pair) => {
      const [name, value] = splitOnce(pair, '=');
      return value !== undefined && isSensitiveName(decoded(name)) ? `${name}=${masked}` : pair;
    })
    .join('&');
}

/** The same shape with every text and number under a telling name hidden, however deep, and of an address what its query names so. */
function maskedJson(value: unknown, hidden: boolean, tokens: boolean): unknown {
  if (Array.isArray(value)) return value.map((entry) => maskedJson(entry, hidden, tokens));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, maskedJson(entry, hidden || isSensitiveName(name), tokens)]),
    );
  }
  if (tokens && typeof value === 'string' && tokenLike.test(value)) return masked;
  if (hidden && (typeof value === 'string' || typeof value === 'number')) return masked;
  return typeof value === 'string' ? maskedAddress(value) : value;
}

/** A text that is an address with a query, such as one that logs somebody in; any other as it is. */
function maskedAddress(text: string): string {
  const [path, query] = splitOnce(text, '?');
  return query === undefined || !/^https?:\/\/\S+$/.test(text) ? text : `${path}?${maskedForm(query)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replace(/\+/g, ' '));
  } catch {
    return name;
  }
}

function cut(text: string): { text: string; wasCut: boolean } {
  return text.length > mostBodyCharacters ? { text: text.slice(0, mostBodyCharacters), wasCut: true } : { text, wasCut: false };
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
