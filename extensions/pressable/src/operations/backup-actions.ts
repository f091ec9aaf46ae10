import {
  absent,
  action,
  done,
  failed,
  fields,
  PanelError,
  pending,
  type Failed,
  type Found,
  type Pending,
  type Polled,
} from '@hostwright/sdk';
import type { BackupType, OnDemandBackup, Restore } from '../answers.js';
import { askFor, stillInDoubt, type Doubt } from '../doubt.js';
import { Sites } from '../sites.js';
import type { Later } from './shapes.js';

const minutes = 60_000;
const lookMs = 15_000;
/** In Pressable's words. */
const typeOf = { files: 'fs', database: 'db' } as const;
const wordOf = { fs: 'files', db: 'database' } as const;

const whichKind = fields({ what: { type: 'choice', label: 'What', choices: ['files', 'database'] } });
const whichBackup = fields({
  backup: { type: 'text', label: 'Backup', help: 'Its number', pattern: '^[1-9]\\d{0,14}$', patternText: 'a number' },
});
const whichMoment = fields({
  filesBackup: { type: 'integer', label: 'Backup of the files', help: 'Its number. Empty: the files stay.', optional: true, min: 1 },
  databaseBackup: { type: 'integer', label: 'Backup of the database', help: 'Its number. Empty: it stays.', optional: true, min: 1 },
});

/** Answers `{ backups: [{ takenAt, filesBackup, databaseBackup }], onDemand: [{ backup, what, status, sizeBytes }], quota }`. */
export const listBackups = action<Later>({
  label: 'List backups',
  reads: true,
  shownTo: 'customer',
  when: ['active', 'suspended'],
  steps: ['list backups', 'list on-demand backups'],
  async run({ ctx, server, product, properties: { siteId }, step }) {
    const sites = new Sites(ctx, server);
    const backups = await step('list backups', {
      run: async () => {
        await sites.demand(siteId);
        return (await sites.client.backups(siteId)).map(({ takenAt, filesystemId = null, databaseId = null }) => {
          return { takenAt, filesBackup: filesystemId, databaseBackup: databaseId };
        });
      },
    });
    const onDemand = await step('list on-demand backups', {
      run: async () => {
        const found = await sites.client.onDemandBackups(siteId);
        return found.map(({ id, type, status, sizeBytes = null }) => ({ backup: id, what: wordOf[type], status, sizeBytes }));
      },
    });
    return { backups, onDemand, quota: product.backups };
  },
});

/** Answers `{ backup, what }`. Throws `conflict` when the plan allows no more. */
export const createBackup = action<Later, typeof whichKind>({
  label: 'Create a backup',
  shownTo: 'customer',
  input: whichKind,
  steps: ['count backups', 'create backup'],
  async run({ ctx, server, product, properties: { siteId }, input: { what }, step }) {
    const sites = new Sites(ctx, server);
    const type = typeOf[what];
    const known = await step('count backups', {
      run: async () => {
        await sites.demand(siteId);
        const found = (await sites.client.onDemandBackups(siteId)).filter((one) => one.type === type);
        if (found.length < product.backups) return found.flatMap(({ numbers }) => numbers);
        throw new PanelError('conflict', `the plan allows ${product.backups} backups of the ${what}, and there are ${found.length}`);
      },
    });
    const { id } = await step('create backup', {
      // Pressable would make a second one; the first is told by being none of those that were there before.
      strength: 'tagged',
      claim: { siteId, type, known },
      find: (claim) => findBackup(sites, claim),
      run: async (claim) => {
        await sites.demand(claim.siteId);
        return { ...claim, ...(await asked(() => sites.client.createOnDemandBackup(claim.siteId, claim.type))) };
      },
      until: (claim) => backupState(sites, claim),
      giveUpAfterMs: 360 * minutes,
    });
    return { backup: id, what };
  },
  onFailure: 'keep',
});

/** Throws `not_found` when there is no such backup. */
export const deleteBackup = action<Later, typeof whichBackup>({
  label: 'Delete a backup',
  confirm: 'The backup is gone for good.',
  shownTo: 'customer',
  input: whichBackup,
  steps: ['find backup', 'delete backup'],
  async run({ ctx, server, properties: { siteId }, input: { backup }, step }) {
    const sites = new Sites(ctx, server);
    const isThere = async (): Promise<boolean> => {
      await sites.demand(siteId);
      return (await sites.client.onDemandBackups(siteId)).some(({ id, status }) => id === backup && status !== 'deleting');
    };
    await step('find backup', {
      run: async () => {
        if (!(await isThere())) throw new PanelError('not_found', `there is no on-demand backup ${backup}`);
      },
    });
    await step('delete backup', {
      find: async () => ((await isThere()) ? absent : done()),
      run: async () => {
        await sites.demand(siteId);
        await sites.client.deleteOnDemandBackup(siteId, backup);
        return ctx.now();
      },
      until: async (since) => ((await isThere()) ? sites.until(siteId, since, () => undefined) : done(undefined)),
    });
    return { backup };
  },
  onFailure: 'keep',
});

