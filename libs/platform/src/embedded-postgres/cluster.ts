import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, statSync, truncateSync } from 'node:fs';
import { chown, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import type { Binaries } from './binaries.js';
import type { ServerUser } from './server-user.js';

/** The superuser of an embedded server, which the panel connects as: nobody else uses it. */
export const superuser = 'hostwright';
const logLimitBytes = 5_000_000;

/** The environment of a server process: nothing of ours, which may hold secrets. */
const cleanEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Makes the cluster in `folder/data`. It appears there complete or not at all. */
export async function initialise(binaries: Binaries, folder: string, password: string, user: ServerUser | undefined): Promise<void> {
  const cluster = join(folder, 'data');
  if (existsSync(cluster)) return;
  const partial = `${cluster}.partial-${process.pid}`;
  const passwordFile = join(folder, `password-${process.pid}`);
  await rm(partial, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${partial}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      folder,
      user,
    );
    await rename(partial, cluster).catch((error: unknown) => {
      if (!existsSync(cluster)) throw error; // otherwise another process was faster
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(partial, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string, user: ServerUser | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...user, cwd, env: cleanEnv, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new PanelError('unavailable', `PostgreSQL could not be initialised: ${lastLines(stderr)}`));
    });
  });
}

/**
 * Starts the server as a process of its own, which outlives this one: a panel that was killed finds it again.
 * It writes to a log file beside the cluster. Answers its process id at once; whether it took off, its `postmaster.pid` says.
 */
export function launch(
  binaries: Binaries,
  folder: string,
  port: number,
  flags: readonly string[],
  user: ServerUser | undefined,
): LaunchedServer {
  const logFile = join(folder, 'server.log');
  if (existsSync(logFile) && statSync(logFile).size > logLimitBytes) truncateSync(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(binaries.postgres, ['-D', join(folder, 'data'), '-p', String(port), ...flags], {
    ...user,
    cwd: folder,
    env: cleanEnv,
    detached: true, // an interrupt at the terminal is for the panel, which then stops the server last
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const launched: LaunchedServer = { pid: child.pid, failed: undefined };
  child.on('error', (error) => (launched.failed = error.message));
  child.on('exit', (code, signal) => (launched.failed = `it ended with ${signal ?? `code ${code}`}`));
  return launched;
}

export interface LaunchedServer {
  readonly pid: number | undefined;
  /** Why it runs no more. */
  failed: string | undefined;
}

/** The port if it is free, otherwise one that is. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? Promise.reject(new PanelError('unavailable', 'no port is free on 127.0.0.1'));
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const { port: got } = probe.address() as AddressInfo;
      probe.close(() => resolve(got));
    });
  });
}

export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' / ');
}
