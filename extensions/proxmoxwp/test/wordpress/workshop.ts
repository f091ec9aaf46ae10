import { chownSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PanelError } from '@hostwright/sdk';

export const root = join(import.meta.dirname, '../../../../..');

/** Where everything of the test lies: what is kept between runs, and a folder for this run that is gone at its end. */
export class Workshop {
  private constructor(
    /** Kept. Packages that were fetched, and a folder for each Debian release. */
    readonly kept: string,
    readonly run: string,
  ) {}

  /**
   * `fresh`: nothing of earlier runs is kept. `removeLeftOvers`: ends what a run that was killed has left.
   * Throws `conflict` while another run is at work.
   */
  static async open(fresh: boolean, removeLeftOvers: (folder: string, pid: number) => Promise<void>): Promise<Workshop> {
    const kept = join(root, '.hostwright/wordpress-test');
    mkdirSync(kept, { recursive: true });
    // Its owner keeps other things in there, and need not be root.
    const { uid, gid } = statSync(root);
    chownSync(dirname(kept), uid, gid);
    for (const name of readdirSync(kept)) {
      const pid = /^run-(\d+)$/.exec(name)?.[1];
      if (pid !== undefined && isAlive(Number(pid))) throw new PanelError('conflict', `another run is at work, process ${pid}`);
      if (pid !== undefined) await removeLeftOvers(join(kept, name), Number(pid));
      if (pid !== undefined || fresh) rmSync(join(kept, name), { recursive: true, force: true });
    }
    const run = join(kept, `run-${process.pid}`);
    mkdirSync(run, { mode: 0o755 });
    return new Workshop(kept, run);
  }

  /** A folder that is kept. */
  keptFolder(name: string): string {
    const folder = join(this.kept, name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    return folder;
  }

  remove(): void {
    rmSync(this.run, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
