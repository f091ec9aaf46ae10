import { type Cluster, type Container, type SetupFailure, type SiteSetup, timings } from '../cluster/index.js';

/** The phases that the set-up goes through, as it names them. */
const phases = [
  'prepare',
  'locale',
  'packages',
  'database',
  'WordPress files',
  'permissions',
  'WordPress settings',
  'web server',
  'firewall',
  'services',
  'check',
];

/** How a set-up ends that finds another archive than it was told. */
const wrongArchive: SetupFailure = {
  exitCode: 1,
  phase: 'WordPress files',
  reason: 'the WordPress archive does not have the checksum that was set for it',
};

export interface SetupOrder {
  readonly claim: string;
  readonly domain: string;
  /** Whether the archive is the one that the checksum says. */
  readonly archiveFits: boolean;
}

/**
 * Begins the set-up inside a container, or finds the first: `started`, `running`, or `done`. One that failed or crashed is begun
 * anew. It goes with its container: when that stops, it has crashed.
 */
export function beginSetup(cluster: Cluster, container: Container, order: SetupOrder): 'started' | 'running' | 'done' {
  const known = container.setups.find(({ claim }) => claim === order.claim);
  if (known?.state === 'running' || known?.state === 'done') return known.state;
  if (known === undefined && container.setups.length > 0) {
    cluster.violations.push(`container ${container.vmid} is set up under a second claim, ${order.claim}`);
  }
  const setup: SiteSetup = {
    claim: order.claim,
    domain: order.domain,
    state: 'running',
    phase: 'prepare',
    exitCode: 0,
    starts: (known?.starts ?? 0) + 1,
  };
  container.setups = [...container.setups.filter((each) => each !== known), setup];
  const key = `${container.vmid}/${order.claim}`;
  cluster.setupStarts.set(key, (cluster.setupStarts.get(key) ?? 0) + 1);
  const failure = cluster.setupFailures.shift() ?? (order.archiveFits ? undefined : wrongArchive);
  enter(cluster, setup, 0, failure);
  return 'started';
}

function enter(cluster: Cluster, setup: SiteSetup, index: number, failure: SetupFailure | undefined): void {
  const phase = phases[index];
  if (phase === undefined) {
    setup.phase = 'finished';
    setup.state = 'done';
    delete setup.cancel;
    return;
  }
  setup.phase = phase;
  setup.cancel = cluster.clock.later(timings.setup / phases.length, () => {
    if (failure?.phase !== phase) return enter(cluster, setup, index + 1, failure);
    setup.state = 'failed';
    setup.exitCode = failure.exitCode;
    if (failure.reason !== undefined) setup.reason = failure.reason;
    delete setup.cancel;
  });
}
