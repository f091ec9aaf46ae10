import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PaymenterPanel } from './support/paymenter-panel.js';

/** Of a proxy of its own, not the one that customers' zones lead to. */
const publicIp = '203.0.113.20';
const order = { service_id: 'site 1', email: 'customer@example.com', plan: 'basic', public_ip: publicIp };
const site = { service_id: order.service_id };
const done = { status: 200, json: { success: true } };

describe('another panel whose connection breaks, while workers are killed', () => {
  jest.setTimeout(60_000);
  let panel: PaymenterPanel;
  beforeAll(async () => {
    panel = await PaymenterPanel.open();
  });
  afterAll(() => panel?.close());

  const count = (table: string) => panel.one<number>(`SELECT count(*)::int FROM ${table}`);
  const jobs = (operation: string) => panel.one<number>(`SELECT count(*)::int FROM provisioning_job WHERE operation = $1`, [operation]);
  const ledger = (kind: string) => panel.stage.ledger().filter((line) => line.startsWith(`${kind} `));
  const killWorker = async (): Promise<void> => {
    panel.worker.kill('SIGKILL');
    panel.worker = await panel.stage.startWorker();
  };

  it('orders one site, though it never heard the first answer', async () => {
    await panel.lose('/create-site', order, async () => ((await count('service')) > 0 ? true : undefined));
    const answer = { status: 200, json: { success: true, vmid: 900, private_ip: '192.168.1.100', subdomain: 'customer' } };
    expect(await panel.post('/create-site', order)).toMatchObject(answer);
    await panel.until('the container is being made', () => Promise.resolve(ledger('container')[0]));
    await killWorker();
    expect(await panel.post('/create-site', order)).toMatchObject(answer);
    await panel.untilStatus(encodeURIComponent(site.service_id), 'running');
    await panel.atRest();
    expect([await count('service'), await jobs('create')]).toEqual([1, 1]);
    expect(panel.stage.flaws(1)).toEqual([]);
  });

  it('adds a domain once, and takes it away once', async () => {
    panel.names.set('shop.example', 'A', [publicIp]);
    const shop = { ...site, domain: 'shop.example' };
    await panel.lose('/action/setdomain', shop, async () => ((await jobs('addDomain')) > 0 ? true : undefined));
    await killWorker();
    expect(await panel.post('/action/setdomain', shop)).toMatchObject(done);
    await panel.atRest();
    expect([await count('domain'), await jobs('addDomain'), ledger('proxy-host').length]).toEqual([1, 1, 2]);
    await panel.lose('/action/deldomain', shop, async () => ((await jobs('removeDomain')) > 0 ? true : undefined));
    await killWorker();
    expect(await panel.post('/action/deldomain', shop)).toMatchObject(done);
    await panel.atRest();
    expect([await jobs('removeDomain'), ledger('proxy-host').length]).toEqual([1, 1]);
    expect(await panel.post('/action/deldomain', shop)).toMatchObject(done);
  });

  it('adds a domain with a zone at our name servers once its owner has proven it, and takes both away', async () => {
    const nameServers = ['ns1.example.net', 'ns2.example.net'];
    const { pool } = panel.stage.db;
    await pool.query(`UPDATE server SET settings = settings || $1 WHERE id = $2`, [
      JSON.stringify({ nameServers: nameServers.join(',') }),
      panel.stage.serverIds.provisioning,
    ]);
    // From now on the site's zones are made where customers' zones are.
    const connect = (name: string) =>
      pool.query(
        `UPDATE service_component SET connections = connections || jsonb_build_object('dns', (SELECT id::text FROM server WHERE kind = 'dns' AND (name = 'zones of customers') = $1))`,
        [name === 'zones'],
      );
    await connect('zones');
    const mine = { ...site, domain: 'mine.example' };
    panel.names.set('mine.example', 'NS', nameServers);
    const { json } = await panel.post('/customdomain/add', mine);
    expect(json.error).toMatch(
      /set the TXT record .* lead to 203\.0\.113\.20, or delegate it to ns1\.example\.net and ns2\.example\.net; it is/,
    );
    // Delegation alone proves nothing: it may be the last owner's.
    expect(panel.zones.ledger()).toEqual([]);
    const [, name, value] = /TXT record (\S+) to (\w+),/.exec(json.error)!;
    panel.names.set(name!, 'TXT', [value!]);
    const added = panel.post('/customdomain/add', mine);
    await panel.until('the zone is made', () => Promise.resolve(panel.zones.ledger().find(({ details }) => details?.['served'] === true)));
    for (const name of ['mine.example', 'www.mine.example']) panel.names.set(name, 'A', [publicIp]);
    expect(await added).toMatchObject(done);
    expect(await panel.one(`SELECT zone FROM domain WHERE name = 'mine.example'`)).toBe(true);
    const atProxy = panel.stage.providers.proxy.ledger();
    for (const kind of ['proxy-host', 'certificate'])
      expect(atProxy.filter((entry) => entry.kind === kind).map(({ details }) => details?.['domains'])).toContainEqual([
        'mine.example',
        'www.mine.example',
      ]);
    expect(ledger('proxy-host')).toHaveLength(2);
    const addresses = panel.zones.ledger().filter(({ details }) => details?.['type'] === 'A');
    expect(addresses.map(({ details }) => details?.['data'])).toEqual([publicIp, publicIp]);
    expect(await panel.post('/action/deldomain', mine)).toMatchObject(done);
    expect(panel.zones.ledger()).toEqual([]);
    await connect('as before');
  });

  it('sells one support subscription for each id, and brings it to its end', async () => {
    const one = { service_id: 'support 1' };
    const asked = { ...one, email: 'customer@example.com', firstname: 'Ada', lastname: 'Lovelace' };
    expect(await panel.post('/support/create', asked)).toMatchObject({
      status: 200,
      json: { success: true, ...one, support_key: expect.stringMatching(/^SUP-[A-Z0-9]{16}$/), status: 'ACTIVE' },
    });
    expect(await panel.post('/support/create', asked)).toMatchObject({ status: 409, json: { success: false, error: expect.any(String) } });
    for (const [verb, state, status] of [
      ['suspend', 'suspended', 'SUSPENDED'],
      ['unsuspend', 'active', 'ACTIVE'],
      ['terminate', 'terminated', 'INACTIVE'],
    ] as const) {
      await panel.atRest();
      await panel.lose(`/support/${verb}`, one, async () => ((await jobs(verb)) > 0 ? true : undefined));
      await killWorker();
      for (let times = 0; times < 2; times += 1)
        expect(await panel.post(`/support/${verb}`, one)).toMatchObject({ status: 200, json: { success: true, ...one, status } });
      await panel.atRest();
      expect(await panel.one('SELECT state FROM service WHERE external_id = $1', [one.service_id])).toBe(state);
      expect(await jobs(verb)).toBe(1);
    }
    // The row is kept, and its key is never anybody else's.
    expect(await panel.one(`SELECT count(*)::int FROM reservation WHERE value LIKE 'SUP-%'`)).toBe(1);
    expect(await panel.post('/support/create', asked)).toMatchObject({ status: 409 });
    expect(await panel.post('/support/suspend', { service_id: 'nobody' })).toMatchObject({ status: 404 });
  });

  it('ends the site once', async () => {
    await panel.lose('/delete-site', site, async () => ((await jobs('terminate')) > 0 ? true : undefined));
    await killWorker();
    expect(await panel.post('/delete-site', site)).toMatchObject(done);
    await panel.atRest();
    expect(await panel.post('/delete-site', site)).toMatchObject(done);
    expect([await jobs('terminate'), panel.stage.ledger()]).toEqual([2, []]);
    expect(await panel.tasks()).toEqual([]);
    for (const provider of [...panel.stage.everyProvider(), panel.zones]) expect(provider.violations()).toEqual([]);
  });
});
