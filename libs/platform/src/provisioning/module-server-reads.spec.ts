import { describe, expect, it } from '@jest/globals';
import type { ProvisioningModule } from '@hostwright/sdk';
import type { ExtensionModules } from './extension-modules.js';
import type { InstalledExtensions } from './installed-extensions.js';
import { ModuleServerReads } from './module-server-reads.js';

/** The reads of a server whose module answers as given. */
function readsOf(module: object): { reads: ModuleServerReads; warned: unknown[]; owners: string[] } {
  const warned: unknown[] = [];
  const owners: string[] = [];
  const modules = {
    find: () => Promise.resolve({ module: module as ProvisioningModule, record: { extension: 'fake' } }),
    open: (_ref: unknown, { owner }: { owner: string }) => Promise.resolve({ ctx: {}, server: { host: owners.push(owner) && 'a' } }),
  } as unknown as ExtensionModules;
  const extensions = {
    find: (id: string) => (id === 'fake' ? { extension: { provisioning: module } } : undefined),
  } as unknown as InstalledExtensions;
  const reads = new ModuleServerReads(modules, extensions, 'mine', { warn: (...line: unknown[]) => void warned.push(line) });
  return { reads, warned, owners };
}
const listing = (answer: unknown) => readsOf({ listAccounts: () => Promise.resolve(answer) }).reads.accounts('1');
const using = (answer: unknown) => readsOf({ usage: () => Promise.resolve(answer) }).reads.usage('1');
const thing = { remoteId: '1', name: 'a', state: 'running' };

describe('what a module says is on a server', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an object', {}],
    ['a thing without an id', [{ name: 'a', state: 'running' }]],
    ['an empty id', [{ ...thing, remoteId: '' }]],
    ['an id that is a number', [{ ...thing, remoteId: 1 }]],
    ['an id with a zero byte', [{ ...thing, remoteId: 'a\u0000' }]],
    ['an id that is half a letter', [{ ...thing, remoteId: 'a\ud800' }]],
    ['an id of a thousand letters', [{ ...thing, remoteId: 'a'.repeat(1_000) }]],
    ['an id twice', [thing, { ...thing, state: 'stopped' }]],
    ['an unknown state', [{ ...thing, state: 'fine' }]],
    ['a proof that is empty', [{ ...thing, proof: {} }]],
    ['a proof of anything but texts and numbers', [{ ...thing, proof: { madeAt: [7] } }]],
    ['an owner that is no text', [{ ...thing, owner: { hw: 1 } }]],
    ['a limit below zero', [{ ...thing, memoryLimitBytes: -1 }]],
    ['a limit that is no number', [{ ...thing, memoryLimitBytes: Number.NaN }]],
    ['a limit that is text', [{ ...thing, diskLimitBytes: '5' }]],
    ['half a byte', [{ ...thing, diskLimitBytes: 0.5 }]],
    ['more than can be counted', [{ ...thing, diskLimitBytes: 1e300 }]],
  ])('is not believed, none of it, when it is %s', async (_, answer) => {
    await expect(listing(answer)).rejects.toMatchObject({ code: 'unknown_outcome', message: expect.stringContaining("'fake'") });
  });

  it('is taken as plain data; names that cannot be stored are mended, and no mark comes of that', async () => {
    const odd = { ...thing, name: 'a\u0000b\ud800', owner: 'hw-mine-7\u0000', memoryLimitBytes: 5, more: () => 1 };
    expect(await listing([odd])).toEqual([{ ...thing, name: 'a\ufffdb\ufffd', owner: 'hw-mine-7\ufffd', memoryLimitBytes: 5 }]);
    expect(await listing([])).toEqual([]);
  });

  it('is asked for under a mark that no service has', async () => {
    const { reads, owners } = readsOf({ listAccounts: () => Promise.resolve([]) });
    await reads.accounts('1');
    expect(owners).toEqual(['hw-mine-0']);
  });

  it('cannot be had of a module that does not list', async () => {
    await expect(readsOf({}).reads.accounts('1')).rejects.toMatchObject({ code: 'unsupported' });
    await expect(readsOf({}).reads.usage('1')).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('what a module says services use', () => {
  it.each([
    ['traffic below zero', [{ remoteId: '1', trafficBytes: -1 }]],
    ['traffic that is no number', [{ remoteId: '1', trafficBytes: Number.POSITIVE_INFINITY }]],
    ['a service twice', [{ remoteId: '1' }, { remoteId: '1' }]],
  ])('is not believed when it is %s', async (_, answer) => {
    await expect(using(answer)).rejects.toMatchObject({ code: 'unknown_outcome' });
  });

  it('may be little', async () => {
    expect(await using([{ remoteId: '1' }, { remoteId: '2', trafficBytes: 0 }])).toEqual([
      { remoteId: '1' },
      { remoteId: '2', trafficBytes: 0 },
    ]);
  });
});

describe('what a product is expected to be allowed', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('x');
      },
    ],
    ['answers no limits', () => ({ memoryLimitBytes: 'much' })],
    ['answers nothing', () => undefined],
  ])('is not compared when the module %s, and the log says so', (_, expects) => {
    const { reads, warned } = readsOf({ expects });
    expect(reads.expects('fake', {})).toEqual({});
    expect(warned).toHaveLength(1);
  });

  it('is not compared when the module does not say, or is not there', () => {
    expect(readsOf({}).reads.expects('fake', {})).toEqual({});
    expect(readsOf({}).reads.expects('gone', {})).toEqual({});
  });

  it('comes from the settings of the product', () => {
    const { reads } = readsOf({ expects: ({ mib }: { mib: number }) => ({ memoryLimitBytes: mib * 1_048_576 }) });
    expect(reads.expects('fake', { mib: 2 })).toEqual({ memoryLimitBytes: 2_097_152 });
  });
});
