import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100;
/** Above this share of a core used by others, a run is marked. Kernel work on our behalf counts as theirs: 5–20 is normal. */
export const disturbedAbove = 45;
const quietBelow = 40;

/** Percent of one core: this process, each named process with its children, the whole machine, and what is left for others. */
export type CpuShares = Readonly<Record<string, number>>;

/** Processor seconds so far of a process, its living descendants and the children it has waited for. */
function secondsOf(root: number): number {
  const parents = new Map<number, number>();
  const used = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    let stat: string;
    try {
      stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    } catch {
      continue; // it ended meanwhile
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(pid, Number(fields[1]));
    const own = Number(fields[11]) + Number(fields[12]);
    used.set(pid, (own + (pid === root ? Number(fields[13]) + Number(fields[14]) : 0)) / ticksPerSecond);
  }
  let sum = 0;
  for (const [pid, seconds] of used) {
    let at: number | undefined = pid;
    while (at !== undefined && at !== root && at !== 0) at = parents.get(at);
    if (at === root) sum += seconds;
  }
  return sum;
}

function idleSeconds(): number {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/\s+/).slice(1).map(Number);
  return (fields[3]! + fields[4]!) / ticksPerSecond;
}

/** Begins to measure; the function it answers ends it. `processes`: servers and children, by name. */
export function meterCpu(processes: Readonly<Record<string, number>> = {}): () => CpuShares {
  const names = Object.keys(processes);
  const begun = performance.now();
  const own = process.cpuUsage();
  const before = names.map((name) => secondsOf(processes[name]!));
  const idle = idleSeconds();
  return () => {
    const seconds = (performance.now() - begun) / 1000;
    const used = process.cpuUsage(own);
    const shares: Record<string, number> = { node: Math.round((used.user + used.system) / 10_000 / seconds) };
    names.forEach((name, at) => (shares[name] = Math.round(((secondsOf(processes[name]!) - before[at]!) / seconds) * 100)));
    const ours = Object.values(shares).reduce((sum, one) => sum + one, 0);
    const machine = Math.round(cpus().length * 100 - ((idleSeconds() - idle) / seconds) * 100);
    return { ...shares, machine, others: Math.max(0, machine - ours) };
  };
}

/** Waits, but not for long, until the rest of the machine is quiet, so that neighbours do not end up in the figures. */
export async function quietMachine(maxMs = 1_500): Promise<void> {
  const end = performance.now() + maxMs;
  while (performance.now() < end) {
    const stop = meterCpu();
    await sleep(400);
    if (stop()['machine']! < quietBelow) return;
  }
}

/** Resident memory of a process. */
export function residentKib(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!found) throw new Error(`the memory of process ${pid} cannot be read`);
  return Number(found[1]);
}
