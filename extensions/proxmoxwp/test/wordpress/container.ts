import type { ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { enter, firstProcess, launch, removeGroups as removeGroupsScript } from './container-scripts.js';
import type { Refusable } from './options.js';
import type { PrivateNetwork } from './private-network.js';
import { must, run, spawnWithUs, type CommandOptions, type Ended } from './run-command.js';

/** What every container of a node is made with. */
export interface ContainerHost {
  /** Each container has a folder in it, named by its id. */
  readonly folder: string;
  /** The root file system that each begins with. */
  readonly base: string;
  readonly network: PrivateNetwork;
  /** Through which apt fetches. */
  readonly proxy: string;
  readonly without: ReadonlySet<Refusable>;
}

export interface ContainerPlan {
  readonly vmid: number;
  readonly hostname: string;
  readonly address: string;
}

const bootSeconds = 60;
const environment = ['container=lxc', 'HOME=/root', 'LANG=C.UTF-8', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** A Debian in namespaces of its own, with systemd as its first process where the kernel lets it. */
export class Container {
  private constructor(
    private readonly host: ContainerHost,
    readonly plan: ContainerPlan,
    private readonly launched: ChildProcess,
    private readonly pid: number,
    readonly first: 'systemd' | 'waiter',
  ) {}

  /** Made and started; a command can run inside. */
  static async boot(host: ContainerHost, plan: ContainerPlan): Promise<Container> {
    if (!host.without.has('systemd')) {
      const container = await Container.start(host, plan, 'systemd');
      if (await container?.isUp()) return container!;
      await container?.stop();
    }
    const container = await Container.start(host, plan, 'waiter');
    if (container && (await container.isUp())) return container;
    const log = readFileSync(join(host.folder, String(plan.vmid), 'log'), 'utf8').trim();
    await container?.stop();
    throw new Error(`container ${plan.vmid} does not start: ${log || 'it says nothing'}`);
  }

  private static async start(host: ContainerHost, plan: ContainerPlan, first: 'systemd' | 'waiter'): Promise<Container | undefined> {
    const folder = join(host.folder, String(plan.vmid));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    symlinkSync(host.base, join(folder, 'base'));
    const own = {
      'etc/hostname': `${plan.hostname}\n`,
      'etc/hosts': `127.0.0.1 localhost\n${plan.address} ${plan.hostname} ${plan.hostname.split('.')[0]}\n`,
      'etc/resolv.conf': '# what is fetched comes through a proxy\n',
      'etc/apt/apt.conf.d/00mirror': `Acquire::http::Proxy "${host.proxy}";\n`,
    };
    for (const [name, content] of Object.entries(own)) {
      const path = join(folder, 'upper', name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
      writeFileSync(path, content, { mode: 0o644 });
    }
    const launched = spawnWithUs('unshare', [
      ...['--mount', '/bin/sh', '-c', launch, 'launch', folder, groupOf(plan)],
      host.without.has('overlay') ? 'copy' : 'overlay',
      first,
      host.network.own ? 'own' : 'shared',
      firstProcess,
    ]);
    launched.stdin!.end();
    const log = createWriteStream(join(folder, 'log'));
    launched.stdout!.pipe(log, { end: false });
    launched.stderr!.pipe(log, { end: false });
    while (!existsSync(join(folder, 'pid'))) {
      if (launched.exitCode !== null || launched.signalCode !== null) {
        await removeGroups(groupOf(plan));
        return undefined;
      }
      await sleep(20);
    }
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    const container = new Container(host, plan, launched, pid, first);
    await host.network.attach(pid, plan.vmid, plan.address);
    return container;
  }

  /** Removes what the containers of a run have left that was killed. */
  static async removeLeftOvers(runPid: number): Promise<void> {
    await removeGroups(groupsOf(runPid));
  }

  /** Runs a program inside. */
  exec(command: readonly string[], options?: CommandOptions): Promise<Ended> {
    return run('nsenter', this.entered(command), options);
  }

  /** Runs a shell script inside, which must succeed. Answers its standard output. */
  shell(script: string, args: readonly string[] = [], options?: CommandOptions): Promise<string> {
    return must('nsenter', this.entered(['/bin/sh', '-c', script, 'sh', ...args]), options);
  }

  private entered(command: readonly string[]): readonly string[] {
    return ['--target', String(this.pid), ...enter, '--', '/usr/bin/env', '-i', ...environment, ...command];
  }

  /** Ends everything in it at once, as a power cut would, and removes it. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.launched.once('close', resolve));
    const over = this.launched.exitCode !== null || this.launched.signalCode !== null;
    if (!over) {
      // Whose death is that of the namespace.
      this.launched.kill('SIGKILL');
      await ended;
    }
    while (existsSync(`/proc/${this.pid}`)) await sleep(20);
    if (this.first === 'systemd') await removeGroups(groupOf(this.plan));
    rmSync(join(this.host.folder, String(this.plan.vmid)), { recursive: true, force: true });
  }

  /** False when it has ended, or is not up in time. */
  private async isUp(): Promise<boolean> {
    const until = Date.now() + bootSeconds * 1_000;
    const question =
      this.first === 'systemd' ? 'test -e /run/container-is-there && systemctl is-system-running' : 'test -e /run/container-is-there';
    while (Date.now() < until && this.launched.exitCode === null && this.launched.signalCode === null) {
      const { code, stdout } = await this.exec(['/bin/sh', '-c', question]);
      // Degraded: some unit that has no place in a container did not start.
      if (code === 0 || stdout.trim() === 'degraded') return true;
      await sleep(200);
    }
    return false;
  }
}

/** Of the processes in the containers of a run, by the process id of that. */
function groupsOf(runPid: number): string {
  return `hostwright-test-${runPid}-`;
}

function groupOf({ vmid }: ContainerPlan): string {
  return `${groupsOf(process.pid)}${vmid}`;
}

/** `names`: what they begin with. Their processes have ended. */
async function removeGroups(names: string): Promise<void> {
  await run('unshare', ['--mount', '/bin/sh', '-c', removeGroupsScript, 'sh', names]);
}
