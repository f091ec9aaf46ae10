import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the demo keeps what it makes. Everything in it may be deleted. */
export interface DemoFolder {
  readonly path: string;
  /** Of every process of the demo. */
  readonly logs: string;
  /** Seals and opens the demo's data. */
  readonly secretKey: string;
}

/** Makes the folder, readable by its owner only, with a secret key of its own, and empties the logs. */
export async function openDemoFolder(path: string): Promise<DemoFolder> {
  const logs = join(path, 'logs');
  await rm(logs, { recursive: true, force: true });
  await mkdir(logs, { recursive: true, mode: 0o700 });
  return { path, logs, secretKey: await ensureSecretKey(join(path, 'secret-key')) };
}

async function ensureSecretKey(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(32).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await chmod(file, 0o600);
  }
  const key = (await readFile(file, 'utf8')).trim();
  if (key !== '') return key;
  await rm(file); // cut off while it was written, so nothing was ever sealed with it
  return ensureSecretKey(file);
}
