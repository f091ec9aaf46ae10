import { action, fields, leaving } from '@hostwright/sdk';
import { backupPattern, backupsOf, nextBackup } from '../backups.js';
import { plans } from '../config.js';
import { Snapshots } from '../snapshots.js';
import { removeSnapshotStep, snapshotStep } from './container-steps.js';
import { goBack, goBackSteps } from './go-back.js';
import type { Later } from './shapes.js';

const whichBackup = fields({
  backup: {
    type: 'text',
    label: 'Backup',
    help: 'Example: BAK25112026-1',
    pattern: backupPattern,
    patternText: 'the name of a backup: BAK, its day, a hyphen and its number',
    maxLength: 40,
  },
});

/** Answers `{ backups: [{ name, createdAt, complete }], used, quota }`, the newest first. */
export const listBackups = action<Later>({
  label: 'List backups',
  reads: true,
  shownTo: 'customer',
  when: ['active', 'suspended'],
  steps: ['list snapshots'],
  async run({ ctx, server, properties: { vmid, plan }, step }) {
    const backups = await step('list snapshots', { run: async () => backupsOf(await new Snapshots(ctx, server).list(vmid)) });
    return { backups: backups.map((backup) => ({ ...backup })), used: backups.length, quota: plans[plan].backups };
  },
});

/** Answers `{ backup, used, quota }`. Throws: `conflict` when the plan allows no more. */
export const createBackup = action<Later>({
  label: 'Create a backup',
  shownTo: 'customer',
  steps: ['choose name', 'create snapshot'],
  async run({ ctx, server, properties: { vmid, plan, lastBackup }, step }) {
    const snapshots = new Snapshots(ctx, server);
    const { name, used } = await step('choose name', {
      run: async () => {
        const existing = backupsOf(await snapshots.list(vmid));
        return { name: nextBackup(existing, plan, ctx.now(), lastBackup), used: existing.length + 1 };
      },
    });
    await step('create snapshot', snapshotStep(snapshots, { vmid, name }, `Backup of ${ctx.owner}`));
    return leaving({ lastBackup: name }, { backup: name, used, quota: plans[plan].backups });
  },
});

/** Throws: `not_found` when there is no such backup. */
export const deleteBackup = action<Later, typeof whichBackup>({
  label: 'Delete a backup',
  confirm: 'The backup is gone for good.',
  shownTo: 'customer',
  input: whichBackup,
  steps: ['find snapshot', 'delete snapshot'],
  async run({ ctx, server, properties: { vmid }, input: { backup }, step }) {
    const snapshots = new Snapshots(ctx, server);
    await step('find snapshot', { run: () => snapshots.demand(vmid, backup) });
    await step('delete snapshot', removeSnapshotStep(snapshots, { vmid, name: backup }));
    return { backup };
  },
});

/** Throws: `not_found` when there is no such backup. */
export const rollBackup = action<Later, typeof whichBackup>({
  label: 'Go back to a backup',
  confirm: 'Everything that changed on the site since then is lost.',
  shownTo: 'customer',
  input: whichBackup,
  steps: goBackSteps,
  async run(args) {
    await goBack(args, args.input.backup);
    return { backup: args.input.backup, state: 'running' };
  },
});
