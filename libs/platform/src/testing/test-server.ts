import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../database/index.js';
import { EmbeddedServer } from '../embedded-postgres/index.js';

/** Database with every migration applied, that test databases are copied from. Nobody is connected to it. */
export const templateDatabase = 'hostwright_template';

interface TestServer {
  readonly pid: number;
  readonly folder: string;
  /** Of the maintenance database. */
  readonly connectionString: string;
}

/** The throw-away server that all tests of this run share, started by the first of them. */
export async function ensureTestServer(): Promise<string> {
  const runFolder = process.env['HOSTWRIGHT_TEST_RUN'];
  if (!runFolder) throw new Error("HOSTWRIGHT_TEST_RUN is not set: Jest's globalSetup makes the folder it names");
  const known = join(runFolder, 'server.json');
  const failed = join(runFolder, 'failed');
  if (await isFirst(runFolder)) {
    try {
      await startServer(runFolder, known);
    } catch (error) {
      writeFileSync(failed, String(error));
      throw error;
    }
  }
  while (!existsSync(known)) {
    if (existsSync(failed)) throw new Error(`the PostgreSQL of this test run did not start: ${readFileSync(failed, 'utf8')}`);
    await sleep(50);
  }
  return (JSON.parse(readFileSync(known, 'utf8')) as TestServer).connectionString;
}

async function isFirst(runFolder: string): Promise<boolean> {
  return mkdir(join(runFolder, 'starting')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

async function startServer(runFolder: string, known: string): Promise<void> {
  const server = await EmbeddedServer.start({ dataDir: runFolder, throwAway: true });
  const { connectionString, pid, folder } = server;
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`CREATE DATABASE ${templateDatabase}`);
  await client.end();
  await migrate(withDatabase(connectionString, templateDatabase));
  const found: TestServer = { pid, folder, connectionString };
  await writeFile(`${known}.partial`, JSON.stringify(found), { mode: 0o600 });
  await rename(`${known}.partial`, known);
}

export function withDatabase(connectionString: string, name: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.href;
}
