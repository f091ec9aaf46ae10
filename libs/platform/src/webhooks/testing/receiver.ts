import { createServer, type IncomingHttpHeaders, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as a receiver got it. */
export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a request. `unended`: it never ends the answer that it begins. */
export type Reply =
  { readonly status: number; readonly headers?: object; readonly body?: string; readonly unended?: true } | 'hang' | 'reset';

/** Answers one request; `at` counts from 1. */
export type Answering = (received: Received, at: number) => Reply;

/** A receiver on loopback that answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  /** Connections that were ever made to it. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: HttpServer | HttpsServer,
    readonly port: number,
    private readonly origin: string,
  ) {}

  static async start(
    answering: Answering = () => ({ status: 204 }),
    tls?: { readonly key: string; readonly cert: string },
  ): Promise<Receiver> {
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const received = { id: String(request.headers['webhook-id']), headers: request.headers, body: Buffer.concat(chunks).toString() };
        const at = receiver.received.push(received);
        const answer = answering(received, at);
        if (answer === 'reset') request.socket.resetAndDestroy();
        else if (answer === 'hang') return;
        else if (answer.unended) response.writeHead(answer.status, { ...answer.headers }).write(answer.body);
        else response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
      });
    };
    const server = tls ? createTlsServer(tls, listener) : createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, (server.address() as AddressInfo).port, tls ? 'https://localhost' : 'http://127.0.0.1');
    server.on('connection', (socket: Socket) => {
      receiver.connections += 1;
      receiver.sockets.add(socket.on('error', () => undefined).on('close', () => receiver.sockets.delete(socket)));
    });
    return receiver;
  }

  get url(): string {
    return `${this.origin}:${this.port}/hook`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
