import { setMaxListeners } from 'node:events';
import type { HttpSignal } from '@hostwright/sdk';
import type { Dispatcher } from 'undici';
import type { OutgoingRequest } from './outgoing-request.js';

/** An answer as it came, read to its end. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** Why an exchange has no whole answer. */
export type FailureReason = 'no connection' | 'lost' | 'timeout' | 'stopped' | 'too large';

/** An exchange without a whole answer. `sent` is false only when not one byte of the request can have left. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  constructor(
    readonly reason: FailureReason,
    readonly sent: boolean,
    /** The answer had begun. */
    readonly answering: boolean,
    options: { readonly cause?: unknown } = {},
  ) {
    super(reason, options);
  }
}

/**
 * One request over one connection of a pool, within its deadline, no redirect followed and nothing tried again.
 * `whole`: an answer that is larger, or does not end, is a failure. `beginning`: its status counts, and what came of it is enough.
 * Throws an `ExchangeFailure` and nothing else.
 */
export function exchangeOnce(
  pool: Dispatcher,
  request: OutgoingRequest,
  mostBytes: number,
  wanted: 'whole' | 'beginning' = 'whole',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { url, method, headers, body, signals, timeoutMs } = request;
    const chunks: Buffer[] = [];
    let size = 0;
    let answer: Omit<RawAnswer, 'body'> | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;

    const settle = (end: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      for (const { signal, listener } of listeners) signal.removeEventListener('abort', listener);
      end();
    };
    const fail = (reason: FailureReason, cause?: unknown) => {
      settle(() => {
        // The request is handed to a connection exactly when the controller comes, and not written when it is aborted then.
        const sent = controller !== undefined;
        if (answer && wanted === 'beginning') resolve({ ...answer, body: Buffer.concat(chunks) });
        else reject(new ExchangeFailure(sent || reason !== 'lost' ? reason : 'no connection', sent, answer !== undefined, { cause }));
        controller?.abort(new Error(reason));
      });
    };

    const timer = setTimeout(() => fail('timeout'), timeoutMs);
    const listeners = signals.map((signal: HttpSignal) => ({ signal, listener: () => fail('stopped') }));
    for (const { signal, listener } of listeners) {
      // A worker has one signal for all its calls; that there are many at once is no leak.
      if (signal instanceof EventTarget) setMaxListeners(0, signal);
      signal.addEventListener('abort', listener);
    }
    if (signals.some((signal) => signal.aborted)) {
      fail('stopped');
      return;
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        // Given up while it waited for a connection: it must not be sent after all.
        if (settled) started.abort(new Error('given up'));
        else controller = started;
      },
      onResponseStart(_controller, status, responseHeaders, statusText = '') {
        // Interim answers are not the answer.
        if (status < 200) return;
        answer = { status, statusText, headers: responseHeaders as RawAnswer['headers'] };
        if (wanted === 'whole' && method !== 'HEAD' && Number(responseHeaders['content-length']) > mostBytes) fail('too large');
      },
      onResponseData(_controller, chunk) {
        if (settled) return;
        if (wanted === 'beginning') chunks.push(chunk.subarray(0, mostBytes - size));
        size += chunk.length;
        if (size > mostBytes) fail('too large');
        else if (wanted === 'whole') chunks.push(chunk);
      },
      onResponseEnd() {
        const whole = answer;
        if (whole === undefined) fail('lost', new Error('the answer ended before it began'));
        // The connection is free after a turn that begins when this returns: answered now, the caller's next call would open another.
        else settle(() => queueMicrotask(() => setImmediate(() => resolve({ ...whole, body: Buffer.concat(chunks) }))));
      },
      onResponseError(_controller, error) {
        fail('lost', error);
      },
    };
    try {
      pool.dispatch(
        { origin: url.origin, path: `${url.pathname}${url.search}`, method: method as Dispatcher.HttpMethod, headers, body: body ?? null },
        handler,
      );
    } catch (error) {
      fail('lost', error);
    }
  });
}
