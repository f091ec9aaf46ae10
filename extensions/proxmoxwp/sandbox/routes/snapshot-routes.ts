import type { JsonObject } from '@hostwright/sdk';
import { badParameters, died } from '../api/index.js';
import type { PveCall, PveRoute } from './pve-route.js';
import { type Cluster, crashSetups, digestOf, type Container, type SiteSetup, type Snapshot, timings } from '../cluster/index.js';

const list = '/nodes/{node}/lxc/{vmid}/snapshot';

export function snapshotRoutes(cluster: Cluster): readonly PveRoute[] {
  const target = (call: PveCall): Container => cluster.container(call.text('node'), call.text('vmid'));
  /** For what is checked inside the task, as locks are with snapshots. */
  const task = (
    call: PveCall,
    container: Container,
    type: string,
    takesMs: number,
    work: { begin(): void; finish(): void; giveUp(): void },
  ): string => {
    cluster.tasks.demandRoom(`snapshot of container ${container.vmid}`);
    let refusal: unknown;
    let begun = false;
    try {
      cluster.demandUnlocked(container);
      work.begin();
      begun = true;
    } catch (error) {
      refusal = error;
    }
    return cluster.tasks.start({
      node: container.node,
      type,
      id: String(container.vmid),
      user: call.token.id,
      takesMs: begun ? takesMs : timings.queued,
      finish: () => {
        if (!begun) throw refusal;
        work.finish();
      },
      giveUp: () => {
        if (begun) work.giveUp();
      },
    });
  };
  return [
    { method: 'GET', path: list, handle: (call) => rows(target(call)) },
    {
      method: 'POST',
      path: list,
      handle: (call) => {
        const container = target(call);
        const name = call.text('snapname');
        if (!/^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name)) throw badParameters({ snapname: 'invalid format - invalid configuration ID' });
        if (name === 'current' || name === 'vzdump') throw died(`unable to use snapshot name '${name}' (reserved name)`);
        return task(call, container, 'vzsnapshot', timings.snapshot, makeSnapshot(container, name, call.parameters['description'] ?? ''));
      },
    },
    {
      method: 'GET',
      path: `${list}/{snapname}`,
      handle: (call) => {
        get(target(call), call.text('snapname'));
        return ['rollback', 'config'].map((cmd) => ({ cmd }));
      },
    },
    {
      method: 'GET',
      path: `${list}/{snapname}/config`,
      handle: (call) => {
        const snapshot = get(target(call), call.text('snapname'));
        return { ...snapshot.config, description: snapshot.description, snaptime: snapshot.time };
      },
    },
    {
      method: 'DELETE',
      path: `${list}/{snapname}`,
      handle: (call) => {
        const container = target(call);
        return task(call, container, 'vzdelsnapshot', timings.deleteSnapshot, dropSnapshot(container, call.text('snapname')));
      },
    },
    {
      method: 'POST',
      path: `${list}/{snapname}/rollback`,
      handle: (call) => {
        const container = target(call);
        const name = call.text('snapname');
        return task(call, container, 'vzrollback', timings.rollback, {
          begin: () => {
            const { state } = get(container, name);
            const latest = container.snapshots.at(-1)?.name;
            if (cluster.latestSnapshotOnly && latest !== name) {
              const volume = container.config['rootfs']?.split(',')[0] ?? '';
              throw died(`can't rollback, '${name}' is not most recent snapshot on '${volume}'`);
            }
            if (state !== undefined) throw died(`unable to rollback to incomplete snapshot (snapstate = ${state})`);
            container.lock = 'rollback';
            if (container.running) cluster.stopNow(container);
          },
          finish: () => {
            const snapshot = get(container, name);
            delete container.lock;
            container.config = { ...snapshot.config };
            container.pending = {};
            container.parent = name;
            container.setups = copied(snapshot.setups);
            if (call.parameters['start'] !== '1') return;
            const resource = cluster.ha.manages(container.vmid) ? cluster.ha.find(container.vmid) : undefined;
            if (!resource) return cluster.startNow(container);
            resource.state = 'started';
            cluster.ha.settle(resource.sid);
          },
          giveUp: () => delete container.lock,
        });
      },
    },
  ];
}

interface Work {
  begin(): void;
  finish(): void;
  giveUp(): void;
}

function makeSnapshot(container: Container, name: string, description: string): Work {
  let made: Snapshot | undefined;
  return {
    begin: () => {
      if (container.snapshots.some((each) => each.name === name)) throw died(`snapshot name '${name}' already used`);
      made = {
        name,
        description,
        time: Math.floor(Date.now() / 1000),
        state: 'prepare',
        ...(container.parent === undefined ? {} : { parent: container.parent }),
        config: { ...container.config },
        setups: copied(container.setups),
      };
      container.snapshots.push(made);
      container.lock = 'snapshot';
    },
    finish: () => {
      delete made?.state;
      delete container.lock;
      container.parent = name;
    },
    giveUp: () => {
      container.snapshots = container.snapshots.filter((each) => each !== made);
      delete container.lock;
    },
  };
}

function dropSnapshot(container: Container, name: string): Work {
  return {
    begin: () => {
      get(container, name).state = 'delete';
      container.lock = 'snapshot-delete';
    },
    finish: () => {
      const { parent } = get(container, name);
      container.snapshots = container.snapshots.filter((each) => each.name !== name);
      for (const child of [container, ...container.snapshots]) {
        if (child.parent !== name) continue;
        if (parent === undefined) delete child.parent;
        else child.parent = parent;
      }
      delete container.lock;
    },
    giveUp: () => {
      delete get(container, name).state;
      delete container.lock;
    },
  };
}

function get(container: Container, name: string): Snapshot {
  const snapshot = container.snapshots.find((each) => each.name === name);
  if (!snapshot) throw died(`snapshot '${name}' does not exist`);
  return snapshot;
}

/** What a disk holds at that moment; a set-up at work is found as crashed by whoever rolls back to it. */
function copied(setups: readonly SiteSetup[]): SiteSetup[] {
  const copies = setups.map(({ cancel: _cancel, ...setup }): SiteSetup => ({ ...setup }));
  crashSetups(copies);
  return copies;
}

function rows(container: Container): readonly JsonObject[] {
  const { parent: current } = container;
  return [
    ...container.snapshots.map(({ name, time, description, state, parent }) => ({
      name,
      snaptime: time,
      description,
      parent: parent ?? null,
      ...(state === undefined ? {} : { snapstate: state }),
    })),
    {
      name: 'current',
      description: 'You are here!',
      digest: digestOf(container),
      running: container.running ? 1 : 0,
      ...(current === undefined ? {} : { parent: current }),
    },
  ];
}
