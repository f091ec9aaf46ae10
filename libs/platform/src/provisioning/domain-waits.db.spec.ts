import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { domainPatienceMs } from '@hostwright/core';
import { operation, pending, type PanelError } from '@hostwright/sdk';
import { address, DomainFixture } from './testing/domain-fixture.js';

let at: DomainFixture;
beforeAll(async () => {
  at = await DomainFixture.make();
  await at.engine.product('fewer', { domains: 1 });
});
afterAll(() => at.engine.end());
beforeEach(() => at.reset());

describe('a domain that waits for its DNS', () => {
  it('is a row and no job, and holds up nothing else of the service', async () => {
    const serviceId = await at.service();
    const { domain, jobId, created } = await at.add(serviceId, 'Shop.Example.');
    expect([domain.name, domain.state, jobId, created]).toEqual(['shop.example', 'adding', null, true]);
    await at.look();
    expect(await at.now(domain)).toMatchObject({
      verifiedBy: null,
      missing: `shop.example leads nowhere, not to ${address}, and the TXT record _hostwright-challenge.shop.example does not say ${domain.token}`,
    });
    expect(await at.jobsOf(serviceId)).toEqual(['create']);
    await at.become(serviceId, 'suspend');
    expect((await at.now(domain)).lookAt!.getTime()).toBeGreaterThan(Date.now());
  });

  it('is added once the text was seen and it leads here, whichever comes first', async () => {
    const serviceId = await at.service();
    const { domain } = await at.add(serviceId);
    at.dns.set('TXT _hostwright-challenge.shop.example', ['other', domain.token]);
    await at.look();
    expect(await at.now(domain)).toMatchObject({
      verifiedBy: 'txt',
      missing: `shop.example leads nowhere, not to ${address}`,
      addJobId: null,
    });
    at.dns.clear();
    at.dns.set('A shop.example', [address]);
    expect(await at.add(serviceId)).toMatchObject({ created: false, jobId: null }); // asked again: looked at once more
    await at.look();
    const { addJobId } = await at.now(domain);
    await at.engine.until(addJobId!, 'completed');
    expect(await at.now(domain)).toMatchObject({
      state: 'active',
      verifiedBy: 'txt',
      zone: false,
      lookAt: null,
      missing: null,
      failure: null,
    });
    expect(await at.add(serviceId)).toMatchObject({ created: false, jobId: addJobId });
    expect([...at.hosts]).toEqual([['shop.example', `hw-test-${serviceId}`]]);
  });

  it('is given a zone when it is delegated to us, and the module is told', async () => {
    const serviceId = await at.service();
    const { domain } = await at.add(serviceId);
    at.dns.set('TXT _hostwright-challenge.shop.example', [domain.token]);
    at.dns.set('NS shop.example', ['ns1.panel.example']);
    await at.look();
    const { addJobId, zone } = await at.now(domain);
    expect(zone).toBe(true);
    expect((await at.engine.until(addJobId!, 'completed')).program.components[0]!.domain).toEqual({ name: 'shop.example', zone: true });
  });

  it('is looked at by one watch at a time, and by another when that one has died', async () => {
    const { domain } = await at.add(await at.service());
    const [one, other] = await Promise.all([at.engine.waits.claim(10), at.engine.waits.claim(10)]);
    expect([...one, ...other].map(({ id }) => id)).toEqual([domain.id]);
    await at.engine.pool.query(`UPDATE domain SET look_at = look_at - interval '1 minute' WHERE id = $1`, [domain.id]);
    expect((await at.engine.waits.claim(10)).map(({ id }) => id)).toEqual([domain.id]);
  });

  it('becomes one job, however often it is found ready', async () => {
    const serviceId = await at.service();
    const { domain } = await at.add(serviceId);
    const verdict = { verifiedBy: 'address', ready: true, zone: false, missing: null } as const;
    await Promise.all(Array.from({ length: 5 }, () => at.engine.waits.begin(domain.id, verdict)));
    expect(await at.jobsOf(serviceId)).toEqual(['create', 'addDomain']);
  });

  it('is given up after 72 hours, says why, and frees its name', async () => {
    const { domain } = await at.add(await at.service());
    await at.engine.pool.query(`UPDATE domain SET created_at = now() - $2 * interval '1 millisecond' WHERE id = $1`, [
      domain.id,
      domainPatienceMs,
    ]);
    await at.look();
    expect(await at.now(domain)).toMatchObject({
      state: 'gone',
      lookAt: null,
      failure: expect.stringMatching(/^given up after 72 hours: shop/),
    });
    expect(await at.add(await at.service())).toMatchObject({ created: true });
  });

  it('waits on while the service is suspended, and is gone with it', async () => {
    const serviceId = await at.service();
    const { domain } = await at.add(serviceId);
    await at.become(serviceId, 'suspend');
    at.dns.set('A shop.example', [address]);
    await at.look();
    expect(await at.now(domain)).toMatchObject({
      state: 'adding',
      addJobId: null,
      verifiedBy: 'address',
      missing: 'the service is suspended',
    });
    await at.become(serviceId, 'terminate');
    expect(await at.now(domain)).toMatchObject({ state: 'gone' });
    expect(at.ended).toEqual([[]]); // nothing of it had been made
    await at.look();
    expect(await at.jobsOf(serviceId)).not.toContain('addDomain');
  });

  it('is gone at once when it is taken back', async () => {
    const serviceId = await at.service();
    const { domain } = await at.add(serviceId);
    expect(await at.remove(serviceId)).toMatchObject({ jobId: null, domain: { state: 'gone' } });
    await at.engine.waits.begin(domain.id, { verifiedBy: 'address', ready: true, zone: false, missing: null });
    expect(await at.jobsOf(serviceId)).toEqual(['create']);
    await expect(at.remove(serviceId)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('asking for a domain', () => {
  it('gives it to one of two services that want it at once, and tells the other', async () => {
    const services = [await at.service(), await at.service(), await at.service()];
    const answers = await Promise.allSettled(services.map((serviceId) => at.add(serviceId)));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as PanelError] : []));
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: 'conflict', field: 'name', message: 'shop.example belongs to another service already' });
  });

  it('twice at once is asking once', async () => {
    const serviceId = await at.service();
    const answers = await Promise.all(Array.from({ length: 5 }, () => at.add(serviceId)));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ domain }) => domain.id)).size).toBe(1);
  });

  it('stops at what the plan allows, also when all ask at once, and one that goes makes room', async () => {
    const serviceId = await at.service();
    const names = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
    const answers = await Promise.allSettled(names.map((name) => at.add(serviceId, name)));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as PanelError] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ code: 'conflict', message: 'the plan allows 3 domains, and the service has 3' });
    const { rows } = await at.engine.pool.query<{ name: string }>(`SELECT name FROM domain WHERE service_id = $1`, [serviceId]);
    await at.remove(serviceId, rows[0]!.name);
    expect(await at.add(serviceId, 'f.example')).toMatchObject({ created: true });
  });

  it('keeps a service from a plan that allows fewer', async () => {
    const serviceId = await at.service();
    for (const name of ['a.example', 'b.example']) await at.add(serviceId, name);
    await expect(at.engine.desk.changePackage(serviceId, 'fewer', 'test')).rejects.toMatchObject({
      code: 'conflict',
      message: 'the plan allows 1 domain, and the service has 2',
    });
    await at.remove(serviceId, 'a.example');
    await at.engine.until((await at.engine.desk.changePackage(serviceId, 'fewer', 'test')).jobId, 'completed');
    await expect(at.add(serviceId, 'c.example')).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['a zone of ours', 'panel.example'],
    ['a name in a zone of ours', 'Customer.Panel.Example'],
    ['an address', '203.0.113.10'],
    ['300 characters', `${'a'.repeat(290)}.example`],
  ])('for %s is refused, and nothing is written', async (_, name) => {
    const serviceId = await at.service();
    await expect(at.add(serviceId, name)).rejects.toMatchObject({ code: 'invalid_input', field: 'name' });
    const { rows } = await at.engine.pool.query(`SELECT 1 FROM domain WHERE service_id = $1`, [serviceId]);
    expect(rows).toEqual([]);
  });

  it('is refused for services that are not there, not active, or ending, and by modules that take none', async () => {
    const pendingService = await at.engine.service();
    await expect(at.add(pendingService)).rejects.toMatchObject({ code: 'conflict' });
    await expect(at.add('999999')).rejects.toMatchObject({ code: 'not_found' });
    await expect(at.add('no id')).rejects.toMatchObject({ code: 'not_found' });
    const serviceId = await at.service();
    await expect(at.engine.domains.add({ serviceId, name: 'shop.example', ownedBy: '999999', requestedBy: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
    at.engine.modules = { provisioning: { create: at.module.create } };
    await expect(at.add(serviceId)).rejects.toMatchObject({ code: 'unsupported' });
    const slow = operation({ steps: ['end'], run: ({ step }) => step('end', { until: async () => pending(undefined, 60_000) }) });
    at.engine.modules = { provisioning: { ...at.module, terminate: slow } };
    await at.engine.desk.request(serviceId, 'terminate', 'test');
    await expect(at.add(serviceId)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/being terminated/) });
  });

  it('is refused by nobody but its module when that says nonsense', async () => {
    const serviceId = await at.service();
    at.engine.modules = { provisioning: { ...at.module, domainTarget: () => ({ addresses: ['shop'] }) } };
    await expect(at.add(serviceId)).rejects.toThrow(/did not say where domains lead/);
  });
});
