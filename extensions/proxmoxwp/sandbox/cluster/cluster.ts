import type { SandboxClock, SandboxParts } from '@hostwright/sdk-testing';
import { died, PveRefusal } from '../api/index.js';
import { privilegesAt, type Token } from './access.js';
import { addressesOf, crashSetups, type Container, type SetupFailure } from './container.js';
import { FailoverManager } from './failover.js';
import { TaskBoard } from './tasks.js';
import { timings } from './timings.js';

export interface Node {
  readonly name: string;
  online: boolean;
}

export interface Storage {
  readonly name: string;
  readonly type: string;
  readonly content: readonly string[];
  readonly shared: boolean;
  readonly totalBytes: number;
}

export interface Pool {
  readonly poolid: string;
  comment: string;
}

/** `9-migrating` is a cluster in the middle of an upgrade: groups still work, rules do not yet. */
export type ClusterVersion = '8' | '9' | '9-migrating';

const templateSizeBytes = 141_589_504;

/** A cluster of two nodes with a shared storage, and everything that lives in it. */
export class Cluster {
  readonly nodes: readonly Node[] = [
    { name: 'pve1', online: true },
    { name: 'pve2', online: true },
  ];
  readonly storages: readonly Storage[] = [
    { name: 'local', type: 'dir', content: ['vztmpl', 'iso', 'backup'], shared: false, totalBytes: 100 * 1024 ** 3 },
    { name: 'local-lvm', type: 'lvmthin', content: ['rootdir', 'images'], shared: false, totalBytes: 500 * 1024 ** 3 },
    { name: 'drbd', type: 'drbd', content: ['rootdir', 'images'], shared: true, totalBytes: 100 * 1024 ** 4 },
  ];
  readonly bridges: readonly string[] = ['vmbr0', 'vmbr1'];
  readonly templates: ReadonlyMap<string, number> = new Map([
    ['local:vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst', templateSizeBytes],
    ['local:vztmpl/debian-12-standard_12.7-1_amd64.tar.zst', templateSizeBytes - 12_000_000],
  ]);
  readonly containers = new Map<number, Container>();
  readonly pools = new Map<string, Pool>();
  readonly tokens: Token[] = [];
  readonly clock: SandboxClock;
  readonly tasks: TaskBoard;
  readonly ha: FailoverManager;
  readonly violations: string[];
  /** Begins of set-ups by container, counted for ever: `vmid/claim`. */
  readonly setupStarts = new Map<string, number>();
  /** How the next set-ups end, in order. */
  readonly setupFailures: SetupFailure[] = [];
  quorate = true;
  /** An older server puts no `message` in the body. */
  withMessage = true;
  /** As on ZFS: only the latest snapshot can be gone back to. */
  latestSnapshotOnly = false;
  /** As with a kernel that refuses to: no limit of memory changes while its container runs. */
  fixedMemory = false;
  readonly #conflicts = new Set<string>();

  constructor(
    readonly version: ClusterVersion,
    parts: SandboxParts,
  ) {
    this.clock = parts.clock;
    this.violations = parts.violations;
    this.tasks = new TaskBoard(parts.clock, parts.violations);
    this.ha = new FailoverManager(this);
  }

  get major(): 8 | 9 {
    return this.version === '8' ? 8 : 9;
  }

  /** Throws as the original does when a call is to be passed on to a node that is not there. */
  node(name: string): Node {
    const node = this.nodes.find((each) => each.name === name);
    if (!node) throw died(`hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`);
    if (!node.online) throw new PveRefusal(595, 'No route to host');
    return node;
  }

  storage(name: string): Storage {
    const storage = this.storages.find((each) => each.name === name);
    if (!storage) throw died(`storage '${name}' does not exist`);
    return storage;
  }

  /** The container when its configuration is on that node, and the error of the original otherwise. */
  container(nodeName: string, vmid: string | number): Container {
    this.node(nodeName);
    const container = this.containers.get(Number(vmid));
    if (container?.node !== nodeName) throw died(`Configuration file 'nodes/${nodeName}/lxc/${vmid}.conf' does not exist`);
    return container;
  }

  demandQuorum(): void {
    if (!this.quorate) throw died('cluster not ready - no quorum?');
  }

  demandUnlocked(container: Container): void {
    if (container.lock !== undefined) throw died(`CT is locked (${container.lock})`);
  }

  /** Throws what a start inside a worker would die with. */
  startNow(container: Container): void {
    this.demandUnlocked(container);
    if (container.running) throw died(`CT ${container.vmid} already running`);
    if (container.failsToStart) throw died(`startup for container '${container.vmid}' failed`);
    for (const [key, value] of Object.entries(container.pending)) {
      if (value === null) delete container.config[key];
      else container.config[key] = value;
    }
    container.pending = {};
    for (const [key, value] of Object.entries(container.config)) {
      const bridge = /^net\d+$/.test(key) ? /(?:^|,)bridge=([^,]+)/.exec(value)?.[1] : undefined;
      if (bridge !== undefined && !this.bridges.includes(bridge)) throw died(`bridge '${bridge}' does not exist`);
    }
    container.running = true;
    container.booted = false;
    container.startedAt = Date.now();
    container.starts += 1;
    container.traffic = { in: 0, out: 0 };
    const start = container.starts;
    this.clock.later(timings.boot, () => {
      if (container.running && container.starts === start) container.booted = true;
    });
  }

  stopNow(container: Container): void {
    container.running = false;
    container.booted = false;
    delete container.startedAt;
    crashSetups(container.setups);
    // Whoever stopped it: what should run is started again by its manager.
    this.ha.notice(container.vmid);
  }

  /** Two live containers with one address: the panel gave it out twice. Recorded once for each pair. */
  watchAddresses(container: Container): void {
    for (const other of this.containers.values()) {
      if (other.vmid === container.vmid) continue;
      for (const address of addressesOf(container)) {
        if (!addressesOf(other).includes(address)) continue;
        const conflict = `containers ${Math.min(other.vmid, container.vmid)} and ${Math.max(other.vmid, container.vmid)} both have the address ${address}`;
        if (!this.#conflicts.has(conflict)) this.violations.push(conflict);
        this.#conflicts.add(conflict);
      }
    }
  }

  /** Paths whose rights the permission list names. As with the original, one at which the token may do nothing is not among them. */
  permissionsOf(token: Token): Readonly<Record<string, Readonly<Record<string, number>>>> {
    const paths = Object.keys(token.rights).filter((path) => privilegesAt(token, path).length > 0);
    return Object.fromEntries(paths.map((path) => [path, Object.fromEntries(privilegesAt(token, path).map((each) => [each, 1]))]));
  }
}
