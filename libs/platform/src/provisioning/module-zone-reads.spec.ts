import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import type { Pool } from 'pg';
import type { ExtensionModules } from './extension-modules.js';
import { ModuleZoneReader } from './module-zone-reads.js';

type Connections = readonly { readonly serviceId: string; readonly serverId: string }[];

/** The zones of these services, whose dns module answers as given. */
function readerOf(connections: Connections, module: object): { reader: ModuleZoneReader; owners: string[] } {
  const owners: string[] = [];
  const modules = {
    find: () => Promise.resolve({ module, record: { extension: 'fake' } }),
    open: (_ref: unknown, { owner }: { owner: string }) => {
      owners.push(owner);
      return Promise.resolve({ ctx: { owner }, server: {} });
    },
  } as unknown as ExtensionModules;
  const pool = { query: () => Promise.resolve({ rows: connections }) } as unknown as Pool;
  return { reader: new ModuleZoneReader(pool, modules, 'mine'), owners };
}
const record = { remoteId: '12', zone: 'a.example', name: 'a.example', type: 'A', content: '192.0.2.1', ttl: 300 };
const zone = { remoteId: '5', name: 'a.example', nameServers: ['ns1.example'], records: [record] };
const read = (answer: unknown) =>
  readerOf([{ serviceId: '7', serverId: '1' }], { listZones: () => Promise.resolve(answer) }).reader.read(['7']);

describe('what a dns module says are the zones of a service', () => {
  it('is asked for under the mark of that service alone', async () => {
    const connections = ['7', '8'].map((serviceId) => ({ serviceId, serverId: '1' }));
    const { reader, owners } = readerOf(connections, {
      listZones: ({ ctx }: { ctx: { owner: string } }) => Promise.resolve(ctx.owner === 'hw-mine-7' ? [zone] : []),
    });
    expect([...(await reader.read(['7', '8', '9']))]).toEqual([
      ['7', [zone]],
      ['8', []],
    ]);
    expect(owners).toEqual(['hw-mine-7', 'hw-mine-8']);
  });

  it('is put together from every module that the service is connected to', async () => {
    const connections = ['1', '2'].map((serverId) => ({ serviceId: '7', serverId }));
    const { reader } = readerOf(connections, { listZones: () => Promise.resolve([zone]) });
    expect((await reader.read(['7'])).get('7')).toEqual([zone, zone]);
  });

  it('is asked for in few calls at once', async () => {
    let now = 0;
    let most = 0;
    const connections = Array.from({ length: 23 }, (_, at) => ({ serviceId: String(at), serverId: '1' }));
    const { reader } = readerOf(connections, {
      listZones: async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 1));
        now -= 1;
        return [];
      },
    });
    expect((await reader.read([])).size).toBe(23);
    expect(most).toBe(5);
  });

  it.each([
    ['nothing', undefined],
    ['an object', {}],
    ['a zone without an id', [{ ...zone, remoteId: undefined }]],
    ['a zone twice', [zone, zone]],
    ['a zone without records', [{ ...zone, records: undefined }]],
    ['a record of an unknown type', [{ ...zone, records: [{ ...record, type: 'SRV' }] }]],
    ['a record whose content is no text', [{ ...zone, records: [{ ...record, content: { html: '<b>' } }] }]],
    ['a record with an odd id', [{ ...zone, records: [{ ...record, remoteId: 'a\nb' }] }]],
    ['a TTL below zero', [{ ...zone, records: [{ ...record, ttl: -1 }] }]],
  ])('is not believed when it is %s', async (_, answer) => {
    await expect(read(answer)).rejects.toMatchObject({ code: 'unknown_outcome', message: expect.stringContaining("'fake'") });
  });

  it('cannot be had where there are no zones, and not in part', async () => {
    await expect(readerOf([{ serviceId: '7', serverId: '1' }], {}).reader.read(['7'])).rejects.toMatchObject({ code: 'unsupported' });
    const down = () => Promise.reject(new PanelError('unavailable', 'refused'));
    await expect(readerOf([{ serviceId: '7', serverId: '1' }], { listZones: down }).reader.read(['7'])).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
