import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  defineExtension,
  defineProvisioning,
  fields,
  operation,
  PanelError,
  secret,
  type Extension,
  type ServiceFiles,
} from '@hostwright/sdk';
import { TurnedSealer } from '../testing/index.js';
import type { ExtensionModules } from './extension-modules.js';
import { ModuleFiles } from './module-files.js';
import { EngineFixture } from './testing/engine-fixture.js';

const none = fields({});
const left = fields({ key: { type: 'secret', label: 'Key', optional: true } });
type Files = (args: { readonly properties: { readonly key?: { readonly $secret: string } | undefined } }) => ServiceFiles;
const ofKey: Files = ({ properties: { key } }) => {
  if (!key) throw new PanelError('conflict', 'nothing is issued yet');
  return { files: [{ name: 'shop.key', content: secret(key.$secret) }] };
};

const extensionWith = (files: Files | undefined): Extension =>
  defineExtension({
    id: 'fake',
    name: 'Fake',
    provisioning: defineProvisioning(
      { server: none, product: none, order: none, properties: left },
      {
        create: operation({ steps: ['make'], run: () => Promise.resolve({ remoteId: 'r1' }) }),
        terminate: operation({ steps: ['end'], run: () => Promise.resolve(undefined) }),
        inspect: () => Promise.reject(new Error('nobody is asked')),
        ...(files ? { files: files as never } : {}),
      },
    ),
  });

let engine: EngineFixture;
let serviceId: string;
let extension: Extension;
let reader: ModuleFiles;
const sealer = new TurnedSealer();
const leaves = (properties: object) =>
  engine.pool.query(`UPDATE service_component SET remote_id = 'r1', properties = $2 WHERE service_id = $1`, [
    serviceId,
    JSON.stringify(properties),
  ]);
const sealed = (key: string) => sealer.seal({ key: secret(key) }) as object;
beforeAll(async () => {
  engine = await EngineFixture.make();
  reader = new ModuleFiles({
    pool: engine.pool,
    modules: {
      find: () => Promise.resolve({ module: extension.provisioning, record: { extension: 'fake' } }),
      open: () => Promise.reject(new Error('no server is opened')),
    } as unknown as ExtensionModules,
    sealer,
    installationId: 'test',
  });
  serviceId = await engine.service();
  await engine.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [serviceId]);
});
afterAll(() => engine.end());
beforeEach(() => {
  extension = extensionWith(ofKey);
});

describe('the files of a service', () => {
  it('are refused as the module says while there are none', async () => {
    await leaves({});
    await expect(reader.read(serviceId, 'site')).rejects.toMatchObject({ code: 'conflict', message: 'nothing is issued yet' });
  });

  it('are what it has by now, opened, without any server being asked', async () => {
    await leaves(sealed('the first key'));
    expect(await reader.read(serviceId, 'site')).toEqual({ files: [{ name: 'shop.key', content: 'the first key' }], note: null });
    await leaves(sealed('the second key'));
    expect((await reader.read(serviceId, 'site')).files[0]!.content).toBe('the second key');
  });

  it('are none of a component that was not made, or whose module has none', async () => {
    await expect(reader.read(serviceId, 'mail')).rejects.toMatchObject({ code: 'conflict' });
    extension = extensionWith(undefined);
    await expect(reader.read(serviceId, 'site')).rejects.toMatchObject({ code: 'unsupported' });
  });

  it.each([
    ['no files', { files: [] }],
    ['a name that leads elsewhere', { files: [{ name: '../shop.key', content: 'the key' }] }],
    [
      'a name twice',
      {
        files: [
          { name: 'a', content: 'the key' },
          { name: 'a', content: 'the key' },
        ],
      },
    ],
    ['no text', { files: [{ name: 'a', content: 7 }] }],
    ['nothing', undefined],
  ])('that are %s are a bug of the module, told without what is in them', async (_, answer) => {
    await leaves(sealed('the key'));
    extension = extensionWith((() => answer) as unknown as Files);
    const failure = await reader.read(serviceId, 'site').then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).toMatch(/^files of 'fake' answered/);
    expect(failure?.message).not.toContain('the key');
  });
});