/** Throws: `invalid_input` when neither is named, `not_found` when there is no such backup. */
export const restoreBackup = action<Later, typeof whichMoment>({
  label: 'Go back to a backup',
  confirm: 'What was written since to what is restored is lost.',
  shownTo: 'customer',
  input: whichMoment,
  steps: ['find backup', 'restore backup'],
  async run({ ctx, server, properties: { siteId }, input: { filesBackup, databaseBackup }, step }) {
    if (filesBackup === undefined && databaseBackup === undefined) {
      throw new PanelError('invalid_input', 'name a backup of the files, of the database, or both', { field: 'filesBackup' });
    }
    const sites = new Sites(ctx, server);
    const known = await step('find backup', {
      run: async () => {
        await sites.demand(siteId);
        await demandBackups(sites, siteId, filesBackup, databaseBackup);
        return (await sites.client.restores(siteId))?.map(({ id }) => id) ?? null;
      },
    });
    await step('restore backup', {
      // Where restorations cannot be listed a lost answer means one more of the same: the site comes out as it was at that moment.
      strength: 'tagged',
      claim: { siteId, filesBackup: filesBackup ?? null, databaseBackup: databaseBackup ?? null, known: known ?? null },
      find: (claim) => findRestore(sites, claim),
      run: async (claim) => {
        await sites.demand(claim.siteId);
        const restore = (): Promise<void> =>
          sites.client.restore(claim.siteId, {
            ...(claim.filesBackup === null ? {} : { filesystem_id: claim.filesBackup }),
            ...(claim.databaseBackup === null ? {} : { database_id: claim.databaseBackup }),
          });
        if (claim.known !== null) return { ...claim, ...(await asked(restore)) };
        // What cannot be listed never shows.
        await restore();
        return { ...claim };
      },
      until: (claim) => restoreState(sites, claim),
      giveUpAfterMs: 720 * minutes,
    });
    return { filesBackup: filesBackup ?? null, databaseBackup: databaseBackup ?? null };
  },
  onFailure: 'keep',
});

/** A doubt, or none where the call was accepted. */
type Asked = Partial<Doubt>;

const asked = async (call: () => Promise<void>): Promise<Asked> => (await askFor(call)) ?? {};

function notYet<Task extends Asked>(task: Task, what: string): Pending<Task> | Failed {
  const { looksLeft } = task;
  return looksLeft === undefined ? pending(task, lookMs) : stillInDoubt({ ...task, looksLeft }, what);
}

type BackupClaim = { readonly siteId: number; readonly type: BackupType; readonly known: readonly string[] };
type BackupTask = BackupClaim & Asked;

async function newBackup(sites: Sites, { siteId, type, known }: BackupClaim): Promise<OnDemandBackup | undefined> {
  return (await sites.client.onDemandBackups(siteId)).find((one) => one.type === type && !one.numbers.some((each) => known.includes(each)));
}

async function findBackup(sites: Sites, claim: BackupClaim): Promise<Found<BackupTask, { readonly id: string }>> {
  // As it is when its service has ended meanwhile.
  if ((await sites.find(claim.siteId)) === undefined) return absent;
  return (await newBackup(sites, claim)) === undefined ? absent : pending(claim, lookMs);
}

async function backupState(sites: Sites, task: BackupTask): Promise<Polled<BackupTask, { readonly id: string }>> {
  await sites.demand(task.siteId);
  const found = await newBackup(sites, task);
  if (found === undefined) return notYet(task, `a backup of the ${wordOf[task.type]}`);
  if (found.status === 'failed')
    return failed(new PanelError('rejected', `Pressable could not make the backup of the ${wordOf[task.type]}`));
  return found.isMade ? done({ id: found.id }) : pending(task, lookMs);
}

async function demandBackups(sites: Sites, siteId: number, files: number | undefined, database: number | undefined): Promise<void> {
  const [backups, onDemand] = [await sites.client.backups(siteId), await sites.client.onDemandBackups(siteId)];
  const isMade = (type: BackupType, id: number): boolean => onDemand.some((one) => one.type === type && one.id === String(id));
  if (files !== undefined && !backups.some((one) => one.filesystemId === files) && !isMade('fs', files)) {
    throw new PanelError('not_found', `there is no backup ${files} of the files`);
  }
  if (database !== undefined && !backups.some((one) => one.databaseId === database) && !isMade('db', database)) {
    throw new PanelError('not_found', `there is no backup ${database} of the database`);
  }
}

type RestoreTask = RestoreClaim & Asked;
type RestoreClaim = {
  readonly siteId: number;
  readonly filesBackup: number | null;
  readonly databaseBackup: number | null;
  /** Restorations before this one; null where they cannot be listed. */
  readonly known: readonly string[] | null;
};

async function newRestore(sites: Sites, { siteId, filesBackup, databaseBackup, known }: RestoreClaim): Promise<Restore | undefined> {
  const same = (told: string | undefined, wanted: number | null): boolean => (told ?? '') === (wanted === null ? '' : String(wanted));
  return (await sites.client.restores(siteId))?.find(
    (one) => !known?.includes(one.id) && same(one.filesystemId, filesBackup) && same(one.databaseId, databaseBackup),
  );
}

async function findRestore(sites: Sites, claim: RestoreClaim): Promise<Found<RestoreTask, undefined>> {
  if (claim.known === null || (await sites.find(claim.siteId)) === undefined) return absent;
  return (await newRestore(sites, claim)) === undefined ? absent : pending(claim, lookMs);
}

async function restoreState(sites: Sites, task: RestoreTask): Promise<Polled<RestoreTask, undefined>> {
  if (task.known === null) return done(undefined);
  await sites.demand(task.siteId);
  const found = await newRestore(sites, task);
  if (found === undefined) return notYet(task, 'the way back to a backup');
  if (found.status === 'completed') return done(undefined);
  if (found.status !== 'failed') return pending(task, lookMs);
  return failed(new PanelError('rejected', `Pressable could not go back to the backup: ${found.error ?? 'it gave no reason'}`));
}
