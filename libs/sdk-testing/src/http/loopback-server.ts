import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsIdentity } from './certificate.js';

export interface LoopbackServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1 only. `port` 0 takes a free one. Rejects when the port is taken. */
export async function listenOnLoopback(listener: RequestListener, port: number, tls?: TlsIdentity): Promise<LoopbackServer> {
  const server: Server = tls ? createTlsServer({ cert: tls.certificate, key: tls.privateKey }, listener) : createServer(listener);
  // A caller that went away in the middle of a TLS handshake or a request is its own business.
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
