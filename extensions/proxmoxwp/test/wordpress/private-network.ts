import type { Refusable } from './options.js';
import { must, run } from './run-command.js';

/** A range for tests between networks (RFC 2544), which no network of anybody's uses. */
const subnet = '198.18.73';
const bridge = 'hw-wordpress';

/** The private network behind the node's bridge. Where the kernel gives none, containers share the network of this machine. */
export class PrivateNetwork {
  private constructor(
    /** Each container has its own. */
    readonly own: boolean,
    /** Of this machine, as containers reach it. */
    readonly hostAddress: string,
  ) {}

  static async open(without: ReadonlySet<Refusable>): Promise<PrivateNetwork> {
    const possible = ['ip link add hw-bridge type bridge', 'ip link add hw-one type veth peer name hw-two'].join(' && ');
    if (without.has('network') || (await run('unshare', ['--net', 'sh', '-c', possible])).code !== 0)
      return new PrivateNetwork(false, '127.0.0.1');
    await run('ip', ['link', 'delete', bridge]); // of a run that was killed
    await must('ip', ['link', 'add', bridge, 'type', 'bridge']);
    await must('ip', ['address', 'add', `${subnet}.1/24`, 'dev', bridge]);
    await must('ip', ['link', 'set', bridge, 'up']);
    return new PrivateNetwork(true, `${subnet}.1`);
  }

  /** How the panel is told of it. */
  readonly settings = {
    bridge: 'vmbr1',
    lan: `${subnet}.100-${subnet}.199`,
    lanPrefix: 24,
    gateway: `${subnet}.1`,
  };

  /** Where a container that was given that address is reached from here. */
  reachedAt(address: string): string {
    return this.own ? address : this.hostAddress;
  }

  /** Gives the container whose first process that is its address. The link goes with the container. */
  async attach(pid: number, vmid: number, address: string): Promise<void> {
    if (!this.own) return;
    const inside = (...args: string[]): Promise<string> => must('nsenter', ['--target', String(pid), '--net', 'ip', ...args]);
    await must('ip', ['link', 'add', `hw-${vmid}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)]);
    await must('ip', ['link', 'set', `hw-${vmid}`, 'master', bridge, 'up']);
    await inside('link', 'set', 'lo', 'up');
    await inside('address', 'add', `${address}/24`, 'dev', 'eth0');
    await inside('link', 'set', 'eth0', 'up');
    await inside('route', 'add', 'default', 'via', `${subnet}.1`);
  }

  async close(): Promise<void> {
    if (this.own) await run('ip', ['link', 'delete', bridge]);
  }
}
