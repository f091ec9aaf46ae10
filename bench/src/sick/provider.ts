import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a provider can fail those who depend on it: it takes connections and never answers; it says 429 to everything, with two seconds to
 * wait; it no longer knows the token.
 */
export const ills = ['silent', 'storm', 'expired'] as const;
export type Ill = (typeof ills)[number];

export const answerMs = 50;
const retryAfterSeconds = 2;

/** A provider over HTTP that answers each call after the same time, or is ill. */
export class Provider {
  ill: Ill | undefined;
  private readonly silenced = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Provider> {
    const server = createServer((request, response) => {
      request.resume();
      void provider.answer(response);
    });
    const provider = new Provider(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(response: ServerResponse): Promise<void> {
    switch (this.ill) {
      case 'silent':
        this.silenced.add(response);
        return;
      case 'storm':
        response.writeHead(429, { 'retry-after': String(retryAfterSeconds) }).end();
        return;
      case 'expired':
        response.writeHead(401).end();
        return;
      default:
        await sleep(answerMs);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    }
  }

  async stop(): Promise<void> {
    for (const response of this.silenced) response.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
