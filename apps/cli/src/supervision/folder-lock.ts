import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import { identityOf, livingProcess } from './process-identity.js';

/** A data folder that only one process works in at a time. */
export interface FolderLock {
  release(): Promise<void>;
}

const fileName = 'hostwright.pid';

/** Takes the folder, making it when it is not there. Throws `conflict` while another living process has it; a dead one's claim is void. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, fileName);
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      try {
        await link(partial, file); // unlike a rename it fails when somebody was faster
        return { release: () => rm(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = livingProcess(await readFile(file, 'utf8').catch(() => ''));
      if (holder) throw new PanelError('conflict', `hostwright is running on ${folder} already, as process ${holder.pid}`);
      await removeDead(file);
    }
  } finally {
    await rm(partial, { force: true });
  }
}

/** Removes a dead process' claim, but not one that a living process made meanwhile: that is put back. */
async function removeDead(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // somebody else was faster
    throw error;
  }
  try {
    if (livingProcess(await readFile(aside, 'utf8'))) await link(aside, file).catch(() => undefined);
  } finally {
    await rm(aside, { force: true });
  }
}
