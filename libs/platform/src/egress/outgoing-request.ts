import { PanelError, type HttpSignal } from '@hostwright/sdk';

/** A request of the kind vendor SDKs make themselves, such as the global `Request`. */
export interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly headers: HeadersLike;
  readonly signal?: HttpSignal | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface HeadersLike {
  forEach(each: (value: string, name: string) => void): void;
}

/** What may stand beside the address: our own request, or what the global `fetch` takes. Redirects are followed for neither. */
export interface RequestOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | HeadersLike | Iterable<readonly [string, string]> | null | undefined;
  /** Text, bytes, a form, a blob or a stream. Read whole before anything is sent. */
  readonly body?: unknown;
  readonly signal?: HttpSignal | null | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
  readonly signals: readonly HttpSignal[];
  readonly timeoutMs: number;
}

const defaultTimeoutMs = 30_000;
const longestTimeoutMs = 1_200_000;

/** Set by the connection itself, or able to make one request look like two. */
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Brings the ways `fetch` is called to one.
 * Throws: `invalid_config` for what comes from settings (the address, a header's characters); `TypeError` for a mistake in the
 * extension's code.
 */
export async function readRequest(input: string | URL | RequestLike, options: RequestOptions = {}): Promise<OutgoingRequest> {
  const request = typeof input === 'string' || input instanceof URL ? undefined : input;
  const url = parseUrl(request ? request.url : String(input));
  const method = (options.method ?? request?.method ?? 'GET').toUpperCase();
  if (!/^[A-Z]+$/.test(method) || ['CONNECT', 'TRACE', 'TRACK'].includes(method))
    throw new TypeError(`"${method}" is no method to call with`);
  const headers = readHeaders(options.headers ?? request?.headers, describe(method, url));
  const body = await readBody(options.body ?? undefined, request, method, headers);
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) throw new TypeError(`${method} carries no body`);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  if (!(timeoutMs > 0 && timeoutMs <= longestTimeoutMs)) throw new TypeError(`timeoutMs must be over 0 and at most ${longestTimeoutMs}`);
  const signals = [options.signal, request?.signal].filter((signal) => signal !== undefined && signal !== null);
  return { method, url, headers, body, signals, timeoutMs };
}

/** How messages name a call: its query may hold secrets, so it is left out. */
export function describe(method: string, url: URL): string {
  return `${method} ${url.host}${url.pathname}`;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself is not named: it may hold a password.
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new PanelError('invalid_config', 'the address called is not an http or https URL');
  if (url.username !== '' || url.password !== '')
    throw new PanelError('invalid_config', `${url.host}: an address must hold no user name or password`);
  return url;
}

function readHeaders(given: RequestOptions['headers'], what: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (value === undefined || value === null) return;
    const key = name.toLowerCase();
    if (connectionHeaders.has(key)) {
      if (key === 'content-length' || key === 'host' || key === 'connection') return;
      throw new TypeError(`the header ${key} is not the caller's to set`);
    }
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key)) throw new TypeError('a header has no valid name');
    const text = String(value).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
      throw new PanelError('invalid_config', `${what}: the header ${key} holds characters that a header cannot`);
    headers[key] = key in headers ? `${headers[key]}, ${text}` : text;
  };
  if (given === undefined || given === null) return headers;
  if (Symbol.iterator in given && !('get' in given))
    for (const [name, value] of given as Iterable<readonly [string, string]>) add(name, value);
  else if (isHeadersLike(given)) given.forEach((value, name) => add(name, value));
  else for (const [name, value] of Object.entries(given)) add(name, value);
  return headers;
}

function isHeadersLike(given: object): given is HeadersLike {
  return 'forEach' in given && typeof given.forEach === 'function';
}

async function readBody(
  given: unknown,
  request: RequestLike | undefined,
  method: string,
  headers: Record<string, string>,
): Promise<string | Uint8Array | undefined> {
  if (given === undefined) {
    if (!request || method === 'GET' || method === 'HEAD') return undefined;
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.length > 0 ? bytes : undefined;
  }
  if (typeof given === 'string') {
    headers['content-type'] ??= 'text/plain;charset=UTF-8';
    return given;
  }
  if (given instanceof Uint8Array) return given;
  // The global Response knows every other kind of body that the global fetch takes, and its content type.
  const encoded = new Response(given as ConstructorParameters<typeof Response>[0]);
  const type = encoded.headers.get('content-type');
  if (type !== null) headers['content-type'] ??= type;
  return new Uint8Array(await encoded.arrayBuffer());
}
