import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';
import { ensureBinaries } from './binaries.js';
import { freePort, initialise, lastLines, launch, superuser, type LaunchedServer } from './cluster.js';
import { ensureRecord, findRecord, makeFolder, reachableRoot, writeRecord, type ServerRecord } from './data-folder.js';
import { endProcess, findPostmaster, type Postmaster } from './postmaster.js';
import { serverFlags } from './server-settings.js';
import { ensureServerUser, type ServerUser } from './server-user.js';

const database = 'hostwright';
const lookEveryMs = 25;
const patienceMs = 60_000;
const maxStarts = 8;
const startAgainAfterMs = 500;

export interface EmbeddedServerOptions {
  /** Where the record of the server is kept, and the server too where its user can reach that. */
  readonly dataDir: string;
  /** Without any safety against a power cut; for tests. */
  readonly throwAway?: boolean;
}

/** A real PostgreSQL of our own, on this machine, with nothing to install. It keeps running when this process is killed. */
export class EmbeddedServer {
  private constructor(
    private readonly cluster: string,
    private readonly dataDir: string,
    /** Of the cluster and its log. */
    readonly folder: string,
    readonly pid: number,
    /** Of our database, with the password: a secret. */
    readonly connectionString: string,
  ) {}

  /**
   * The server of a data directory: found running, or started; made first when there is none. Two processes may call this at once.
   * Throws: `unsupported` when there is no PostgreSQL for this machine; `invalid_config` when its folder is gone or its user cannot be
   * made; `unavailable` when it does not start, with the last lines of its log.
   */
  static async start({ dataDir, throwAway = false }: EmbeddedServerOptions): Promise<EmbeddedServer> {
    const user = await ensureServerUser();
    const record = await ensureRecord(dataDir, user);
    const cluster = join(record.folder, 'data');
    if (record.complete && !existsSync(cluster))
      throw new PanelError(
        'invalid_config',
        `the data of the embedded database is gone from ${cluster}; put it back, or remove ${dataDir} to begin anew`,
      );
    for (let attempt = 1; ; attempt += 1) {
      const ready = await takeOff(dataDir, record, throwAway, user);
      if (typeof ready !== 'string') return EmbeddedServer.opened(dataDir, record, ready);
      if (attempt === maxStarts)
        throw new PanelError('unavailable', `the embedded PostgreSQL did not start: ${ready}: ${logTail(record.folder)}`);
      // What a killed server left behind ends by itself within moments, and until then no other may start.
      await sleep(startAgainAfterMs);
    }
  }

  /** The connection string of the server that runs for a data directory. */
  static async find(dataDir: string): Promise<string | undefined> {
    const record = await findRecord(dataDir);
    if (!record) return undefined;
    const running = await findPostmaster(join(record.folder, 'data'));
    return running?.ready ? addressOf(record, running.port) : undefined;
  }

  /** Ends every connection and stops the server; what was committed is safe. */
  async stop(): Promise<void> {
    await endProcess(this.pid, 'SIGINT', patienceMs);
    await findPostmaster(this.cluster); // removes what a killed one left
  }

  /** Stops the server and deletes everything it held. */
  async destroy(): Promise<void> {
    await endProcess(this.pid, 'SIGQUIT', patienceMs);
    await rm(this.folder, { recursive: true, force: true });
    await rm(join(this.dataDir, 'database.json'), { force: true });
  }

  private static async opened(dataDir: string, record: ServerRecord, { pid, port }: Postmaster): Promise<EmbeddedServer> {
    if (!record.complete) await ensureDatabase(addressOf(record, port, 'postgres'));
    if (!record.complete || record.port !== port) await writeRecord(dataDir, { ...record, port, complete: true });
    return new EmbeddedServer(join(record.folder, 'data'), dataDir, record.folder, pid, addressOf(record, port));
  }
}

/** The server that runs on the cluster, launched unless it does already; or why there is none. */
async function takeOff(
  dataDir: string,
  record: ServerRecord,
  throwAway: boolean,
  user: ServerUser | undefined,
): Promise<Postmaster | string> {
  const cluster = join(record.folder, 'data');
  let launched: LaunchedServer | undefined;
  if (!(await findPostmaster(cluster))) {
    const binaries = await ensureBinaries(user, user ? reachableRoot : dataDir);
    if (!record.complete) {
      await makeFolder(record, user);
      await initialise(binaries, record.folder, record.password, user);
    }
    launched = launch(binaries, record.folder, await freePort(record.port), serverFlags(throwAway), user);
  }
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
    const found = await findPostmaster(cluster);
    if (found?.ready) return found;
    // One that lost the race for the cluster has ended too; then the winner's is there.
    if (!found && (!launched || launched.failed !== undefined)) return launched?.failed ?? 'it ended';
    await sleep(lookEveryMs);
  }
  return `it was not ready after ${patienceMs / 1_000} s`;
}

function logTail(folder: string): string {
  try {
    return lastLines(readFileSync(join(folder, 'server.log'), 'utf8'));
  } catch {
    return 'it left no log';
  }
}

function addressOf(record: ServerRecord, port: number, name = database): string {
  return `postgres://${superuser}:${encodeURIComponent(record.password)}@127.0.0.1:${port}/${name}`;
}

async function ensureDatabase(maintenance: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenance, application_name: 'hostwright set-up' });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${database}`);
  } catch (error) {
    const { code } = error as { code?: string };
    // duplicate_database, or unique_violation when two do it at the same moment
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}
