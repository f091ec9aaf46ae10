import { createHash } from 'node:crypto';
import { propertyString } from '../api/index.js';

/** A run of the set-up inside a container. */
/** How a set-up ends that does not end well. */
export interface SetupFailure {
  readonly exitCode: number;
  readonly phase: string;
  /** Where it gives up by itself. */
  readonly reason?: string;
}

export interface SiteSetup {
  readonly claim: string;
  readonly domain: string;
  state: 'running' | 'done' | 'failed' | 'crashed';
  phase: string;
  /** With `failed`. */
  exitCode: number;
  /** With `failed`, where it gave up by itself. */
  reason?: string;
  /** How often it was begun. */
  starts: number;
  /** Ends the run that is at work. */
  cancel?: () => void;
}

export interface Snapshot {
  readonly name: string;
  readonly description: string;
  /** Unix seconds. */
  readonly time: number;
  /** `prepare` while it is made, `delete` while it is removed. */
  state?: 'prepare' | 'delete';
  /** The snapshot that the container came from when this one was made. */
  parent?: string;
  readonly config: Readonly<Record<string, string>>;
  readonly setups: readonly SiteSetup[];
}

export interface Container {
  readonly vmid: number;
  node: string;
  /** As `GET …/config` shows it, without lock and digest. While it is created there is nothing in it yet. */
  config: Record<string, string>;
  /** Changes that wait for the next start; null removes the key. */
  pending: Record<string, string | null>;
  /** What the creation will write. */
  readonly ordered: Readonly<Record<string, string>>;
  running: boolean;
  lock?: string;
  /** Milliseconds since the epoch. */
  startedAt?: number;
  /** True once a command can run inside. */
  booted: boolean;
  /** Counts up with every start, so that what belongs to an earlier one can tell. */
  starts: number;
  snapshots: Snapshot[];
  /** The snapshot made or gone back to last. */
  parent?: string;
  setups: SiteSetup[];
  pool?: string;
  /** Bytes since the last start, beside what the time itself brings. */
  traffic: { in: number; out: number };
  /** The kernel refuses another limit of memory while it runs: the change waits for the next start. */
  fixedMemory?: boolean;
  failsToStart?: boolean;
  /** Takes no notice of a request to shut down. */
  stubborn?: boolean;
}

export function digestOf(container: Container): string {
  return createHash('sha1')
    .update(JSON.stringify([container.config, container.lock ?? null, container.snapshots.length]))
    .digest('hex');
}

/** The IPv4 addresses of its interfaces, without the prefix; what a creation under way will have counts. */
export function addressesOf(container: Container): readonly string[] {
  const config = { ...container.ordered, ...container.config };
  return Object.entries(config)
    .filter(([key]) => /^net\d+$/.test(key))
    .map(([, value]) => propertyString(value)?.['ip']?.split('/')[0])
    .filter((address): address is string => address !== undefined && address !== 'dhcp' && address !== 'manual');
}

/** The tag that names its holder; that of a creation under way counts. */
export function ownerOf(container: Container): string | undefined {
  const tags = container.config['tags'] ?? container.ordered['tags'] ?? '';
  return tags.split(/[;,\s]+/).find((tag) => tag.startsWith('hw-'));
}

const gib = 1024 ** 3;
const units: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: gib, T: 1024 ** 4 };

/** Bytes of `20G`. */
export function sizeBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text) ?? [];
  return Math.round(Number(number ?? 0) * (units[unit ?? ''] ?? 1));
}

/** As the original writes sizes: the largest unit that leaves a whole number. */
export function sizeText(bytes: number): string {
  for (const unit of ['T', 'G', 'M', 'K']) {
    const size = units[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

export function diskBytes(container: Container): number {
  const rootfs = container.config['rootfs'];
  return rootfs === undefined ? 0 : sizeBytes(propertyString(rootfs, 'volume')?.['size'] ?? '0');
}

/** A set-up that was at work when its container stopped is found as crashed. */
export function crashSetups(setups: readonly SiteSetup[]): void {
  for (const setup of setups) {
    if (setup.state !== 'running') continue;
    setup.cancel?.();
    setup.state = 'crashed';
  }
}
