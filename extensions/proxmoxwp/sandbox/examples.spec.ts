import { afterEach, expect, it } from '@jest/globals';
import { startProxmoxSandbox, type ProxmoxSandbox } from './proxmox-sandbox.js';
import examples from './testing/examples.json' with { type: 'json' };
import { aCreation, lxc, PveCaller, type PveReply } from './testing/index.js';

let sandbox: ProxmoxSandbox | undefined;
afterEach(() => sandbox?.stop());

interface Scene {
  readonly pve: PveCaller;
  readonly sandbox: ProxmoxSandbox;
  readonly powerless: PveCaller;
  /** Makes container 101 and answers the creation's UPID. */
  create(): Promise<string>;
}

const status = (upid: string): string => `/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`;
const rule = { rule: 'svc-101', type: 'node-affinity', resources: 'ct:101', nodes: 'pve1:2,pve2:1', strict: 0 };
const taskOf =
  (ending?: string) =>
  async ({ pve, sandbox: running, create }: Scene): Promise<PveReply> => {
    if (ending !== undefined) running.endTask({ exitstatus: ending, applied: ending.startsWith('WARNINGS') });
    return pve.call('GET', status(await create()));
  };

/** How each exchange of the contract comes about here. */
const scenes: Readonly<Record<string, (scene: Scene) => Promise<PveReply>>> = {
  version: ({ pve }) => pve.call('GET', '/version'),
  'bad token': ({ pve }) => pve.call('GET', '/version', {}, { authorization: 'PVEAPIToken=hostwright@pve!panel=wrong' }),
  forbidden: ({ powerless }) => powerless.call('POST', lxc, aCreation(101)),
  nextid: async ({ pve }) => {
    await pve.task('POST', lxc, aCreation(100));
    return pve.call('GET', '/cluster/nextid');
  },
  'create accepted': ({ pve }) => pve.call('POST', lxc, aCreation(101)),
  'create, id taken (older server: no message)': async ({ pve, sandbox: running, create }) => {
    running.setMessages(false);
    await create();
    running.move(101, 'pve2');
    return pve.call('POST', lxc, aCreation(101));
  },
  'create, parameter error': ({ pve }) => pve.call('POST', lxc, aCreation(101, { memory: 8 })),
  'task running': async ({ pve }) => pve.call('GET', status((await pve.data('POST', lxc, aCreation(101))) as string)),
  'task ok': taskOf(),
  'task ok with warnings': taskOf('WARNINGS: 1'),
  'task failed': taskOf('CT is locked (backup)'),
  'unknown task': ({ pve }) => pve.call('GET', status('UPID:pve1:0003A1B2:01C5D6E7:6745F0A1:vzcreate:101:billing@pve!panel:')),
  'task log': async ({ pve, create }) => pve.call('GET', status(await create()).replace(/status$/, 'log'), { start: 0, limit: 2 }),
  current: async ({ pve, create }) => {
    await create();
    await pve.task('POST', `${lxc}/101/status/start`);
    return pve.call('GET', `${lxc}/101/status/current`);
  },
  'missing or moved': ({ pve, sandbox: running }) => {
    running.setMessages(false);
    return pve.call('GET', `${lxc}/105/config`);
  },
  'already stopped': async ({ pve, create }) => {
    await create();
    return pve.call('POST', `${lxc}/101/status/stop`);
  },
  config: async ({ pve, create }) => {
    await create();
    return pve.call('GET', `${lxc}/101/config`);
  },
  'change plan': async ({ pve, create }) => {
    await create();
    return pve.call('PUT', `${lxc}/101/config`, { memory: 4096 });
  },
  'PVE9: legacy groups gone': ({ pve }) => pve.call('POST', '/cluster/ha/groups', { group: 'g1', nodes: 'pve1' }),
  'PVE9: group on resource': ({ pve }) => pve.call('POST', '/cluster/ha/resources', { sid: 'ct:101', group: 'g1' }),
  'PVE9: node-affinity rule': async ({ pve, create }) => {
    await create();
    await pve.data('POST', '/cluster/ha/resources', { sid: 'ct:101', state: 'stopped' });
    return pve.call('POST', '/cluster/ha/rules', rule);
  },
  'snapshot list': async ({ pve, create }) => {
    await create();
    await pve.task('POST', `${lxc}/101/snapshot`, { snapname: 'daily' });
    return pve.call('GET', `${lxc}/101/snapshot`);
  },
};

/** Texts that say what happened; every other value only has to be of the same type. */
const told = new Set(['message', 'status', 'exitstatus', 'name', 'vmid', 'memory', 'type', 'id', 'tokenid', 'node']);

/** The same keys with values of the same types; what the answer has beyond the example is no matter. */
function expectShape(actual: unknown, example: unknown, where: string): void {
  if (example === null || typeof example !== 'object') {
    expect(`${where}: ${typeof actual}`).toBe(`${where}: ${typeof example}`);
    return;
  }
  expect(`${where}: ${Array.isArray(actual)}`).toBe(`${where}: ${Array.isArray(example)}`);
  for (const [key, value] of Object.entries(example)) {
    const given = (actual as Readonly<Record<string, unknown>>)[key];
    expectShape(given, value, `${where}.${key}`);
    if (told.has(key) && value !== 'c101.example.net' && value !== 'running')
      expect(`${where}.${key}: ${given}`).toBe(`${where}.${key}: ${value}`);
  }
}

it('plays every exchange of the contract', () => {
  expect(Object.keys(scenes)).toEqual(examples.exchanges.map(({ name }) => name));
});

it.each(examples.exchanges)('answers as the contract says: $name', async ({ name, response }) => {
  // A creation that must still be at work when it is looked at takes seconds; everything else is fast.
  sandbox = await startProxmoxSandbox({ speed: name === 'task running' ? 0.1 : 0.0005 });
  const pve = new PveCaller(sandbox.server);
  const create = async (): Promise<string> => {
    const upid = (await pve.data('POST', lxc, aCreation(101))) as string;
    await pve.ended(upid);
    return upid;
  };
  const reply = await scenes[name]?.({ pve, sandbox, powerless: new PveCaller(sandbox.powerless), create });
  expect(reply?.status).toBe(response.status);
  const { statusText } = response as { readonly statusText?: string };
  if (statusText !== undefined)
    expect(reply?.statusText).toBe(name.startsWith('create, id') ? `unable to create CT 101 - ${statusText}` : statusText);
  expectShape(reply?.body, response.body, 'body');
});
