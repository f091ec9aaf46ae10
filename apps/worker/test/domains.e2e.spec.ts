import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { putControl, startNameServer, type NameServer } from '@hostwright/sdk-testing';
import { Stage } from './support/stage.js';
import { untilStep, waitFor } from './support/waits.js';

const publicIp = '203.0.113.10';
let names: NameServer;
let stage: Stage;

beforeAll(async () => {
  names = await startNameServer();
});
afterAll(() => names.stop());
beforeEach(async () => {
  stage = await Stage.open({ environment: { HOSTWRIGHT_DNS_SERVERS: names.address } });
});
afterEach(() => stage.close());

async function site(): Promise<string> {
  const { serviceId, jobId } = await stage.order();
  await stage.until(jobId, ['completed']);
  return serviceId;
}

const add = (serviceId: string, name: string) => stage.provisioning.domains.add({ serviceId, name, requestedBy: 'test' });

interface Row {
  readonly state: string;
  readonly add_job_id: string | null;
  readonly failure: string | null;
  readonly verified_by: string | null;
  readonly missing: string | null;
}

/** Waits until the domain is as it must be. */
function until(name: string, is: (row: Row) => boolean, withinMs = 20_000): Promise<Row> {
  const find = async () =>
    (await stage.db.pool.query<Row>(`SELECT * FROM domain WHERE name = $1 ORDER BY id DESC LIMIT 1`, [name])).rows[0]!;
  return waitFor(
    withinMs,
    async () => {
      const row = await find();
      return is(row) ? row : undefined;
    },
    async () => {
      const row = await find();
      const story = row.add_job_id === null ? '' : await stage.story(row.add_job_id);
      return `${name} did not come to that: ${JSON.stringify(row)}\n${story}`;
    },
  );
}

const isActive = ({ state }: Row) => state === 'active';
const isGone = ({ state }: Row) => state === 'gone';

/** Domains with a host of that owner and its certificate at the proxy. */
function published(serviceId: string): string[] {
  const ledger = stage.providers.proxy.ledger();
  const certified = new Set(ledger.filter(({ kind }) => kind === 'certificate').map(({ id }) => Number(id)));
  return ledger
    .filter(
      ({ kind, owner, details }) =>
        kind === 'proxy-host' && owner?.endsWith(`-${serviceId}`) && certified.has(Number(details?.['certificateId'])),
    )
    .flatMap(({ details }) => details?.['domains'] as string[])
    .sort();
}

