import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ConnectionPools } from '../connection-pools.js';
import { createFetch, type FetchOptions } from '../create-fetch.js';

/** Servers on this machine that a test writes itself, and the fetch that reaches them. */
export class FarSide {
  pools = new ConnectionPools();
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  /** Answers the port. */
  async listen(server: Server): Promise<number> {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  http(listener: RequestListener): Promise<number> {
    return this.listen(createServer(listener));
  }

  tcp(listener: (socket: Socket) => void): Promise<number> {
    return this.listen(createTcpServer(listener));
  }

  /** A port that nothing listens on. */
  async deadPort(): Promise<number> {
    const server = createTcpServer();
    const port = await this.listen(server);
    this.servers.splice(this.servers.indexOf(server), 1);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** The fetch of an extension whose server is at that port. */
  fetch(port: number, options: Partial<FetchOptions> = {}) {
    return createFetch({
      extension: 'example',
      serverId: '1',
      egress: ['{server.host}:{server.port}'],
      server: { host: '127.0.0.1', port },
      trust: { fingerprints: [], authorities: [] },
      pools: this.pools,
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.pools.close();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
