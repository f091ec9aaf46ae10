import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync } from 'node:fs';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import { canReach, type ServerUser } from './server-user.js';

/** Where data goes that the server's user could not reach in its own place. */
export const reachableRoot = '/var/lib/hostwright';

/** What is remembered of an embedded server. Kept in the data directory, readable by its owner only. */
export interface ServerRecord {
  /** Folder of the cluster and of the server's log. */
  readonly folder: string;
  readonly password: string;
  /** The port it had last; it gets the same again while that is free. */
  readonly port: number;
  /** The cluster was made and holds our database. */
  readonly complete: boolean;
}

const recordFile = (dataDir: string) => join(dataDir, 'database.json');

export async function findRecord(dataDir: string): Promise<ServerRecord | undefined> {
  let text: string;
  try {
    text = await readFile(recordFile(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const record = JSON.parse(text) as Partial<ServerRecord>;
    if (
      typeof record.folder === 'string' &&
      typeof record.password === 'string' &&
      Number.isInteger(record.port) &&
      typeof record.complete === 'boolean'
    )
      return record as ServerRecord;
  } catch {
    // told below
  }
  throw new PanelError(
    'invalid_config',
    `${recordFile(dataDir)} is damaged; it holds the password of the embedded database: restore it from a backup`,
  );
}

/** The record of this data directory; made with its folder when there is none. Safe when two processes do it at once. */
export async function ensureRecord(dataDir: string, user: ServerUser | undefined): Promise<ServerRecord> {
  const known = await findRecord(dataDir);
  if (known) return known;
  await mkdir(dataDir, { recursive: true });
  const record: ServerRecord = {
    folder: canReach(user, dataDir) ? join(dataDir, 'postgres') : elsewhere(dataDir),
    password: randomBytes(24).toString('base64url'),
    port: 0,
    complete: false,
  };
  const partial = `${recordFile(dataDir)}.${process.pid}`;
  await writeFile(partial, JSON.stringify(record), { mode: 0o600 });
  try {
    await link(partial, recordFile(dataDir)); // unlike a rename it fails when somebody was faster
    return record;
  } catch (error) {
    const other = await findRecord(dataDir);
    if (other) return other;
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

/** Replaces the record at once and whole. */
export async function writeRecord(dataDir: string, record: ServerRecord): Promise<void> {
  const partial = `${recordFile(dataDir)}.${process.pid}`;
  await writeFile(partial, JSON.stringify(record), { mode: 0o600 });
  await rename(partial, recordFile(dataDir));
}

/** Makes the folder of the cluster; it and everything below belongs to the server's user alone. */
export async function makeFolder(record: ServerRecord, user: ServerUser | undefined): Promise<void> {
  if (existsSync(record.folder)) return;
  if (record.folder.startsWith(`${reachableRoot}/`)) {
    await mkdir(reachableRoot, { recursive: true });
    await chmod(reachableRoot, 0o755); // whatever the umask
  }
  await mkdir(record.folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(record.folder, user.uid, user.gid);
}

/** A folder of its own for every data directory, and another one when that was removed and made anew. */
function elsewhere(dataDir: string): string {
  const place = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return join(reachableRoot, `${place}-${randomBytes(4).toString('hex')}`);
}
