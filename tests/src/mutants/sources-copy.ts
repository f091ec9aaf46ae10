import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A copy of the sources in which a bug may be planted; the packages are those of the original. */
export class SourcesCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'hostwright-mutants-'));

  constructor(root: string) {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    for (const file of files.split('\0').filter(Boolean)) {
      const target = join(this.folder, file);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(root, file), target);
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  plant(patchFile: string): void {
    this.apply(patchFile);
  }

  pull(patchFile: string): void {
    this.apply(patchFile, '--reverse');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Outside a repository of its own, git would take the paths for another's. */
  private apply(patchFile: string, ...options: string[]): void {
    execFileSync('git', ['apply', ...options, patchFile], {
      cwd: this.folder,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(this.folder) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
}
