import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@hostwright/sdk-testing';
import { siteName, Stage } from '../../test/stage.js';
import { PressableClient } from '../client.js';
import { actions } from './index.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const nightly = () => ({ files: stage.properties.siteId * 10 + 2, database: stage.properties.siteId * 10 + 1 });

describe('a backup on demand', () => {
  it('is made, listed and deleted', async () => {
    stage = await Stage.start();
    expect(await stage.act('createBackup', { what: 'files' })).toEqual({ backup: '50001', what: 'files' });
    expect(await stage.act('createBackup', { what: 'database' })).toEqual({ backup: '50002', what: 'database' });
    expect(await stage.act('listBackups')).toEqual({
      backups: [{ takenAt: '2026-01-01-00-00', filesBackup: nightly().files, databaseBackup: nightly().database }],
      onDemand: [
        { backup: '50001', what: 'files', status: 'completed', sizeBytes: 9278 },
        { backup: '50002', what: 'database', status: 'completed', sizeBytes: 9278 },
      ],
      quota: 3,
    });
    expect(await stage.act('deleteBackup', { backup: '50001' })).toEqual({ backup: '50001' });
    expect(stage.names('backup')).toEqual(['db/50002']);
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed', 'too_many_requests'])(
    'is made once and deleted once when each call shows %s',
    async (kind) => {
      stage = await Stage.start();
      stage.sandbox.fault({ kind, method: 'POST' });
      stage.sandbox.fault({ kind, method: 'DELETE' });
      expect(await stage.act('createBackup', { what: 'files' })).toEqual({ backup: '50001', what: 'files' });
      expect(stage.names('backup')).toEqual(['fs/50001']);
      await stage.act('deleteBackup', { backup: '50001' });
      expect(stage.names('backup')).toEqual([]);
    },
  );

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_after', 'malformed'])(
    'is not made twice because reads follow somewhat later, when the call shows %s',
    async (kind) => {
      stage = await Stage.start({ speed: 0.01 });
      stage.sandbox.fault({ kind, method: 'POST' });
      await stage.act('createBackup', { what: 'files' });
      expect(stage.names('backup')).toEqual(['fs/50001']);
    },
  );

  it('is told by the number that it has in the end, and is none of those that were asked for before it', async () => {
    stage = await Stage.start({ behaviour: { renumbersBackups: true }, speed: 0.01 });
    await new PressableClient(stage.ctx, stage.server).createOnDemandBackup(stage.properties.siteId, 'fs');
    await new Promise((resolve) => setTimeout(resolve, 30));
    // The one by hand gets a number of its own while ours is made.
    expect(await stage.act('createBackup', { what: 'files' })).toEqual({ backup: '120002', what: 'files' });
    await stage.act('restoreBackup', { filesBackup: 120_002 });
    await stage.act('deleteBackup', { backup: '120002' });
    expect(stage.names('backup')).toEqual(['fs/50001']);
  });

  it('that never shows was not begun, and is asked for once more', async () => {
    stage = await Stage.start();
    stage.sandbox.fault({ kind: 'error_before', method: 'POST' });
    await stage.act('createBackup', { what: 'files' });
    expect(stage.names('backup')).toEqual(['fs/50001']);
    expect(stage.changes().filter((call) => call.startsWith('POST') && call.endsWith('/ondemand-backups'))).toHaveLength(2);
  });

  it('is refused before anything is asked for when the plan allows no more of its kind', async () => {
    stage = await Stage.start({ product: { backups: 1 } });
    await stage.act('createBackup', { what: 'files' });
    const changes = stage.changes();
    await expect(stage.act('createBackup', { what: 'files' })).rejects.toThrow(withCode('conflict'));
    expect(stage.changes()).toEqual(changes);
    await stage.act('createBackup', { what: 'database' });
  });

  it('that is not there is not deleted', async () => {
    stage = await Stage.start();
    await expect(stage.act('deleteBackup', { backup: '4711' })).rejects.toThrow(withCode('not_found'));
  });

  it.each(['deleteBackup', 'restoreBackup'] as const)('%s says what is lost before it is pressed', (name) => {
    expect(actions[name].confirm).toMatch(/lost|gone/);
  });

  it('can only be named by its number', () => {
    const { pattern = '' } = actions.deleteBackup.input['backup'] as { readonly pattern?: string };
    expect(['50001', '0', '', '../5', '5/../6', '5 '].filter((text) => new RegExp(pattern).test(text))).toEqual(['50001']);
  });
});

