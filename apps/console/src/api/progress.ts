import { ApiFailure, failureIn } from './api-failure.js';
import { EventParser } from './event-parser.js';

/** One line of a job's progress. */
export interface ProgressEvent {
  /** `<job>:<number>`, in the order in which things happened. */
  readonly id: string;
  readonly type: string;
  readonly step: number;
  readonly total: number;
  readonly percentage: number;
  readonly message: string;
  readonly timestamp: string;
}

/** `complete`, `error` and `cancelled` are a job's last events; a job that staff takes up again writes more. */
const lastTypes: ReadonlySet<string> = new Set(['complete', 'error', 'cancelled']);

export interface FollowOptions {
  readonly jobId: string;
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  /** Asked for before each connection: a session may have been renewed meanwhile. */
  readonly token: () => string | undefined;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: ProgressEvent) => void;
  /** Whether events arrive now; false while it connects anew. */
  readonly onLive: (live: boolean) => void;
}

/** Between two attempts while the panel cannot be reached. */
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/**
 * Follows a job until its last event, or until `signal` ends it. A connection that breaks is made anew from the last event received, so
 * nothing is missed and nothing told twice. Rejects with `ApiFailure` when the panel refuses: then waiting does not help.
 */
export async function followProgress(options: FollowOptions): Promise<void> {
  const { signal, onLive, wait } = options;
  const cursor: Cursor = { lastId: undefined, over: false, retryMs: firstWaitMs };
  let failures = 0;
  while (!signal.aborted) {
    const seen = cursor.lastId;
    try {
      await readOnce(options, cursor);
      // It ended in order: the job is over, or the server asks us to connect anew. One that only ever ends is not asked every second.
      failures = cursor.lastId === seen ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) throw error;
      failures = cursor.lastId === seen ? failures + 1 : 1;
    }
    onLive(false);
    if (cursor.over || signal.aborted) return;
    await wait(Math.min(longestWaitMs, cursor.retryMs * 2 ** Math.max(0, failures - 1)), signal);
  }
}

interface Cursor {
  lastId: string | undefined;
  over: boolean;
  retryMs: number;
}

async function readOnce({ jobId, signal, fetch, token, onEvent, onLive }: FollowOptions, cursor: Cursor): Promise<void> {
  const sent = token();
  const response = await fetch(`/api/v1/jobs/${encodeURIComponent(jobId)}/stream`, {
    signal,
    cache: 'no-store',
    headers: {
      accept: 'text/event-stream',
      ...(sent !== undefined && { authorization: `Bearer ${sent}` }),
      ...(cursor.lastId !== undefined && { 'last-event-id': cursor.lastId }),
    },
  });
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => undefined);
    throw failureIn(response.status, body, response.headers.get('retry-after'));
  }
  if (!response.body) throw new TypeError('the stream has no body');
  onLive(true);
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const { id, data } of parser.push(value)) {
      const event = id === undefined ? undefined : readProgress(id, data);
      if (!event || !isAfter(event.id, cursor.lastId)) continue;
      cursor.lastId = event.id;
      cursor.over = lastTypes.has(event.type);
      onEvent(event);
    }
    cursor.retryMs = parser.retryMs ?? cursor.retryMs;
  }
}

const isRefusal = (error: unknown) => error instanceof ApiFailure && error.status >= 400 && error.status < 500 && error.status !== 429;

const numberIn = (id: string) => Number(id.slice(id.indexOf(':') + 1));

function isAfter(id: string, lastId: string | undefined): boolean {
  return lastId === undefined || numberIn(id) > numberIn(lastId);
}

/** An event as the API describes it; what is shaped otherwise is left out rather than shown wrong. */
function readProgress(id: string, data: string): ProgressEvent | undefined {
  let read: unknown;
  try {
    read = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { type, step, total, percentage, message, timestamp } = read as Record<string, unknown>;
  const texts = [type, message, timestamp].every((value) => typeof value === 'string');
  const numbers = [step, total, percentage].every((value) => typeof value === 'number');
  return texts && numbers && /^\d+:\d+$/.test(id) ? { ...(read as Omit<ProgressEvent, 'id'>), id } : undefined;
}
