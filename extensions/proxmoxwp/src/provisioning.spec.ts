import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { secret, type Ctx } from '@hostwright/sdk';
import { passingFaults, runOperation, sandboxSsh, testCtx, type FaultKind, type Run, type RunOptions } from '@hostwright/sdk-testing';
import { startProxmoxSandbox, type ProxmoxSandbox } from '../sandbox/index.js';
import type { ProductConfig, ServerConfig, SiteProperties } from './config.js';
import { provisioning } from './provisioning.js';
import { sshTargets } from './ssh-nodes.js';
import { anOrder } from '../test/settings.js';

const vmid = 905;
const owner = 'hw-test-7';
const order = anOrder();

let sandbox: ProxmoxSandbox;
let server: ServerConfig;
let product: ProductConfig;
let ctx: Ctx;

async function start(version: string): Promise<void> {
  sandbox = await startProxmoxSandbox({ speed: 0.0005, version });
  server = sandbox.server as unknown as ServerConfig;
  product = sandbox.product as unknown as ProductConfig;
  ctx = testCtx({ owner, ssh: sandboxSsh(sshTargets(server)) });
}
beforeEach(() => start('9'));
afterEach(() => sandbox.stop());

const service = { id: '7' };
const reserved = { ip: '192.168.1.105', vmid, subdomain: 'customer', databasePassword: secret('Abcdefgh12345678Abcdefgh12345678') };

/** The cluster is played fast, and each of its calls may fail several times in a row. */
const patience: RunOptions = { attempts: 200, pauseMs: 3 };

function create(options: RunOptions = {}, at = server): Promise<Run<SiteProperties & { readonly remoteId: string }>> {
  return runOperation(provisioning.create, { ctx, service, reserved, server: at, product, order }, { ...patience, ...options });
}

function terminate(properties: SiteProperties): Promise<Run<Partial<SiteProperties> | undefined | void>> {
  const given = { ctx, service, server, product, order, remoteId: String(vmid), properties, domains: [] };
  return runOperation(provisioning.terminate, given, patience);
}

const inspect = (properties: SiteProperties) =>
  provisioning.inspect({ ctx, service, server, product, order, remoteId: String(vmid), properties });
/** What one site is made of on Proxmox 9. */
const whole = ['container', 'ha-resource', 'ha-rule', 'snapshot', 'wordpress'];
const kinds = () =>
  sandbox
    .ledger()
    .map(({ kind }) => kind)
    .sort();

describe.each(['9', '8', '9-migrating'])('a site on Proxmox %s', (version) => {
  beforeEach(async () => {
    await sandbox.stop();
    await start(version);
  });

  it('is made whole, runs, and is taken away without a trace', async () => {
    const { output: made, finished, asked } = await create();
    expect([...finished].sort()).toEqual([...provisioning.create.steps].sort());
    expect(made).toEqual({
      remoteId: '905',
      vmid,
      privateIp: '192.168.1.105',
      subdomain: 'customer',
      hostname: 'customer.nodepoint.eu',
      publicIp: '203.0.113.10',
      plan: 'basic',
      failover: true,
    });
    expect(await inspect(made)).toMatchObject({ state: 'running', node: 'pve1' });
    expect(sandbox.ledger().every((entry) => entry.owner === undefined || entry.owner === owner)).toBe(true);
    expect(asked.get('publish DNS')).toMatchObject({
      operation: 'ensureRecord',
      input: { name: 'customer.nodepoint.eu', type: 'A', content: '203.0.113.10', ttl: 300 },
    });
    expect(asked.get('open proxy')).toMatchObject({
      operation: 'ensureHost',
      input: { domain: 'customer.nodepoint.eu', forwardHost: '192.168.1.105', forwardPort: 80, certificate: 'letsencrypt' },
    });

    expect(kinds()).toEqual(version === '9' ? whole : whole.map((kind) => (kind === 'ha-rule' ? 'ha-group' : kind)).sort());
    await terminate(made);
    expect(sandbox.ledger()).toEqual([]);
    expect(await inspect(made)).toEqual({ state: 'missing' });
    await terminate(made);
    expect(sandbox.stats().violations).toEqual([]);
  });

  it('is rolled back without a trace, whatever the calls that do it answer', async () => {
    const { undo } = await create();
    for (const kind of ['ghost_success', 'lost_reply', 'error_before'] as const) sandbox.fault({ kind, method: 'DELETE' });
    sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/status/shutdown$' });
    await undo();
    expect(sandbox.ledger()).toEqual([]);
    expect(sandbox.stats().violations).toEqual([]);
  });
});

const crashable = [
  'create container',
  'start container',
  'register for failover',
  'set failover nodes',
  'install WordPress',
  'first snapshot',
];

it.each(crashable)('makes one site when the panel dies right after "%s" was called', async (name) => {
  const { output: made } = await create({ crashAfterCall: name });
  expect(kinds()).toEqual(whole);
  expect(Object.values(sandbox.stats().setupStarts)).toEqual([1]);
  await terminate(made);
  expect(sandbox.ledger()).toEqual([]);
});

