import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const archivePath = '/wordpress.tar.gz';

/**
 * What containers fetch from: a proxy for apt to the Debian mirror, which keeps the packages between runs, and the web server of the
 * WordPress archive. Containers need no way out of their network then.
 */
export class Mirror {
  private archive: string | undefined;
  private readonly underWay = new Map<string, Promise<void>>();

  private constructor(
    private readonly server: Server,
    private readonly host: string,
    private readonly packages: string,
    readonly address: string,
  ) {
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      this.answer(asked, answer).catch(() => answer.destroy());
    });
  }

  /** `host`: of the Debian mirror, the only one that is asked. `packages`: the folder they are kept in. */
  static async start(listenOn: string, host: string, packages: string): Promise<Mirror> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, listenOn, resolve);
    });
    return new Mirror(server, host, packages, `http://${listenOn}:${(server.address() as AddressInfo).port}`);
  }

  /** Serves that file from now on, and answers its address. */
  serveArchive(file: string): string {
    this.archive = file;
    return `${this.address}${archivePath}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const target = asked.url ?? '';
    if (target === archivePath && this.archive !== undefined) return sendFile(this.archive, answer);
    if (!URL.canParse(target) || new URL(target).host !== this.host) {
      answer.writeHead(403).end('only the Debian mirror is fetched from here\n');
      return;
    }
    if (!target.endsWith('.deb')) {
      const upstream = await get(target);
      answer.writeHead(upstream.statusCode ?? 502, upstream.headers);
      return pipeline(upstream, answer);
    }
    const file = join(this.packages, `${createHash('sha256').update(target).digest('hex')}.deb`);
    const fetching = this.underWay.get(file) ?? this.keep(target, file).finally(() => this.underWay.delete(file));
    this.underWay.set(file, fetching);
    await fetching;
    if (existsSync(file)) return sendFile(file, answer);
    answer.writeHead(502).end('the Debian mirror does not give it\n');
  }

  /** A package of one name never changes, so it is fetched once. */
  private async keep(target: string, file: string): Promise<void> {
    if (existsSync(file)) return;
    const upstream = await get(target);
    if (upstream.statusCode !== 200) return void upstream.resume();
    await pipeline(upstream, createWriteStream(`${file}.new`));
    renameSync(`${file}.new`, file);
  }
}

function get(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { timeout: 30_000 }, resolve);
    asking.on('timeout', () => asking.destroy(new Error(`${url} does not answer`)));
    asking.on('error', reject);
    asking.end();
  });
}

function sendFile(file: string, answer: ServerResponse): Promise<void> {
  answer.writeHead(200, { 'content-length': statSync(file).size, 'content-type': 'application/octet-stream' });
  return pipeline(createReadStream(file), answer);
}
