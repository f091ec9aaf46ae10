import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError, type Inspection } from '@hostwright/sdk';
import { LoadedModuleCatalog } from '../stores/index.js';
import { TurnedSealer } from '../testing/index.js';
import type { ExtensionModules } from './extension-modules.js';
import { ModuleInspector } from './module-reads.js';
import { bundle, order, played } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { away } from './testing/things.js';

describe('a look at a service of several components', () => {
  let engine: EngineFixture;
  let inspector: ModuleInspector;
  let serviceId: string;
  /** What providers say, by component. */
  let said: Record<string, () => Promise<Inspection>>;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await bundle(engine, 'pair', [{ name: 'site' }, { name: 'zone' }]);
    const module = (name: string) =>
      played({ steps: [], create: async () => ({ remoteId: name }), more: { inspect: () => said[name]!() } });
    engine.others = { site: module('site'), zone: module('zone') };
    await engine.runner().start();
    const { jobId, ...ordered } = await order(engine, 'pair');
    await engine.until(jobId, 'completed');
    serviceId = ordered.serviceId;
    inspector = new ModuleInspector({
      pool: engine.pool,
      modules: {
        find: ({ extension }: { extension: string }) => Promise.resolve({ module: engine.others[extension], record: { extension } }),
        open: () => Promise.resolve({ ctx: {}, server: {} }),
      } as unknown as ExtensionModules,
      catalog: new LoadedModuleCatalog([]),
      sealer: new TurnedSealer(),
      installationId: 'test',
    });
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    said = { site: async () => ({ state: 'running' }), zone: async () => ({ state: 'changing' }) };
  });
  const observed = async () =>
    (await engine.pool.query<{ state: string | null }>(`SELECT observed_state AS state FROM service WHERE id = $1`, [serviceId])).rows[0]!
      .state;

  it('shows what the others say when one provider is away, and judges the whole only when all of it is known', async () => {
    said['zone'] = async () => away();
    expect(await inspector.askEach(serviceId)).toEqual([
      { name: 'site', inspection: { state: 'running' }, failure: null },
      { name: 'zone', inspection: null, failure: { code: 'unavailable', message: 'refused' } },
    ]);
    expect(await observed()).toBeNull();
    said['zone'] = async () => ({ state: 'stopped' });
    expect((await inspector.askEach(serviceId)).map(({ inspection }) => inspection?.state)).toEqual(['running', 'stopped']);
    expect(await observed()).toBe('stopped');
  });

  it('fails when none answers, and when a module does what nobody planned for', async () => {
    said = { site: async () => away(), zone: async () => away() };
    await expect(inspector.askEach(serviceId)).rejects.toMatchObject({ code: 'unavailable' });
    said = { site: async () => ({ state: 'running' }), zone: async () => ({ state: 'happy' }) as never };
    await expect(inspector.askEach(serviceId)).rejects.not.toBeInstanceOf(PanelError);
  });
});
