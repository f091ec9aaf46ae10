import { Agent, request } from 'node:https';
import { PanelError, type Ctx, type Fetch, type HttpResponse, type JsonObject, type SshTarget } from '@hostwright/sdk';
import { runScript } from '@hostwright/sdk-testing';

/** A `ctx` that reaches a running sandbox over https and SSH, and tells what happened in the words of the SDK. */
export function sandboxCtx(server: JsonObject, targets: Readonly<Record<string, SshTarget>>, owner: string): Ctx {
  const agent = new Agent({ keepAlive: true });
  const fetch: Fetch = (url, { method = 'GET', headers = {}, body } = {}) =>
    new Promise<HttpResponse>((resolve, reject) => {
      const sent = request(url, { method, headers: { ...headers }, agent, rejectUnauthorized: false, timeout: 2000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => reject(new PanelError('unknown_outcome', 'the answer was cut')));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          resolve({
            status,
            statusText: response.statusMessage ?? '',
            ok: status === 200,
            headers: { get: (name) => String(response.headers[name] ?? '') || null, forEach: () => undefined },
            text: () => Promise.resolve(text),
            json: () => Promise.resolve(JSON.parse(text) as unknown),
          });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('timeout')));
      sent.on('error', (error: NodeJS.ErrnoException) =>
        reject(new PanelError(error.code === 'ECONNREFUSED' ? 'unavailable' : 'unknown_outcome', 'no answer', { cause: error })),
      );
      sent.end(body);
    });
  const run: Ctx['ssh']['run'] = async (name, script, data) => {
    const target = targets[name];
    if (target === undefined) throw new Error(`no target ${name}`);
    try {
      return await runScript(target, script, data);
    } catch (error) {
      throw new PanelError('unknown_outcome', 'the connection was lost', { cause: error });
    }
  };
  const calls = (kind: string) => new Proxy({}, { get: (_none, operation) => (input: unknown) => ({ kind, operation, input }) });
  const ctx = {
    owner,
    signal: new AbortController().signal,
    fetch,
    ssh: { run },
    dns: calls('dns'),
    proxy: calls('proxy'),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  // Clock and randomness are left out: nothing here asks for them.
  return ctx as unknown as Ctx;
}
