import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer, isAlive } from '@hostwright/platform';
import pg from 'pg';

/** A PostgreSQL of one's own, which may be stopped as roughly as one likes. */
export class OwnDatabase {
  private databases = 0;

  private constructor(
    private server: EmbeddedServer,
    private readonly folder: string,
    private readonly durable: boolean,
  ) {}

  /** `durable`: as in production, what is committed survives whatever becomes of the server. */
  static async start({ durable = false }: { readonly durable?: boolean } = {}): Promise<OwnDatabase> {
    const folder = mkdtempSync(join(tmpdir(), 'hostwright-crash-'));
    return new OwnDatabase(await EmbeddedServer.start({ dataDir: folder, throwAway: !durable }), folder, durable);
  }

  /** The address of a new, empty database. */
  async newDatabase(): Promise<string> {
    this.databases += 1;
    // Somebody else may ask for one meanwhile.
    const name = `crash_${this.databases}`;
    const url = new URL(this.server.connectionString);
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    url.pathname = `/${name}`;
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return url.href;
  }

  /** What `pg_ctl -m immediate stop` does, and a start. Throws when it comes back at another address. */
  async stopAtOnce(): Promise<void> {
    const { pid, connectionString } = this.server;
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
    this.server = await EmbeddedServer.start({ dataDir: this.folder, throwAway: !this.durable });
    if (this.server.connectionString !== connectionString) throw new Error('PostgreSQL came back at another address');
  }

  async remove(): Promise<void> {
    await this.server.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
