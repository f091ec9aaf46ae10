import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext } from 'node:tls';
import { PanelError, type ErrorCode, type Fetch, type HttpResponse } from '@hostwright/sdk';
import { recordRequest } from './record-request.js';

export interface Deadline {
  /** Ends every exchange that takes longer, so that a provider that stays silent does not hold a test up. Milliseconds. */
  readonly deadlineMs?: number;
}

export interface SandboxFetchOptions extends Deadline {
  /** False for a test that asks for what is wrong on purpose: its requests are not kept to be checked against the contract. Default: true. */
  readonly recorded?: boolean;
}

const defaultTimeoutMs = 30_000;
const mostBytes = 8 * 1024 * 1024;
const thisMachine = ['127.0.0.1', '[::1]', 'localhost'];

// A connection per exchange: a fault that cuts one must not show on the next. Sandboxes sign their own certificates.
const plain = new HttpAgent({ keepAlive: false });
// Of one context: each connection would otherwise make its own.
const encrypted = new HttpsAgent({ keepAlive: false, rejectUnauthorized: false, secureContext: createSecureContext() });

/**
 * What `ctx.fetch` promises, for sandboxes on this machine, over HTTP or HTTPS with any certificate.
 * Throws: `unavailable` when nobody listens; `unknown_outcome` when the exchange broke off, took too long (default 5 s) or the answer is
 * larger than 8 MiB; `invalid_config` for an address on another machine.
 * With `HOSTWRIGHT_RECORD` set, every request is kept in that file, to be checked against the provider's contract.
 */
export function sandboxFetch({ deadlineMs = 5_000, recorded = true }: SandboxFetchOptions = {}): Fetch {
  return (url, { method = 'GET', headers = {}, body, signal, timeoutMs = defaultTimeoutMs } = {}) =>
    new Promise<HttpResponse>((resolve, reject) => {
      const address = URL.canParse(url) ? new URL(url) : undefined;
      if (!address || !thisMachine.includes(address.hostname)) {
        throw new PanelError('invalid_config', 'a test reaches sandboxes on this machine only');
      }
      const isTls = address.protocol === 'https:';
      const options = { method, headers: { ...headers }, agent: isTls ? encrypted : plain };
      const sent = isTls ? httpsRequest(address, options) : httpRequest(address, options);
      const fail = (code: ErrorCode, why: string, cause?: unknown): void => {
        end();
        reject(new PanelError(code, `${method} ${address.pathname}: ${why}`, { cause }));
        sent.destroy();
      };
      const onAbort = (): void => fail('unknown_outcome', 'it was called off');
      const timer = setTimeout(() => fail('unknown_outcome', 'no answer in time'), Math.min(timeoutMs, deadlineMs));
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      if (signal?.aborted) return fail('unavailable', 'it was called off before it was sent');
      signal?.addEventListener('abort', onAbort);
      sent.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNREFUSED' ? fail('unavailable', 'nobody listens', error) : fail('unknown_outcome', 'it broke off', error),
      );
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > mostBytes) fail('unknown_outcome', 'the answer is too large');
        });
        response.on('error', (error) => fail('unknown_outcome', 'the answer was cut short', error));
        response.on('end', () => {
          end();
          resolve(answerOf(response, Buffer.concat(chunks).toString('utf8')));
        });
      });
      if (recorded) recordRequest({ method, url, headers, body });
      sent.end(body);
    });
}

function answerOf(response: IncomingMessage, text: string): HttpResponse {
  const status = response.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  return {
    status,
    statusText: response.statusMessage ?? '',
    ok: status >= 200 && status < 300,
    headers,
    text: () => Promise.resolve(text),
    json: () => new Promise((resolve) => resolve(JSON.parse(text))),
  };
}
