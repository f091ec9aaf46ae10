import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PaymenterPanel } from './support/paymenter-panel.js';

const publicIp = '203.0.113.10';
const order = { service_id: '12345', email: 'customer@example.com', plan: 'basic', public_ip: publicIp };
const site = { service_id: order.service_id };
const other = { service_id: '12346' };
const ok = { status: 200, json: { success: true } };

describe('a site that another panel orders, looks after and ends over HTTP', () => {
  jest.setTimeout(60_000);
  let panel: PaymenterPanel;
  beforeAll(async () => {
    panel = await PaymenterPanel.open();
  });
  afterAll(() => panel?.close());

  const refused = (status: number, error: RegExp | string) => ({
    status,
    json: { success: false, error: typeof error === 'string' ? error : expect.stringMatching(error) },
  });
  const get = (call: string) => panel.call('GET', `${call}?service_id=${site.service_id}`);
  const memory = () =>
    panel.one<number>(`SELECT settings ->> 'plan' FROM service_component WHERE name = 'site' ORDER BY service_id LIMIT 1`);

  it('is ordered once, however often the call is made, and answered at once', async () => {
    const answer = { status: 200, json: { success: true, vmid: 900, private_ip: '192.168.1.100', subdomain: 'customer' } };
    const answers = await Promise.all([1, 2, 3].map(() => panel.post('/create-site', order)));
    for (const one of answers) expect(one).toMatchObject(answer);
    expect(await panel.post('/create-site', { ...order, service_id: other.service_id })).toMatchObject({ json: { vmid: 901 } });
    expect(await panel.post('/create-site', { ...order, plan: 'premium' })).toMatchObject(refused(409, /ordered before with other values/));
    await Promise.all([panel.untilStatus(site.service_id, 'running'), panel.untilStatus(other.service_id, 'running')]);
    await panel.atRest();
    expect(await panel.post('/create-site', order)).toMatchObject(answer);
    expect(panel.stage.flaws(2)).toEqual([]);
    expect(await get('/status')).toMatchObject({
      status: 200,
      json: {
        service_id: '12345',
        vmid: 900,
        private_ip: '192.168.1.100',
        subdomain: 'customer',
        public_ip: publicIp,
        status: 'running',
        node: expect.any(String),
        resources: { cpu: expect.any(Number), memory: expect.any(Number), uptime: expect.any(Number) },
        domains: ['customer.nodepoint.eu'],
      },
    });
    expect(await panel.call('GET', '/health')).toMatchObject({
      status: 200,
      json: { status: 'ok', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    });
  });

  it('has domains once their DNS leads there, as many as its plan allows', async () => {
    const shop = { ...site, domain: 'Shop.example' };
    expect(await panel.post('/action/setdomain', shop)).toMatchObject(
      refused(400, `shop.example must lead to ${publicIp} and nowhere else before it is added`),
    );
    expect(await get('/action/getdomain')).toMatchObject({ status: 200, json: { success: true, domains: [], pending: [] } });
    for (const name of ['shop', 'b', 'c', 'd']) panel.names.set(`${name}.example`, 'A', [publicIp]);
    for (const path of ['/action/setdomain', '/actions/setdomain', '/customdomain/add'])
      expect(await panel.post(path, shop)).toMatchObject({ status: 200, json: { success: true, domain: 'shop.example' } });
    expect(panel.stage.ledger().filter((line) => line.startsWith('proxy-host'))).toHaveLength(3);
    expect(await panel.post('/action/setdomain', { ...other, domain: 'shop.example' })).toMatchObject(refused(409, /another service/));
    for (const domain of ['b.example', 'c.example']) expect(await panel.post('/action/setdomain', { ...site, domain })).toMatchObject(ok);
    expect(await panel.post('/action/setdomain', { ...site, domain: 'd.example' })).toMatchObject(refused(409, /plan allows 3 domains/));
    expect(await get('/actions/getdomain')).toMatchObject({ json: { domains: ['shop.example', 'b.example', 'c.example'], pending: [] } });
    for (let times = 0; times < 2; times += 1)
      expect(await panel.post('/action/deldomain', { ...site, domain: 'b.example' })).toMatchObject(ok);
    expect(await panel.post('/action/deldomain', { ...site, domain: 'never.example' })).toMatchObject(
      refused(404, /no domain never.example/),
    );
    expect(await panel.post('/action/setdomain', { ...site, domain: '192.0.2.1' })).toMatchObject(refused(400, /is not a domain/));
    expect((await get('/status')).json.domains.sort()).toEqual(['c.example', 'customer.nodepoint.eu', 'shop.example']);
    expect(await panel.call('GET', '/action/getdomain?service_id=nobody')).toMatchObject(refused(404, /no service/));
  });

  it('waits with a domain whose owner has yet to prove it, and says what the DNS must say', async () => {
    const mine = { ...site, domain: 'mine.example' };
    const asked = await panel.post('/customdomain/add', mine);
    expect(asked).toMatchObject(
      refused(400, /set the TXT record _hostwright-challenge\.mine\.example to \w{32}, and let mine\.example lead to/),
    );
    const { pending } = (await get('/action/getdomain')).json;
    expect(pending).toMatchObject([{ domain: 'mine.example', state: 'waiting', addresses: [publicIp], missing: expect.any(String) }]);
    expect(asked.json.error).toContain(pending[0].txt.value);
    // The same text however often it is asked for.
    expect((await panel.post('/customdomain/add', mine)).json.error).toContain(pending[0].txt.value);
    panel.names.set(pending[0].txt.name, 'TXT', [pending[0].txt.value]);
    expect(await panel.post('/customdomain/add', mine)).toMatchObject(
      refused(400, `mine.example is not added yet: let mine.example lead to ${publicIp}; it is added by itself once the DNS shows it`),
    );
    panel.names.set('mine.example', 'A', [publicIp]);
    expect(await panel.post('/customdomain/add', mine)).toMatchObject({ status: 200, json: { success: true, domain: 'mine.example' } });
    expect(await panel.one('SELECT verified_by FROM domain WHERE name = $1', ['mine.example'])).toBe('txt');
    expect(await panel.post('/action/deldomain', mine)).toMatchObject(ok);
  });

  it('is backed up as often as its plan allows, and goes back', async () => {
    const made = [await panel.post('/action/mkbak', site), await panel.post('/actions/mkbak', site)].map(({ json }) => json.backup);
    for (const [at, name] of made.entries()) expect(name).toMatch(new RegExp(`^BAK\\d{8}-${at + 1}$`));
    expect(await panel.post('/action/mkbak', site)).toMatchObject(refused(409, /backups/));
    const { json } = await get('/action/getbak');
    expect(json).toMatchObject({ success: true, used: 2, quota: 2 });
    expect(json.backups.map(({ name }: { name: string }) => name).sort()).toEqual(made);
    expect(await panel.post('/action/rollback', { ...site, bak: made[0] })).toMatchObject(ok);
    expect(await panel.post('/action/delbak', { ...site, bak: made[1] })).toMatchObject(ok);
    expect(await panel.post('/action/delbak', { ...site, bak: made[1] })).toMatchObject(refused(404, /there is no snapshot BAK/));
    expect((await get('/action/getbak')).json.used).toBe(1);
  });

  it('is switched off and on by its customer, and taken offline', async () => {
    for (const [call, status] of [
      ['stop', 'stopped'],
      ['start', 'running'],
      ['restart', 'running'],
    ] as const) {
      expect(await panel.post(`/action/${call}`, site)).toMatchObject(ok);
      expect((await get('/status')).json.status).toBe(status);
    }
    expect(await panel.post('/action/toggle', site)).toMatchObject({ status: 200, json: { success: true, enabled: false } });
    expect(await panel.post('/action/toggle', site)).toMatchObject({ status: 200, json: { success: true, enabled: true } });
  });

  it('stands still while it is suspended, and refuses what its customer asks', async () => {
    for (let times = 0; times < 2; times += 1) expect(await panel.post('/suspend', site)).toMatchObject(ok);
    await panel.untilStatus(site.service_id, 'stopped');
    await panel.atRest();
    expect(await panel.post('/suspend', site)).toMatchObject(ok);
    const calls = ['start', 'stop', 'restart', 'reset', 'mkbak', 'delbak', 'rollback', 'toggle', 'setdomain', 'deldomain'];
    for (const call of calls)
      expect(await panel.post(`/action/${call}`, { ...site, bak: 'BAK01012026-1', domain: 'd.example' })).toMatchObject(
        refused(401, 'this service is suspended'),
      );
    for (const call of ['getdomain', 'getbak'])
      expect(await get(`/action/${call}`)).toMatchObject(refused(401, 'this service is suspended'));
    expect(await panel.post('/customdomain/add', { ...site, domain: 'd.example' })).toMatchObject(
      refused(401, 'this service is suspended'),
    );
    for (let times = 0; times < 2; times += 1) expect(await panel.post('/unsuspend', site)).toMatchObject(ok);
    await panel.untilStatus(site.service_id, 'running');
    await panel.atRest();
    expect((await get('/action/getbak')).json.used).toBe(1);
  });

  it('becomes one of a larger plan, and not of a smaller one', async () => {
    for (let times = 0; times < 2; times += 1) expect(await panel.post('/wp/upgrade/', { ...site, plan: 'standard' })).toMatchObject(ok);
    await panel.atRest();
    expect(await memory()).toBe('standard');
    // The order told again is the same order, whatever its site has become.
    expect(await panel.post('/create-site', order)).toMatchObject({ status: 200, json: { success: true, vmid: 900 } });
    expect(await panel.post('/create-site', { ...order, plan: 'standard' })).toMatchObject(
      refused(409, /ordered before with other values/),
    );
    expect(await panel.post('/action/setdomain', { ...site, domain: 'd.example' })).toMatchObject(ok);
    expect((await get('/action/getbak')).json.quota).toBe(3);
    expect(await panel.post('/wp/upgrade/', { ...site, plan: 'basic' })).toMatchObject({ status: 409, json: { success: false } });
    expect(await panel.post('/wp/upgrade/', { ...site, plan: 'gigantic' })).toMatchObject(refused(400, /plan must be one of/));
  });

  it('goes back to what it was when it was made', async () => {
    expect(await panel.post('/action/reset', site)).toMatchObject(ok);
    expect((await get('/status')).json.status).toBe('running');
  });

  it('ends without a trace, and its address is not given again for a day', async () => {
    for (const one of [site, site, other]) expect(await panel.post('/delete-site', one)).toMatchObject(ok);
    await panel.atRest();
    expect(panel.stage.ledger()).toEqual([]);
    expect(await panel.post('/delete-site', site)).toMatchObject(ok);
    for (const call of ['/status', '/action/getdomain', '/action/getbak'])
      expect(await get(call)).toMatchObject(refused(404, /no service/));
    expect(await panel.one(`SELECT count(*)::int FROM domain WHERE state <> 'gone'`)).toBe(0);
    expect(await panel.one(`SELECT count(*)::int FROM reservation WHERE free_at IS NULL`)).toBe(0);
    expect(await panel.one(`SELECT min(free_at) > now() + interval '23 hours' FROM reservation`)).toBe(true);
    expect(await panel.post('/create-site', order)).toMatchObject(refused(409, /has ended/));
    expect(await panel.post('/create-site', { ...order, service_id: '12347' })).toMatchObject({
      json: { vmid: 902, private_ip: '192.168.1.102', subdomain: expect.stringMatching(/^customer-/) },
    });
    await panel.untilStatus('12347', 'running');
    expect(await panel.post('/delete-site', { service_id: '12347' })).toMatchObject(ok);
    await panel.atRest();
    expect(panel.stage.ledger()).toEqual([]);
    expect(await panel.tasks()).toEqual([]);
    for (const provider of panel.stage.everyProvider()) expect(provider.violations()).toEqual([]);
  });
});