describe("a site with domains of its customer's", () => {
  it('has them as soon as the DNS shows it, and leaves nothing of three when it ends', async () => {
    await stage.startLoop();
    const serviceId = await site();
    const before = stage.ledger();
    const { domain } = await add(serviceId, 'Shop.Example');
    await until('shop.example', ({ missing }) => missing !== null);
    expect(names.asked()).toEqual(expect.arrayContaining(['TXT _hostwright-challenge.shop.example', 'A shop.example']));
    expect(stage.ledger()).toEqual(before);
    names.set('_hostwright-challenge.shop.example', 'TXT', ['v=spf1 -all', domain.token]);
    await until('shop.example', ({ verified_by }) => verified_by === 'txt');
    names.set('shop.example', 'A', [publicIp]);
    for (const name of ['www.shop.example', 'xn--bcher-kva.example']) {
      names.set(name, 'A', [publicIp]);
      await add(serviceId, name);
    }
    const all = ['shop.example', 'www.shop.example', 'xn--bcher-kva.example'];
    for (const name of all) await until(name, isActive);
    expect(published(serviceId)).toEqual(expect.arrayContaining(all));
    const { jobId } = await stage.terminate(serviceId);
    await stage.until(jobId, ['completed']);
    expect(stage.ledger()).toEqual([]);
    for (const name of all) await until(name, isGone);
  });

  it('gives one up without a trace, and may have it again', async () => {
    await stage.startLoop();
    const serviceId = await site();
    const before = stage.ledger();
    names.set('again.example', 'A', [publicIp]);
    for (let time = 0; time < 2; time += 1) {
      await add(serviceId, 'again.example');
      await until('again.example', isActive);
      const { jobId } = await stage.provisioning.domains.remove({ serviceId, name: 'again.example', requestedBy: 'test' });
      await stage.until(jobId!, ['completed']);
      await until('again.example', isGone);
      const kinds = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
      expect(kinds(stage.ledger())).toEqual(kinds(before));
    }
  });

  it('has as many as its plan allows, and another once one has gone', async () => {
    await stage.startLoop();
    const serviceId = await site();
    const all = ['one.example', 'two.example', 'three.example'];
    for (const name of [...all, 'four.example']) names.set(name, 'A', [publicIp]);
    for (const name of all) await add(serviceId, name);
    const refused = expect.objectContaining({ code: 'conflict', message: expect.stringContaining('allows 3 domains') });
    await expect(add(serviceId, 'four.example')).rejects.toEqual(refused);
    expect((await stage.db.pool.query(`SELECT 1 FROM domain WHERE name = 'four.example'`)).rowCount).toBe(0);
    for (const name of all) await until(name, isActive);
    await stage.provisioning.domains.remove({ serviceId, name: 'two.example', requestedBy: 'test' });
    await until('two.example', isGone);
    await add(serviceId, 'four.example');
    await until('four.example', isActive);
    expect(published(serviceId)).toEqual(expect.arrayContaining(['four.example', 'one.example', 'three.example']));
    expect(published(serviceId)).not.toContain('two.example');
  });

  it('is as before when no certificate is issued', async () => {
    await stage.startLoop();
    const serviceId = await site();
    const before = stage.ledger();
    await putControl(stage.providers.proxy, '/certbot', { fails: true });
    names.set('blocked.example', 'A', [publicIp]);
    await add(serviceId, 'blocked.example');
    const { add_job_id: jobId } = await until('blocked.example', ({ add_job_id }) => add_job_id !== null);
    // What failed may have been done all the same, so a person may be asked first.
    const state = await stage.until(jobId!, ['failed', 'needs_operator']);
    if (state === 'needs_operator') await stage.provisioning.operators.rollBack(jobId!, 'staff:1');
    await stage.until(jobId!, ['failed', 'cancelled']);
    await until('blocked.example', isGone);
    expect(stage.ledger()).toEqual(before);
  });

  it('has one whose certificate takes long, and no worker waits for it', async () => {
    const worker = await stage.startWorker();
    const [serviceId, other] = [await site(), await site()];
    await putControl(stage.providers.proxy, '/certbot', { waits: true });
    names.set('slow.example', 'A', [publicIp]);
    await add(serviceId, 'slow.example');
    const isAsked = () => stage.providers.proxy.ledger().filter(({ kind }) => kind === 'certificate').length === 3;
    while (!isAsked()) await new Promise((resolve) => setTimeout(resolve, 20));
    // The call has a deadline of 20 s, behind which certbot goes on. A worker that dies leaves it the same, and sooner.
    worker.kill('SIGKILL');
    await stage.startWorker();
    const { add_job_id: jobId } = await until('slow.example', ({ add_job_id }) => add_job_id !== null);
    await untilStep(stage, jobId!, 'issue certificate', 'waiting');
    const held = async () =>
      (await stage.db.pool.query(`SELECT state FROM provisioning_job WHERE id = $1 AND worker_id IS NOT NULL`, [jobId])).rowCount;
    // Between two looks it is a row, and others have their turn.
    while ((await held()) !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const suspend = await stage.provisioning.desk.request(other, 'suspend', 'test');
    await stage.until(suspend.jobId, ['completed']);
    expect((await until('slow.example', () => true)).state).toBe('adding');
    await putControl(stage.providers.proxy, '/certbot', {});
    await until('slow.example', isActive);
    expect(published(serviceId)).toContain('slow.example');
    expect(stage.providers.proxy.ledger().filter(({ kind }) => kind === 'certificate')).toHaveLength(3);
  }, 60_000);

  it('does not get one that somebody else has at the proxy, who keeps it', async () => {
    await stage.startLoop();
    const serviceId = await site();
    await putControl(stage.providers.proxy, '/held', { domain: 'taken.example' });
    const before = stage.ledger();
    names.set('taken.example', 'A', [publicIp]);
    await add(serviceId, 'taken.example');
    expect((await until('taken.example', isGone)).failure).toMatch(/taken.example is in use by a host that does not bear our mark/);
    expect(stage.ledger()).toEqual(before);
  });

  it.each(['lost_reply', 'ghost_success', 'error_after'] as const)(
    'has one host and one certificate after %s at each call',
    async (kind) => {
      await stage.startLoop();
      const serviceId = await site();
      for (const [method, path] of [
        ['POST', '/proxy-hosts$'],
        ['POST', '/certificates$'],
        ['PUT', '/proxy-hosts/'],
      ] as const)
        stage.providers.proxy.fault({ kind, method, path });
      names.set('faulty.example', 'A', [publicIp]);
      await add(serviceId, 'faulty.example');
      await until('faulty.example', isActive);
      expect(published(serviceId).filter((name) => name === 'faulty.example')).toEqual(['faulty.example']);
      expect(stage.providers.proxy.ledger().filter(({ kind: what }) => what === 'certificate')).toHaveLength(2);
    },
  );

  it('has them although workers die while they are added', async () => {
    let worker = await stage.startWorker();
    const serviceId = await site();
    for (const name of ['one.example', 'two.example', 'three.example']) {
      names.set(name, 'A', [publicIp]);
      await add(serviceId, name);
    }
    for (const calls of [1, 3, 6, 9]) {
      const end = Date.now() + 10_000;
      const before = stage.providers.proxy.calls().length;
      while (stage.providers.proxy.calls().length < before + calls && Date.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 5));
      worker.kill('SIGKILL');
      worker = await stage.startWorker();
    }
    // One that dies while it looks at a domain keeps others from looking at that for a minute.
    for (const name of ['one.example', 'two.example', 'three.example']) await until(name, isActive, 80_000);
    expect(published(serviceId)).toHaveLength(4);
    const { jobId } = await stage.terminate(serviceId);
    await stage.until(jobId, ['completed']);
    expect(stage.ledger()).toEqual([]);
  }, 150_000);
});
