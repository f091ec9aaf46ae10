import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import { isAlive } from '@hostwright/platform/start';

/** A data folder that only one process works in at a time. */
export interface FolderLock {
  release(): Promise<void>;
}

const fileName = 'hostwright.pid';

/** Takes the folder, making it when it is not there. Throws `conflict` while another living process has it; a dead one's claim is void. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, fileName);
  const mine = JSON.stringify({ pid: process.pid, born: birthOf(process.pid) });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, mine, { mode: 0o600 });
  try {
    for (;;) {
      try {
        await link(partial, file); // unlike a rename it fails when somebody was faster
        return { release: () => rm(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await holderIn(file);
      if (holder !== undefined) throw new PanelError('conflict', `hostwright is running on ${folder} already, as process ${holder}`);
      await rm(file, { force: true });
    }
  } finally {
    await rm(partial, { force: true });
  }
}

/** The living process that has the folder. */
async function holderIn(file: string): Promise<number | undefined> {
  try {
    const { pid, born } = JSON.parse(await readFile(file, 'utf8')) as { pid?: unknown; born?: unknown };
    return typeof pid === 'number' && isAlive(pid) && birthOf(pid) === born ? pid : undefined;
  } catch {
    return undefined; // gone meanwhile, or cut off by a power failure
  }
}

/** Tells a process from a later one of the same number, where the system says when it began. */
function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}
