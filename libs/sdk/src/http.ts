/**
 * The smallest request and response an extension needs. Global `fetch` types are assignable to these; they are declared
 * here because the SDK depends on no runtime types.
 */
export interface HttpHeaders {
  get(name: string): string | null;
  forEach(each: (value: string, name: string) => void): void;
}

export interface HttpSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: HttpSignal;
  /** Deadline for the whole exchange. Default 30 s, at most 20 min. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly headers: HttpHeaders;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/**
 * Calls the module's own server. Refuses any address that the manifest's `egress` does not name.
 * Follows no redirect. Answers larger than 8 MiB are refused.
 * Throws: `unavailable` when the request certainly did not leave (refused connection, unknown host, open breaker, no rate
 * left); `unknown_outcome` when it may have arrived (timeout, reset, answer cut short or too large); `invalid_config` when the
 * address is not allowed or the certificate is not the pinned one. An HTTP error status is an answer, not an error.
 */
export type Fetch = (url: string, request?: HttpRequest) => Promise<HttpResponse>;

/** How long an answer asks to wait, in milliseconds: its `retry-after`, where that is in seconds and at most 99999, else a minute. */
export function retryAfterMsOf(headers: HttpHeaders): number {
  const seconds = headers.get('retry-after') ?? '';
  return /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1_000 : 60_000;
}
