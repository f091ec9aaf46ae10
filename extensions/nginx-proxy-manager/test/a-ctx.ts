import { PanelError, type Ctx, type Fetch, type HttpResponse, type JsonObject } from '@hostwright/sdk';

/** A `ctx` on plain fetch, with what it logged. */
export interface TestCtx extends Ctx {
  readonly logged: readonly string[];
}

export interface CtxOptions {
  readonly owner?: string;
  /** Deadline of every exchange, so that a hanging provider does not hold up a test. */
  readonly deadlineMs?: number;
  /** The time now; real by default. */
  readonly now?: () => string;
}

export function aCtx(options: CtxOptions = {}): TestCtx {
  const logged: string[] = [];
  const log = (message: string, details?: JsonObject): void => void logged.push(`${message} ${JSON.stringify(details ?? {})}`);
  const notHere = (): never => {
    throw new Error('this module calls no other module');
  };
  return {
    owner: options.owner ?? 'hw-test-42',
    signal: new AbortController().signal,
    logged,
    log: { info: log, warn: log, error: log },
    random: { integer: notHere, hex: notHere },
    ssh: { run: notHere },
    dns: { ensureRecord: notHere, removeRecord: notHere },
    proxy: { ensureHost: notHere, enableHost: notHere, disableHost: notHere, removeHost: notHere },
    now: options.now ?? (() => new Date().toISOString()),
    fetch: plainFetch(options.deadlineMs ?? 5_000),
  };
}

/** What `ctx.fetch` promises, on the global fetch: a connection that was refused never left, any other failure may have arrived. */
function plainFetch(deadlineMs: number): Fetch {
  return async (url, request = {}): Promise<HttpResponse> => {
    const { method, headers, body, timeoutMs } = request;
    const signal = AbortSignal.timeout(Math.min(timeoutMs ?? 30_000, deadlineMs));
    try {
      const response = await fetch(url, {
        method: method ?? 'GET',
        headers: { ...headers, connection: 'close' },
        redirect: 'manual',
        signal,
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      return {
        status: response.status,
        statusText: response.statusText,
        ok: response.ok,
        headers: response.headers,
        text: () => Promise.resolve(text),
        json: () => Promise.resolve(JSON.parse(text) as unknown),
      };
    } catch (error) {
      const refused = (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
      throw new PanelError(refused ? 'unavailable' : 'unknown_outcome', `${method ?? 'GET'} failed`, { cause: error });
    }
  };
}
