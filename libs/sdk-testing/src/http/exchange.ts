import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '@hostwright/sdk';

/** A request as a handler sees it: read completely, parsed, and not yet answered. */
export interface SandboxRequest {
  readonly method: string;
  /** As in the request line, without the query. */
  readonly path: string;
  /** The named parts of the route's pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** JSON as it is; a form as an object of texts, a repeated key as a list of them; `undefined` without a body or with another type. */
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
}

/** What a handler answers. The kit sends it, unless a fault says otherwise. */
export interface SandboxAnswer {
  readonly status: number;
  /** The reason in the status line. Default: the usual one of the status. */
  readonly statusText?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: Json;
  /** Sent as it is, with the content type of `headers`. Used when there is no `json`. */
  readonly text?: string;
}

/**
 * One call of the provider. `handle` applies it and answers; it never sends, so that an applied call can be cut, answered twice
 * or answered late. It must apply in one go: between its first and last change nothing is awaited.
 */
export interface SandboxRoute {
  readonly method: string;
  /** `/zones/:zoneId/dns_records`: `:name` stands for one part of the path. Matched without the query. */
  readonly path: string;
  /** What the provider takes, in milliseconds at speed 1. Half of it passes before the call is applied, half after. Default: the sandbox's `latencyMs`. */
  readonly latencyMs?: number;
  handle(request: SandboxRequest): SandboxAnswer | Promise<SandboxAnswer>;
}

/** An answer in JSON. */
export function json(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): SandboxAnswer {
  return { status, json: body, headers };
}

/** The bytes of an answer's body, and its headers in lower case. */
export function render(answer: SandboxAnswer): { readonly text: string; readonly headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = value;
  if (answer.json !== undefined) {
    headers['content-type'] ??= 'application/json;charset=UTF-8';
    return { text: JSON.stringify(answer.json), headers };
  }
  return { text: answer.text ?? '', headers };
}
