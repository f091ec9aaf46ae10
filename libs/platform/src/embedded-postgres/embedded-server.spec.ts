import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedServer } from './embedded-server.js';
import { endProcess, isAlive } from './postmaster.js';

/** A folder that its owner alone may enter, as a clone below /root is. */
const dataDir = mkdtempSync(join(tmpdir(), 'hostwright-embedded-'));
let server: EmbeddedServer;

const start = async () => (server = await EmbeddedServer.start({ dataDir, throwAway: true }));

async function ask(sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  try {
    return Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe('EmbeddedServer', () => {
  beforeAll(async () => {
    chmodSync(dataDir, 0o700);
    await start();
  });
  afterAll(async () => {
    await server.destroy();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('runs although nobody but us may enter the data directory', async () => {
    expect(await ask('SELECT 1 AS one')).toBe(1);
    expect(await EmbeddedServer.find(dataDir)).toBe(server.connectionString);
  });

  it('keeps its password to itself', async () => {
    const { password, folder } = JSON.parse(readFileSync(join(dataDir, 'database.json'), 'utf8')) as { password: string; folder: string };
    expect(statSync(join(dataDir, 'database.json')).mode & 0o077).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'server.log'), 'utf8')).not.toContain(password);
    const wrong = new pg.Client({ connectionString: server.connectionString.replace(encodeURIComponent(password), 'wrong') });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('is found, not started again, when the one who started it is gone', async () => {
    const { pid } = server;
    expect((await start()).pid).toBe(pid);
  });

  it('comes back with its data after it was killed, at the same address', async () => {
    await ask('CREATE TABLE kept (id int)');
    await ask('CHECKPOINT'); // a throw-away server syncs nothing by itself
    const { pid, connectionString } = server;
    await endProcess(pid, 'SIGKILL', 5_000);
    await start();
    expect(server.pid).not.toBe(pid);
    expect(server.connectionString).toBe(connectionString);
    expect(await ask('SELECT count(*)::int FROM kept')).toBe(0);
  });

  it('does not take another process for the server because of its number', async () => {
    const { folder } = JSON.parse(readFileSync(join(dataDir, 'database.json'), 'utf8')) as { folder: string };
    const left = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8');
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    writeFileSync(join(folder, 'data/postmaster.pid'), left.replace(/^\d+/, String(process.pid)));
    expect(await EmbeddedServer.find(dataDir)).toBeUndefined();
    await start();
    expect(await ask('SELECT 1 AS one')).toBe(1);
  });

  it('starts one server for two who ask at the same moment', async () => {
    await server.stop();
    const both = await Promise.all([
      EmbeddedServer.start({ dataDir, throwAway: true }),
      EmbeddedServer.start({ dataDir, throwAway: true }),
    ]);
    expect(both[0].pid).toBe(both[1].pid);
    server = both[0];
  });

  it('does not begin anew when its data are gone', async () => {
    const lost = mkdtempSync(join(tmpdir(), 'hostwright-lost-'));
    writeFileSync(join(lost, 'database.json'), JSON.stringify({ folder: join(lost, 'nothing'), password: 'x', port: 1, complete: true }));
    await expect(EmbeddedServer.start({ dataDir: lost })).rejects.toMatchObject({ code: 'invalid_config' });
    expect(existsSync(join(lost, 'nothing'))).toBe(false);
    rmSync(lost, { recursive: true });
  });
});
