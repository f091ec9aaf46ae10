import { readdirSync, readFileSync } from 'node:fs';
import { PanelError } from '@hostwright/sdk';

/** Proportional set size of a process and of everything it started: memory that is shared counts for each sharer's part. Bytes; Linux only. */
export function memoryOf(pid: number): { readonly bytes: number; readonly processes: number } {
  if (process.platform !== 'linux') throw new PanelError('unsupported', 'memory is measured on Linux only');
  const pids = familyOf(pid);
  return { bytes: pids.reduce((sum, one) => sum + pssOf(one), 0), processes: pids.length };
}

function pssOf(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}

function familyOf(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const family = [root];
  // Grows while it is walked: children of children are found too.
  for (const member of family) family.push(...parents.filter(([, parent]) => parent === member).map(([pid]) => pid));
  return family;
}

/** Undefined when it ended meanwhile. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
