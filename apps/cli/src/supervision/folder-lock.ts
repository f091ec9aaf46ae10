import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PanelError } from '@hostwright/sdk';
import { identityOf, livingProcess } from './process-identity.js';

/** A data folder that only one process works in at a time. */
export interface FolderLock {
  release(): Promise<void>;
}

const fileName = 'hostwright.pid';
/** Far longer than looking at a file takes. */
const turnMs = 5_000;
const lookEveryMs = 20;

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

/** Removes a dead process' claim. One at a time, so that nobody removes what a living process claimed in between. */
async function removeDead(file: string): Promise<void> {
  const turn = `${file}.turn`;
  try {
    await writeFile(turn, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(turn).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > turnMs) await rm(turn, { force: true }); // its holder was killed
    await sleep(lookEveryMs);
    return;
  }
  try {
    const claim = await readFile(file, 'utf8').catch(() => undefined);
    if (claim !== undefined && !livingProcess(claim)) await rm(file, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}
