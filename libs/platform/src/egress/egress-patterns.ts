import { isIPv6 } from 'node:net';
import { PanelError, type JsonObject } from '@hostwright/sdk';

/** One address that calls may go to. */
export interface EgressTarget {
  /** Lower case, as in a URL: IPv6 in brackets, names in ASCII, no dot at the end. */
  readonly host: string;
  readonly port: number;
  /** `http:` or `https:` when the address came from a URL; then no other is meant. */
  readonly protocol?: string;
  /** It came from the server's own settings, so the server's certificate settings are for it. */
  readonly fromServer: boolean;
}

/** An entry of a manifest's `egress`, taken to pieces. */
export interface EgressPattern {
  readonly text: string;
  /** A host, or a server field that holds a host; a URL or `host:port` when there is no `port`. */
  readonly host: PatternPart;
  readonly port?: PatternPart;
}

type PatternPart = { readonly field: string } | { readonly literal: string };

const fieldPart = /^\{server\.([A-Za-z][A-Za-z0-9]*)\}$/;
const shape = /^(\{server\.[A-Za-z][A-Za-z0-9]*\}|\[[0-9A-Fa-f:.]+\]|[^:{}[\]/@\s]+)(?::(\{server\.[A-Za-z][A-Za-z0-9]*\}|\d+))?$/;

/**
 * Takes an entry of `egress` to pieces: `host:port`, where either may be `{server.field}`, or one `{server.field}` that gives both.
 * Throws a plain `Error` that says what is wrong with it.
 */
export function parseEgressPattern(text: string): EgressPattern {
  const parts = shape.exec(text);
  if (!parts) throw new Error(`"${text}" is not host:port`);
  const host = partOf(parts[1] as string);
  if ('literal' in host) {
    const canonical = canonicalHost(host.literal);
    if (canonical === undefined) throw new Error(`"${text}" has no valid host`);
    if (parts[2] === undefined) throw new Error(`"${text}" has no port`);
    if (isLiteralPort(parts[2]) && !isPort(Number(parts[2]))) throw new Error(`"${text}" has no valid port`);
    return { text, host: { literal: canonical }, port: partOf(parts[2]) };
  }
  if (parts[2] === undefined) return { text, host };
  if (isLiteralPort(parts[2]) && !isPort(Number(parts[2]))) throw new Error(`"${text}" has no valid port`);
  return { text, host, port: partOf(parts[2]) };
}

/** Names of the server fields an entry of `egress` takes its address from. */
export function egressFields(pattern: EgressPattern): readonly string[] {
  return [pattern.host, pattern.port].flatMap((part) => (part && 'field' in part ? [part.field] : []));
}

/**
 * Where calls may go with these server settings. An entry whose optional field is empty names nothing.
 * Throws `invalid_config` naming the field when a setting gives no address.
 */
export function resolveEgress(patterns: readonly string[], server: JsonObject): readonly EgressTarget[] {
  return patterns.flatMap((text) => {
    const pattern = parseEgressPattern(text);
    const names = egressFields(pattern);
    if (names.some((name) => server[name] === undefined || server[name] === null || server[name] === '')) return [];
    return [targetOf(pattern, server)];
  });
}

function targetOf(pattern: EgressPattern, server: JsonObject): EgressTarget {
  const fromServer = 'field' in pattern.host;
  if (!pattern.port) {
    const field = (pattern.host as { field: string }).field;
    return { ...addressOf(String(server[field]), field), fromServer };
  }
  const host = 'literal' in pattern.host ? pattern.host.literal : canonicalHost(String(server[pattern.host.field]));
  if (host === undefined) throw wrong((pattern.host as { field: string }).field, 'must be a host name or address');
  const port = Number('literal' in pattern.port ? pattern.port.literal : server[pattern.port.field]);
  if (!isPort(port)) throw wrong((pattern.port as { field: string }).field, 'must be a port, 1–65535');
  return { host, port, fromServer };
}

/** A URL, or `host:port`. */
function addressOf(value: string, field: string): { host: string; port: number; protocol?: string } {
  if (/^https?:\/\//i.test(value) && URL.canParse(value)) {
    const url = new URL(value);
    return { host: withoutDot(url.hostname), port: portOf(url), protocol: url.protocol };
  }
  const parts = /^(.+):(\d+)$/.exec(value);
  const host = parts && canonicalHost(parts[1] as string);
  if (!host || !isPort(Number(parts[2]))) throw wrong(field, 'must be an http or https address, or host:port');
  return { host, port: Number(parts[2]) };
}

/** The port a URL means. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** A host as URLs write it; undefined when it is none. */
function canonicalHost(host: string): string | undefined {
  const written = isIPv6(host) ? `[${host}]` : host;
  if (!/^(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\\[\]{}%*]+)$/.test(written)) return undefined;
  try {
    return withoutDot(new URL(`http://${written}/`).hostname) || undefined;
  } catch {
    return undefined;
  }
}

/** A name's last dot says the same name. */
export function withoutDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function partOf(text: string): PatternPart {
  const field = fieldPart.exec(text)?.[1];
  return field === undefined ? { literal: text } : { field };
}

function isLiteralPort(text: string): boolean {
  return /^\d+$/.test(text);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function wrong(field: string, rule: string): PanelError {
  return new PanelError('invalid_config', `server.${field}: ${rule}`, { field: `server.${field}` });
}
