import { describe, expect, it } from '@jest/globals';
import { PanelError, type Inspection, type RemoteAccount } from '@hostwright/sdk';
import type { ServerReads } from '../looks/index.js';
import type { ServiceInspector } from '../services/index.js';
import { ReconcileServer } from './reconcile-server.js';
import type { Comparing, ReconciliationStore, StoredService } from './reconciliation-store.js';

const look = { id: '1', serverId: '1', kind: 'reconcile' as const, attempt: 1 };
const service = (id: number): StoredService => ({
  id: String(id),
  state: 'active',
  settled: true,
  components: [{ name: 'site', serverId: '1', remoteId: `r${id}`, extension: 'x', settings: {}, properties: {} }],
});

/** Compares the services with an empty server, each question after one of them being answered by `inspect`. */
async function compare(
  services: StoredService[],
  inspect: (serviceId: string) => Promise<Inspection['state']>,
  accounts: () => Promise<RemoteAccount[]> = () => Promise.resolve([]),
): Promise<Comparing | undefined> {
  let recorded: Comparing | undefined;
  const store = {
    panelOf: () => Promise.resolve(services),
    record: (_look: unknown, found: Comparing) => Promise.resolve(void (recorded = found)),
  };
  const inspector = {
    inspect: async (serviceId: string) => [{ name: 'site', inspection: { state: await inspect(serviceId) } }],
  };
  await new ReconcileServer(
    { accounts, expects: () => ({}), occupied: () => Promise.resolve([]), usage: () => Promise.resolve([]) } as unknown as ServerReads,
    inspector as unknown as ServiceInspector,
    store as unknown as ReconciliationStore,
    { installationId: 'mine', graceMs: 1 },
  ).run(look);
  return recorded;
}

describe('what a list lacks', () => {
  it('is missing when the provider says the same of the thing itself', async () => {
    const found = await compare([service(1)], () => Promise.resolve('missing'));
    expect(found).toMatchObject({ findings: [{ kind: 'missing', serviceId: '1' }], unjudged: [] });
  });

  it.each(['running', 'stopped', 'changing'] as const)('is not said to be missing when the thing itself is %s', async (state) => {
    expect(await compare([service(1)], () => Promise.resolve(state))).toMatchObject({ findings: [], unjudged: ['1'] });
  });

  it('is not said to be missing when the question after it fails', async () => {
    const refuse = () => Promise.reject(new PanelError('conflict', 'it was terminated meanwhile'));
    expect(await compare([service(1)], refuse)).toMatchObject({ findings: [], unjudged: ['1'] });
  });

  it('is not asked after any longer once the server has stopped answering', async () => {
    let asked = 0;
    const away = () => Promise.reject(new PanelError('unavailable', `away ${(asked += 1)}`));
    const found = await compare(
      Array.from({ length: 500 }, (_, index) => service(index + 1)),
      away,
    );
    expect(found?.findings).toEqual([]);
    expect(found?.unjudged).toHaveLength(500);
    expect(asked).toBeLessThanOrEqual(5);
  });
});

it('records nothing when the server does not answer', async () => {
  let recorded: Comparing | undefined;
  const away = () => Promise.reject(new PanelError('unavailable', 'away'));
  await expect(compare([service(1)], () => Promise.resolve('missing'), away).then((found) => (recorded = found))).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(recorded).toBeUndefined();
});
