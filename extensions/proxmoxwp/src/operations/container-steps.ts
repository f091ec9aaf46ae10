import type { CallStep, TaskStep } from '@hostwright/sdk';
import type { Containers } from '../containers.js';
import type { Power } from '../power.js';
import type { Resources } from '../resources.js';
import type { Snapshots } from '../snapshots.js';

type PowerStep = TaskStep<number, string | null, undefined>;

/** Before a button does anything: that a site which is gone was stopped is not what its customer is told, nor what staff would not hear of. */
export function presenceStep(containers: Containers, vmid: number): CallStep<undefined, undefined> {
  return {
    run: async () => {
      await containers.get(vmid);
      return undefined;
    },
  };
}

/** Seen to its end by what the container is, not by what was answered, so it may be repeated and taken up at any point. */
export function startStep(power: Power, vmid: number): PowerStep {
  return {
    strength: 'unique',
    switches: true,
    permit: 'task',
    claim: vmid,
    find: (id) => power.findStarted(id),
    run: (id) => power.start(id),
    until: (task) => power.startState(vmid, task),
    undo: (_started, id, task) => power.stopAgain(id, task),
  };
}

/** As `startStep`. What was stopped for something that then fails is started again. */
export function stopStep(power: Power, vmid: number): PowerStep {
  return {
    strength: 'unique',
    switches: true,
    permit: 'task',
    claim: vmid,
    find: (id) => power.findStopped(id),
    run: (id) => power.stop(id),
    until: (task) => power.stopState(vmid, task),
    undo: (_stopped, id, task) => power.startAgain(id, task),
  };
}

export function growStep(resources: Resources, vmid: number, diskGib: number): TaskStep<number, string | null, undefined> {
  return {
    strength: 'unique',
    permit: 'task',
    claim: vmid,
    find: (id) => resources.findGrown(id, diskGib),
    run: (id) => resources.grow(id, diskGib),
    until: (task) => resources.growState(vmid, diskGib, task),
    // A disk cannot be made smaller.
    undo: () => Promise.resolve(),
  };
}

type SnapshotClaim = { readonly vmid: number; readonly name: string };

export function snapshotStep(
  snapshots: Snapshots,
  claim: SnapshotClaim,
  description: string,
): TaskStep<SnapshotClaim, string | null, undefined> {
  return {
    strength: 'unique',
    permit: 'task',
    claim,
    find: ({ vmid, name }) => snapshots.findMade(vmid, name),
    run: ({ vmid, name }) => snapshots.make(vmid, name, description),
    until: (task) => snapshots.makeState(claim.vmid, claim.name, task),
    undo: (_made, { vmid, name }, task) => snapshots.removeAgain(vmid, name, task),
  };
}

/** It cannot be undone. */
export function removeSnapshotStep(snapshots: Snapshots, claim: SnapshotClaim): TaskStep<SnapshotClaim, string, undefined> {
  return {
    strength: 'unique',
    permit: 'task',
    claim,
    find: ({ vmid, name }) => snapshots.findRemoved(vmid, name),
    run: ({ vmid, name }) => snapshots.remove(vmid, name),
    until: (task) => snapshots.removeState(claim.vmid, claim.name, task),
  };
}

/** Between a stop and a start, so that going back twice is the same as once. */
export function rollbackStep(snapshots: Snapshots, claim: SnapshotClaim): TaskStep<SnapshotClaim, string, undefined> {
  return {
    strength: 'unique',
    permit: 'task',
    claim,
    find: ({ vmid }) => snapshots.findRollback(vmid),
    run: ({ vmid, name }) => snapshots.rollBack(vmid, name),
    until: (task) => snapshots.rollbackState(claim.vmid, claim.name, task),
    // What was before is gone. The site goes on from the snapshot.
    undo: () => Promise.resolve(),
  };
}