const changes: readonly (readonly [string, string])[] = [
  ['POST', '/lxc$'],
  ['POST', '/status/start$'],
  ['POST', '/ha/resources$'],
  ['POST', '/ha/rules$'],
  ['SSH', 'startSetup'],
  ['POST', '/snapshot$'],
  ['POST', '/status/shutdown$'],
  ['DELETE', '/lxc/905$'],
  ['DELETE', '/ha/resources/'],
];

it.each<FaultKind>([...passingFaults, 'late_success'])(
  'makes and removes exactly one site when every call that changes something shows %s once',
  async (kind) => {
    for (const [method, path] of changes) sandbox.fault({ kind, method, path, delayMs: 20 });
    const { output: made } = await create();
    expect(kinds()).toEqual(whole);
    expect(Object.values(sandbox.stats().setupStarts)).toEqual([1]);
    await terminate(made);
    expect(sandbox.ledger()).toEqual([]);
    expect(sandbox.stats().violations).toEqual([]);
  },
);

describe('what belongs to somebody else', () => {
  it('is never adopted, touched or removed', async () => {
    sandbox.addStranger(vmid, '192.168.1.77');
    const before = sandbox.ledger();
    await expect(create()).rejects.toThrow(expect.objectContaining({ code: 'not_owned' }));
    const properties = {
      vmid,
      privateIp: '192.168.1.105',
      subdomain: 'customer',
      hostname: 'customer.nodepoint.eu',
      publicIp: '203.0.113.10',
      plan: 'basic',
      failover: false,
    } as const;
    await expect(terminate(properties)).rejects.toThrow(expect.objectContaining({ code: 'not_owned' }));
    expect(await inspect(properties)).toEqual({ state: 'missing' });
    expect(sandbox.ledger()).toEqual(before);
  });
});

describe('what the token may not see', () => {
  const hidden = expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(/may not see guest 905/) });
  const taken = (): void => sandbox.setRights(`/vms/${vmid}`, []);

  it('is neither said to be gone nor said to be ended, and ends once it may', async () => {
    const { output: made } = await create();
    taken();
    const before = sandbox.ledger();
    await expect(inspect(made)).rejects.toThrow(hidden);
    await expect(terminate({ ...made, failover: false })).rejects.toThrow(hidden);
    expect(sandbox.ledger()).toEqual(before);
    sandbox.setRights(`/vms/${vmid}`, undefined);
    await terminate(made);
    expect(sandbox.ledger()).toEqual([]);
    expect(await inspect(made)).toEqual({ state: 'missing' });
  });

  it('is not built over', async () => {
    sandbox.addStranger(vmid, '192.168.1.77');
    taken();
    const before = sandbox.ledger();
    await expect(create()).rejects.toThrow(hidden);
    expect(sandbox.ledger()).toEqual(before);
    expect(sandbox.stats().tasksStarted).toBe(0);
  });
});

describe('a site', () => {
  it('is made without failover when no nodes are set for it, and says so', async () => {
    const { output: made, skipped } = await create({}, { ...server, haNodes: '' });
    expect(made.failover).toBe(false);
    expect(skipped).toEqual(['register for failover', 'set failover nodes']);
    await terminate(made);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is set up once more when a mirror was out of reach', async () => {
    sandbox.failSetup({ exitCode: 75, phase: 'packages' });
    expect(await inspect((await create()).output)).toMatchObject({ state: 'running' });
  });

  it('is given up when its set-up breaks, with the phase, the reason and where the log is', async () => {
    sandbox.failSetup({ exitCode: 1, phase: 'database', reason: 'the database did not come up' });
    await expect(create()).rejects.toThrow(/failed in "database" \(exit code 1\): the database did not come up; .*\/log/);
  });

  it.each(['WARNINGS: 1', 'unexpected status'])(
    'is delivered when the creation ends with "%s" and the container is there',
    async (exitstatus) => {
      sandbox.endTask({ type: 'vzcreate', exitstatus, applied: true });
      expect(await inspect((await create()).output)).toMatchObject({ state: 'running' });
    },
  );

  it('is created again when the creation vanished and left nothing', async () => {
    sandbox.endTask({ type: 'vzcreate', exitstatus: 'unexpected status', applied: false });
    expect(await inspect((await create()).output)).toMatchObject({ state: 'running' });
    expect(kinds().filter((each) => each === 'container')).toHaveLength(1);
  });

  it('is found and taken away on the node that failover moved it to', async () => {
    const { output: made } = await create();
    sandbox.move(vmid, 'pve2');
    expect(await inspect(made)).toMatchObject({ state: 'running', node: 'pve2' });
    await terminate(made);
    expect(sandbox.ledger()).toEqual([]);
  });
});

describe('the connection test', () => {
  it('passes with the rights of the README and fails without any', async () => {
    expect((await provisioning.testConnection!({ ctx, server })).version).toMatch(/^Proxmox VE 9/);
    await expect(provisioning.testConnection!({ ctx, server: sandbox.powerless as unknown as ServerConfig })).rejects.toThrow(
      /lacks VM\.Allocate/,
    );
  });
});
