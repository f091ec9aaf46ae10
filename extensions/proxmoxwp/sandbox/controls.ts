import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxRoute } from '@hostwright/sdk-testing';
import type { Cluster, Container, SetupFailure, TaskOutcome } from './cluster/index.js';

/** Counts since the start. */
export interface ProxmoxStats {
  readonly tasksUnderWay: number;
  readonly maxTasksAtOnce: number;
  readonly tasksStarted: number;
  /** How often each set-up was begun, by `vmid/claim`. More than once without a failure is a double run. */
  readonly setupStarts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** What a test may do to the cluster beside the faults. Each is a control call too: see `controlCalls`. */
export interface ProxmoxControls {
  stats(): ProxmoxStats;
  /** Prescribes how the next task that fits ends. */
  endTask(outcome: TaskOutcome): void;
  /** The next set-up fails in that phase. 75: something outside could not be reached. */
  failSetup(failure: SetupFailure): void;
  /** Locks a container as a backup would; undefined unlocks it. */
  lock(vmid: number, lock: string | undefined): void;
  /** Moves a container behind the panel's back, as failover does. */
  move(vmid: number, node: string): void;
  /** Stops a container behind the panel's back. What ran inside has crashed. */
  kill(vmid: number): void;
  /** Puts a stranger's container there, in the place of what has the id. `owner`: the mark it bears. */
  addStranger(vmid: number, address: string, more?: { readonly owner?: string; readonly snapshots?: readonly string[] }): void;
  setQuorum(quorate: boolean): void;
  /** True: no task comes to its end until it is false again. */
  setTasksHeld(held: boolean): void;
  setNode(name: string, online: boolean): void;
  /** False: as an older server, which names reasons in the status line only. */
  setMessages(withMessage: boolean): void;
  /** How that container behaves: `fixedMemory`, its limits cannot be changed while it runs; `stubborn`, it does not shut down when asked. */
  setBehaviour(vmid: number, behaviour: { readonly fixedMemory?: boolean; readonly stubborn?: boolean }): void;
  /** The next start of that container fails, and so do those after it, until it is mended. */
  failStart(vmid: number, fails?: boolean): void;
  /** How often that container has been started since it was made. */
  starts(vmid: number): number;
  /** Starts a container behind the panel's back. */
  boot(vmid: number): void;
  /** Removes a snapshot behind the panel's back. */
  dropSnapshot(vmid: number, name: string): void;
  /** Takes a container out of failover, as an admin does by hand; its rule or group stays. */
  dropResource(vmid: number): void;
  /** What went in and out since its last start, in bytes. */
  setTraffic(vmid: number, bytes: { readonly in: number; readonly out: number }): void;
  /** True: as on ZFS, only the latest snapshot can be gone back to. */
  setLatestSnapshotOnly(only: boolean): void;
  /** True: no container's memory can be changed while it runs. */
  setFixedMemory(fixed: boolean): void;
}

export function controlsOf(cluster: Cluster): ProxmoxControls {
  const container = (vmid: number): Container => {
    const found = cluster.containers.get(vmid);
    if (!found) throw new TypeError(`vmid: there is no container ${vmid}`);
    return found;
  };
  return {
    stats: () => ({
      tasksUnderWay: cluster.tasks.underWay,
      maxTasksAtOnce: cluster.tasks.maxAtOnce,
      tasksStarted: cluster.tasks.started,
      setupStarts: Object.fromEntries(cluster.setupStarts),
      violations: [...cluster.violations],
    }),
    endTask: (outcome) => cluster.tasks.prescribe(outcome),
    failSetup: (failure) => void cluster.setupFailures.push(failure),
    lock: (vmid, lock) => {
      if (lock === undefined) delete container(vmid).lock;
      else container(vmid).lock = lock;
    },
    move: (vmid, node) => {
      if (!cluster.nodes.some(({ name }) => name === node)) throw new TypeError(`node: there is no node ${node}`);
      container(vmid).node = node;
    },
    kill: (vmid) => cluster.stopNow(container(vmid)),
    addStranger: (vmid, address, { owner, snapshots = [] } = {}) => {
      const config = {
        ...(owner === undefined ? {} : { tags: owner }),
        hostname: `stranger-${vmid}`,
        memory: '512',
        net0: `name=eth0,bridge=vmbr1,ip=${address}/24`,
        rootfs: `drbd:vm-${vmid}-disk-0,size=8G`,
      };
      const stranger: Container = {
        vmid,
        node: 'pve1',
        config,
        pending: {},
        ordered: config,
        running: true,
        booted: true,
        startedAt: Date.now(),
        starts: 1,
        snapshots: snapshots.map((name) => ({ name, description: '', time: 0, config: { ...config }, setups: [] })),
        setups: [],
        traffic: { in: 0, out: 0 },
      };
      cluster.containers.set(vmid, stranger);
      cluster.watchAddresses(stranger);
    },
    setTasksHeld: (held) => cluster.tasks.hold(held),
    setQuorum: (quorate) => void (cluster.quorate = quorate),
    setNode: (name, online) => {
      const node = cluster.nodes.find((each) => each.name === name);
      if (!node) throw new TypeError(`node: there is no node ${name}`);
      node.online = online;
    },
    setMessages: (withMessage) => void (cluster.withMessage = withMessage),
    setBehaviour: (vmid, behaviour) => void Object.assign(container(vmid), behaviour),
    failStart: (vmid, fails = true) => void (container(vmid).failsToStart = fails),
    starts: (vmid) => container(vmid).starts,
    boot: (vmid) => cluster.startNow(container(vmid)),
    dropSnapshot: (vmid, name) => {
      const { snapshots } = container(vmid);
      container(vmid).snapshots = snapshots.filter((each) => each.name !== name);
    },
    dropResource: (vmid) => cluster.ha.remove(`ct:${vmid}`, false),
    setTraffic: (vmid, bytes) => void (container(vmid).traffic = { ...bytes }),
    setLatestSnapshotOnly: (only) => void (cluster.latestSnapshotOnly = only),
    setFixedMemory: (fixed) => void (cluster.fixedMemory = fixed),
  };
}

/**
 * The same for other processes, as JSON: `GET /stats`; `POST /tasks` (an outcome), `/setups` (a failure), `/lock` `{vmid, lock?}`,
 * `/move` `{vmid, node}`, `/kill` `{vmid}`, `/strangers` `{vmid, address, owner?, snapshots?}`, `/behaviour` `{vmid, fixedMemory, stubborn}`, `/traffic`
 * `{vmid, in, out}`, `/start-failures` `{vmid, fails}`, `/dropped-resources` `{vmid}`, `/cluster` `{quorate?, messages?, latestSnapshotOnly?,
 * fixedMemory?, tasksHeld?, node?, online?}`.
 * 400 `{error}` names the field at fault.
 */
export function controlCalls(controls: ProxmoxControls): readonly SandboxRoute[] {
  const post = (path: string, act: (read: Reader) => void): SandboxRoute => ({
    method: 'POST',
    path,
    handle: ({ body }): SandboxAnswer => {
      try {
        act(new Reader(body));
        return json(200, {});
      } catch (error) {
        if (error instanceof TypeError) return json(400, { error: error.message });
        throw error;
      }
    },
  });
  return [
    { method: 'GET', path: '/stats', handle: () => json(200, controls.stats() as unknown as JsonObject) },
    post('/tasks', (read) => {
      const type = read.optionalText('type');
      const vmid = read.has('vmid') ? { vmid: read.number('vmid') } : {};
      controls.endTask({
        ...(type === undefined ? {} : { type }),
        ...vmid,
        exitstatus: read.text('exitstatus'),
        applied: read.flag('applied'),
      });
    }),
    post('/setups', (read) => {
      const reason = read.has('reason') ? { reason: read.text('reason') } : {};
      controls.failSetup({ exitCode: read.number('exitCode'), phase: read.text('phase'), ...reason });
    }),
    post('/lock', (read) => controls.lock(read.number('vmid'), read.optionalText('lock'))),
    post('/move', (read) => controls.move(read.number('vmid'), read.text('node'))),
    post('/kill', (read) => controls.kill(read.number('vmid'))),
    post('/strangers', (read) => {
      const owner = read.optionalText('owner');
      const more = { ...(owner === undefined ? {} : { owner }), snapshots: read.texts('snapshots') };
      controls.addStranger(read.number('vmid'), read.text('address'), more);
    }),
    post('/behaviour', (read) =>
      controls.setBehaviour(read.number('vmid'), { fixedMemory: read.flag('fixedMemory'), stubborn: read.flag('stubborn') }),
    ),
    post('/start-failures', (read) => controls.failStart(read.number('vmid'), read.flag('fails'))),
    post('/dropped-resources', (read) => controls.dropResource(read.number('vmid'))),
    post('/traffic', (read) => controls.setTraffic(read.number('vmid'), { in: read.number('in'), out: read.number('out') })),
    post('/cluster', (read) => {
      if (read.has('node')) controls.setNode(read.text('node'), read.flag('online'));
      if (read.has('quorate')) controls.setQuorum(read.flag('quorate'));
      if (read.has('messages')) controls.setMessages(read.flag('messages'));
      if (read.has('latestSnapshotOnly')) controls.setLatestSnapshotOnly(read.flag('latestSnapshotOnly'));
      if (read.has('tasksHeld')) controls.setTasksHeld(read.flag('tasksHeld'));
      if (read.has('fixedMemory')) controls.setFixedMemory(read.flag('fixedMemory'));
    }),
  ];
}

/** Reads a control call's body; what does not fit is a `TypeError` that names the field. */
class Reader {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new TypeError('the body is a JSON object');
    this.#values = body as Record<string, unknown>;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new TypeError(`${name}: a text is due`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`${name}: a text is due`);
    return value;
  }

  /** None when it is left out. */
  texts(name: string): readonly string[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw new TypeError(`${name}: a list of texts is due`);
    return value;
  }

  number(name: string): number {
    const value = this.#values[name];
    if (!Number.isInteger(value)) throw new TypeError(`${name}: a whole number is due`);
    return value as number;
  }

  flag(name: string): boolean {
    const value = this.#values[name];
    if (typeof value !== 'boolean') throw new TypeError(`${name}: true or false is due`);
    return value;
  }
}
