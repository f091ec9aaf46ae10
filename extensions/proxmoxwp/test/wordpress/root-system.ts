import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Options } from './options.js';
import { say } from './proof.js';
import { must } from './run-command.js';

/** What Proxmox' template of that release has beside Debian's own choice and the set-up does without. */
const included = ['ca-certificates'];

/**
 * Debian's base system in a folder, as a container template has it: made by debootstrap when it is not there yet.
 * `proxy`: through which packages are fetched.
 */
export async function ensureRootSystem({ suite, mirror }: Options, folder: string, proxy: string): Promise<string> {
  const root = join(folder, 'root');
  if (existsSync(root)) return root;
  const unfinished = `${root}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  say(`making the root file system of Debian ${suite}; about a minute`);
  const address = mirror.href.replace(/\/$/, '');
  // In a mount namespace, as debootstrap mounts in there: when it is killed, its mounts are gone.
  await must('unshare', ['--mount', 'debootstrap', `--include=${included.join(',')}`, suite, unfinished, address], {
    env: { http_proxy: proxy, no_proxy: '' },
    seconds: 1_200,
    output: (stream) => createInterface(stream).on('line', tellStage),
  });
  chmodSync(unfinished, 0o755);
  const sources = [`deb ${address} ${suite} main`, `deb ${address} ${suite}-updates main`];
  // Mirrors of one's own need not have it.
  if (mirror.host === 'deb.debian.org') sources.push(`deb http://deb.debian.org/debian-security ${suite}-security main`);
  writeFileSync(join(unfinished, 'etc/apt/sources.list'), `${sources.join('\n')}\n`);
  renameSync(unfinished, root);
  return root;
}

/** Of the hundreds of lines those that begin a part of the work. */
function tellStage(line: string): void {
  const part = /^I: (Resolving dependencies of required|Extracting packages|Installing core|Unpacking the base|Configuring the base)/.exec(
    line,
  );
  if (part) say(`    ${part[1]} …`);
}
