import { PanelError } from '@hostwright/sdk';
import { readEvents, type StreamEvent } from './event-stream.js';

const answerWithinMs = 30_000;

/** An answer of the panel that is not a success. */
export class PanelRefusal extends Error {
  override readonly name = 'PanelRefusal';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The panel's HTTP API, as one caller uses it. */
export class PanelClient {
  constructor(
    private readonly url: string,
    /** Bearer token or API key. */
    private readonly token: string | undefined,
    private readonly signal: AbortSignal,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.call('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call('POST', path, body);
  }

  /** The events of a stream from the one after `lastEventId`, until the panel ends it or the connection is lost. */
  async *events(path: string, lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const response = await fetch(`${this.url}${path}`, {
      headers: { ...this.headers(), accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
      signal: AbortSignal.any([this.signal, signal]),
    });
    if (!response.ok || !response.body) throw await refusalIn(response, 'GET', path);
    yield* readEvents(response.body);
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...this.headers(), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(answerWithinMs)]),
    });
    if (!response.ok) throw await refusalIn(response, method, path);
    return (await response.json()) as T;
  }

  private headers(): Record<string, string> {
    return { accept: 'application/json', ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }) };
  }
}

async function refusalIn(response: Response, method: string, path: string): Promise<PanelRefusal> {
  const text = await response.text();
  return new PanelRefusal(response.status, `${method} ${path} was answered ${response.status}: ${reasonIn(text)}`);
}

function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  } catch {
    // not JSON: shown as it is
  }
  return text.slice(0, 500);
}

/** True when the connection failed, not the call. */
export function isConnectionLost(error: unknown): boolean {
  return !(error instanceof PanelRefusal) && !(error instanceof PanelError);
}