describe('going back to a backup', () => {
  it('restores files, database or both, and waits for the end', async () => {
    stage = await Stage.start();
    const { files, database } = nightly();
    expect(await stage.act('restoreBackup', { filesBackup: files })).toEqual({ filesBackup: files, databaseBackup: null });
    expect(await stage.act('restoreBackup', { databaseBackup: database })).toEqual({ filesBackup: null, databaseBackup: database });
    await stage.act('restoreBackup', { filesBackup: files, databaseBackup: database });
    expect(stage.site()).toMatchObject({ restores: 3 });
  });

  it('works with one made on demand too', async () => {
    stage = await Stage.start();
    await stage.act('createBackup', { what: 'database' });
    await stage.act('restoreBackup', { databaseBackup: 50_001 });
    await expect(stage.act('restoreBackup', { filesBackup: 50_001 })).rejects.toThrow(withCode('not_found'));
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'malformed'])('is done once when the call shows %s', async (kind) => {
    stage = await Stage.start();
    stage.sandbox.fault({ kind, method: 'POST' });
    await stage.act('restoreBackup', { filesBackup: nightly().files });
    expect(stage.site()).toMatchObject({ restores: 1 });
  });

  it.each<FaultKind>(['lost_reply', 'error_after'])(
    'is not done twice because reads follow later, when the call shows %s',
    async (kind) => {
      stage = await Stage.start({ speed: 0.01 });
      stage.sandbox.fault({ kind, method: 'POST' });
      await stage.act('restoreBackup', { filesBackup: nightly().files });
      expect(stage.site()).toMatchObject({ restores: 1 });
    },
  );

  it('is asked for where restorations cannot be listed, and then not waited for', async () => {
    stage = await Stage.start({ behaviour: { listsRestores: false } });
    await stage.act('restoreBackup', { filesBackup: nightly().files });
    expect(stage.site()).toMatchObject({ restores: 1 });
  });

  it('that fails says why', async () => {
    stage = await Stage.start({ behaviour: { restoreError: 'the archive is damaged' } });
    await expect(stage.act('restoreBackup', { filesBackup: nightly().files })).rejects.toThrow(/the archive is damaged/);
  });

  it.each([
    [{}, 'invalid_input'],
    [{ filesBackup: 4711 }, 'not_found'],
    [{ databaseBackup: 4711 }, 'not_found'],
  ])('to %j is refused before anything is asked for', async (input, code) => {
    stage = await Stage.start();
    const changes = stage.changes();
    await expect(stage.act('restoreBackup', input)).rejects.toThrow(withCode(code));
    expect(stage.changes()).toEqual(changes);
  });
});

describe('a new password', () => {
  it('for SFTP is that of the site’s own user, kept as a secret and not answered', async () => {
    stage = await Stage.start();
    expect(await stage.act('resetSftpPassword')).toEqual({
      $leaves: { sftpUser: siteName, sftpPassword: { $secret: expect.stringMatching(/^.{12}$/) } },
      answer: { user: siteName },
    });
    expect(stage.changes().at(-1)).toBe(`POST /sites/${stage.properties.siteId}/ftp/password/${siteName}`);
  });

  it('for WordPress is kept as a secret and not answered', async () => {
    stage = await Stage.start();
    expect(await stage.act('resetWordpressPassword')).toEqual({
      $leaves: { wordpressPassword: { $secret: expect.stringMatching(/^.{12}$/) } },
      answer: { changed: true },
    });
  });

  it.each(['resetSftpPassword', 'resetWordpressPassword'])(
    'of %s is made anew when its answer was lost: it is shown once',
    async (name) => {
      stage = await Stage.start();
      const before = stage.changes().length;
      stage.sandbox.fault({ kind: 'lost_reply', path: '/(password|password-reset)' });
      await stage.act(name);
      expect(stage.changes().length - before).toBe(2);
    },
  );
});

it.each(Object.keys(actions))('%s touches nothing of somebody else', async (name) => {
  stage = await Stage.start();
  await stage.put(`/sites/${stage.properties.siteId}`, { tags: ['hw-other-7'] });
  const before = { ledger: stage.sandbox.ledger(), changes: stage.changes() };
  const input = { what: 'files', backup: '50001', filesBackup: nightly().files, domain: 'shop.nodepoint.eu' };
  await expect(stage.act(name, input)).rejects.toThrow(withCode('not_owned'));
  expect({ ledger: stage.sandbox.ledger(), changes: stage.changes() }).toEqual(before);
});
