import { readFileSync } from 'node:fs';
import { isAlive } from '@hostwright/platform/start';

/** A process, told apart from a later one of the same number where the system says when it began. Plain JSON. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly born: string;
}

export function identityOf(pid: number): ProcessIdentity {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { pid, born: `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}` };
  } catch {
    return { pid, born: '' };
  }
}

/** The process that a text names, if it is one of ours and still lives. Anything else, a text that was cut off included, is nobody. */
export function livingProcess(text: string): ProcessIdentity | undefined {
  let identity: Partial<ProcessIdentity> | null;
  try {
    identity = JSON.parse(text) as Partial<ProcessIdentity> | null;
  } catch {
    return undefined;
  }
  const pid = identity?.pid;
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  const now = identityOf(pid);
  return now.born === identity?.born ? now : undefined;
}
