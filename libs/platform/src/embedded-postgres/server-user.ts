import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { PanelError } from '@hostwright/sdk';

const run = promisify(execFile);

/** Who the server runs as: PostgreSQL refuses to run as root. Undefined: as ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';

/** The system user for the server, made when we are root and it is not there. */
export async function ensureServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = findUser();
  if (known) return known;
  try {
    await run('groupadd', ['--system', '--force', name]);
    await run('useradd', ['--system', '--gid', name, '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
  } catch (error) {
    // Two processes may do this at once: what counts is that the user is there.
    if (!findUser()) await withBusybox(error);
  }
  const made = findUser();
  if (!made) throw new PanelError('invalid_config', `the system user "${name}" could not be made; make it, or set DATABASE_URL`);
  return made;
}

async function withBusybox(cause: unknown): Promise<void> {
  try {
    await run('addgroup', ['-S', name]);
    await run('adduser', ['-S', '-D', '-H', '-G', name, name]);
  } catch {
    throw new PanelError(
      'invalid_config',
      `PostgreSQL does not run as root, and the system user "${name}" could not be made; make it, or set DATABASE_URL`,
      { cause },
    );
  }
}

function findUser(): ServerUser | undefined {
  const fields = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([login]) => login === name);
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
}

/** True when the user may reach things inside the folder: each folder on the way lets others, its group or its owner through. */
export function canReach(user: ServerUser | undefined, folder: string): boolean {
  if (!user) {
    try {
      accessSync(folder, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
