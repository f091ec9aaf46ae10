import { existsSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import type { Options } from './options.js';
import { run, searchPath } from './run-command.js';
import { root } from './workshop.js';

/** What is called, and the Debian package that brings it. */
const programs: Readonly<Record<string, string>> = {
  debootstrap: 'debootstrap',
  gpgv: 'gpgv',
  ip: 'iproute2',
  mount: 'mount',
  nsenter: 'util-linux',
  pivot_root: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  'ssh-keygen': 'openssh-client',
  sshd: 'openssh-server',
};
const files: Readonly<Record<string, string>> = { '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring' };

const neededBytes = 3e9;

/** Throws `unsupported` with everything that is missing here, and which Debian package brings it. */
export async function checkPrerequisites({ mirror, suite }: Options): Promise<void> {
  if (process.platform !== 'linux') throw missing('Linux: a container is made of its namespaces');
  if (process.getuid?.() !== 0) throw missing('root: it makes namespaces and mounts, and a node of this kind is entered as root');
  const packages = new Set([
    ...Object.entries(programs).flatMap(([name, bringer]) => (pathOf(name) === undefined ? [bringer] : [])),
    ...Object.entries(files).flatMap(([path, bringer]) => (existsSync(path) ? [] : [bringer])),
  ]);
  if (packages.size > 0)
    throw missing(`${[...packages].join(', ')}: apt-get install -y --no-install-recommends ${[...packages].join(' ')}`);
  if (!existsSync(`/usr/share/debootstrap/scripts/${suite}`)) throw missing(`a debootstrap that knows ${suite}`);
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < neededBytes) throw missing(`${neededBytes / 1e9} GB of disk space for ${root}`);
  const namespaces = await run('unshare', ['--mount', '--pid', '--ipc', '--uts', '--fork', '--mount-proc', 'true']);
  if (namespaces.code !== 0)
    throw missing(`a kernel that gives root mount and process namespaces (in Docker: --privileged): ${namespaces.stderr.trim()}`);
  const release = `${mirror.href.replace(/\/$/, '')}/dists/${suite}/InRelease`;
  const answer = await fetch(release, { method: 'HEAD', signal: AbortSignal.timeout(20_000) }).catch((error: Error) =>
    String(error.cause ?? error),
  );
  if (typeof answer === 'string' || !answer.ok)
    throw missing(`a Debian mirror: ${release} answers ${typeof answer === 'string' ? answer : answer.status}; --mirror names another`);
}

export function pathOf(program: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

function missing(what: string): PanelError {
  return new PanelError('unsupported', `test:wordpress needs ${what}`);
}
