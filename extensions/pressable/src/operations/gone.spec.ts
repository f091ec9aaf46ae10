import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { Stage } from '../../test/stage.js';

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const plain = { product: { primaryDomain: 'none' } } as const;
const twice = { attempts: 2 } as const;

/** Nobody knows whether the call worked, however often it is made. */
function neverKnown(method: string, path: string): void {
  stage.sandbox.fault({ kind: 'error_before', method, path, times: 100 });
}

describe('what is looked for once more in a site that has gone', () => {
  it.each<[string, string, string, () => Promise<unknown>]>([
    ['a suspension', 'PUT', '/disable$', () => stage.run('suspend', twice)],
    ['a resumption', 'PUT', '/enable$', () => stage.run('unsuspend', twice)],
    ['other settings', 'PUT', '/sites/\\d+$', () => stage.change({ phpVersion: '8.4' }, twice)],
    ['a conversion', 'PUT', '/convert', () => stage.change({ staging: true }, twice)],
    ['more tags', 'POST', '/tags$', () => stage.change({ tags: 'gold' }, twice)],
    ['a domain', 'POST', '/domains$', () => stage.domain('addDomain', 'shop.example', twice)],
    ['a backup', 'POST', '/ondemand-backups$', () => stage.act('createBackup', { what: 'files' }, twice)],
    ['a way back', 'POST', '/restores$', () => stage.act('restoreBackup', { filesBackup: 16_308_912 }, twice)],
  ])('is absent and nothing to undo: %s', async (what, method, path, act) => {
    stage = await Stage.start(plain);
    if (what === 'a resumption') await stage.run('suspend');
    neverKnown(method, path);
    const failure = await failureOf(act());
    await stage.deleteByHand();
    const changes = stage.changes();
    await failure.undo();
    expect(stage.changes()).toEqual(changes);
  });

  it('is absent and nothing to undo: a primary domain', async () => {
    stage = await Stage.start(plain);
    await stage.domain('addDomain', 'shop.example');
    await stage.domain('addDomain', 'blog.example');
    neverKnown('PUT', '/primary$');
    const failure = await failureOf(stage.act('setPrimaryDomain', { domain: 'blog.example' }, twice));
    await stage.deleteByHand();
    const changes = stage.changes();
    await failure.undo();
    expect(stage.changes()).toEqual(changes);
  });
});

it.each<[string, () => Promise<unknown>]>([
  ['a backup', () => stage.act('createBackup', { what: 'files' })],
  ['a domain', () => stage.domain('addDomain', 'shop.example')],
  ['another product', () => stage.change({ phpVersion: '8.4' })],
  ['a suspension', () => stage.run('suspend')],
  ['a log-in', () => stage.logIn()],
])('of a site that somebody has deleted staff are told, not its customer alone: %s', async (_what, act) => {
  stage = await Stage.start(plain);
  await stage.deleteByHand();
  await expect(act()).rejects.toThrow(
    expect.objectContaining({ code: 'rejected', message: expect.stringMatching(/site 1630891 is gone/) }),
  );
});
