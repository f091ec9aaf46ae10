import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, PanelError } from '@hostwright/sdk';
import { DomainFixture } from './testing/domain-fixture.js';

let at: DomainFixture;
beforeAll(async () => {
  at = await DomainFixture.make();
});
afterAll(() => at.engine.end());
beforeEach(() => at.reset());

describe('the job that adds a domain', () => {
  it('waits for a slow certificate as a row that no worker holds', async () => {
    at.looks = 1_000_000;
    const { jobId, domain } = await at.begun(await at.service());
    await at.engine.when(async () => {
      const { rows } = await at.engine.pool.query(
        `SELECT 1 FROM provisioning_job WHERE id = $1 AND state = 'waiting' AND worker_id IS NULL`,
        [jobId],
      );
      return rows.length === 1;
    }, 'it waits and nobody holds it');
    expect(await at.now(domain)).toMatchObject({ state: 'adding', addJobId: jobId, lookAt: null });
    at.looks = -1;
    await at.engine.until(jobId, 'completed');
    expect(await at.now(domain)).toMatchObject({ state: 'active' });
  });

  it('that gets no certificate leaves nothing, and the domain says why', async () => {
    at.looks = 1;
    const { jobId, domain } = await at.begun(await at.service());
    await at.engine.until(jobId, 'failed');
    expect(at.hosts.size).toBe(0);
    expect(await at.now(domain)).toMatchObject({ state: 'gone', failure: 'no certificate was issued' });
  });

  it('touches nothing of a stranger, says so, and does not hold the service up', async () => {
    at.hosts.set('shop.example', 'hw-other-1');
    const serviceId = await at.service();
    const { jobId, domain } = await at.begun(serviceId);
    const job = await at.engine.until(jobId, 'failed');
    expect(job.failure).toEqual({ code: 'not_owned', message: "shop.example is somebody else's host" });
    expect(job.tasks).toEqual(['failed']);
    expect([...at.hosts]).toEqual([['shop.example', 'hw-other-1']]);
    expect(await at.now(domain)).toMatchObject({ state: 'gone', failure: "shop.example is somebody else's host" });
    await at.become(serviceId, 'suspend');
  });

  it('asks no staff about what is the fault of who asked', async () => {
    at.trouble = () => Promise.reject(new PanelError('invalid_input', 'not delegated to us'));
    const { jobId } = await at.begun(await at.service());
    expect((await at.engine.until(jobId, 'failed')).tasks).toEqual([]);
  });

  it('makes one host when the answer was lost', async () => {
    let calls = 0;
    at.trouble = async (name) => {
      calls += 1;
      at.hosts.set(name, `hw-test-${serviceId}`);
      throw new PanelError('unknown_outcome', 'the connection was reset');
    };
    const serviceId = await at.service();
    const { jobId, domain } = await at.begun(serviceId);
    await at.engine.until(jobId, 'completed');
    expect([calls, at.hosts.size]).toEqual([1, 1]);
    expect(await at.now(domain)).toMatchObject({ state: 'active' });
  });

  it('goes on where it was when its worker has died', async () => {
    at.looks = 1_000_000;
    const { jobId, domain } = await at.begun(await at.service());
    await at.engine.when(async () => at.hosts.size === 1);
    await at.engine.crash(jobId);
    at.looks = -1;
    await at.engine.until(jobId, 'completed');
    expect(at.hosts.size).toBe(1);
    expect(await at.now(domain)).toMatchObject({ state: 'active' });
  });

  it('is stopped when the domain is taken back, and undoes what it did', async () => {
    at.looks = 1_000_000;
    const serviceId = await at.service();
    const { jobId, domain } = await at.begun(serviceId);
    await at.engine.when(async () => at.hosts.size === 1 && (await at.engine.view(jobId)).state === 'waiting');
    expect(await at.remove(serviceId)).toMatchObject({ jobId, created: false });
    await at.engine.until(jobId, 'cancelled');
    expect(at.hosts.size).toBe(0);
    expect(await at.now(domain)).toMatchObject({ state: 'gone' });
  });

  it('that comes to its end while the domain is taken back is followed by its removal', async () => {
    const serviceId = await at.service();
    at.trouble = async () => {
      at.trouble = undefined;
      // Between the worker's last look at the job and its end.
      expect(await at.remove(serviceId)).toMatchObject({ jobId: expect.any(String) });
    };
    const { jobId, domain } = await at.begun(serviceId);
    await at.engine.until(jobId, 'completed');
    expect(await at.now(domain)).toMatchObject({ state: 'removing', removeJobId: null, lookAt: expect.any(Date) });
    expect(await at.remove(serviceId)).toMatchObject({ jobId: null, created: false });
    await at.look();
    const { removeJobId } = await at.now(domain);
    await at.engine.until(removeJobId!, 'completed');
    expect(await at.now(domain)).toMatchObject({ state: 'gone', lookAt: null });
    expect(at.hosts.size).toBe(0);
    await at.look();
    expect(await at.jobsOf(serviceId)).toEqual(['create', 'addDomain', 'removeDomain']);
  });

  it('that comes to its end while the service ends goes with it', async () => {
    const serviceId = await at.service();
    at.trouble = async () => {
      at.trouble = undefined;
      await at.remove(serviceId);
    };
    const { jobId, domain } = await at.begun(serviceId);
    await at.engine.until(jobId, 'completed');
    await at.become(serviceId, 'terminate');
    await at.look();
    expect(await at.now(domain)).toMatchObject({ state: 'gone', lookAt: null, removeJobId: null });
    expect(at.hosts.size).toBe(0);
  });

  it('asks for the same text again when an earlier try has failed', async () => {
    const serviceId = await at.service();
    at.looks = 1;
    const { jobId, domain } = await at.begun(serviceId);
    await at.engine.until(jobId, 'failed');
    const token = 'T'.repeat(32);
    await at.engine.pool.query(`UPDATE domain SET token = $2 WHERE id = $1`, [domain.id, token]);
    const again = await at.add(serviceId);
    expect(again.domain.id).not.toBe(domain.id);
    expect(again.domain.token).toBe(token);
    expect((await at.add(serviceId, 'other.example')).domain.token).not.toBe(token);
  });

  it('is at.ended by staff, and with it the domain', async () => {
    at.trouble = () => Promise.reject(new Error('a bug'));
    const { jobId, domain } = await at.begun(await at.service());
    await at.engine.until(jobId, 'needs_operator');
    expect(await at.now(domain)).toMatchObject({ state: 'adding' });
    await at.engine.operators.markResolved(jobId, 'the proxy is broken', 'staff:1');
    expect(await at.now(domain)).toMatchObject({ state: 'gone', failure: 'ended by staff: the proxy is broken' });
  });
});

describe('the removal of a domain', () => {
  it('takes everything away, once, and the name may be added again', async () => {
    const serviceId = await at.service();
    const domain = await at.active(serviceId);
    const answers = await Promise.all([at.remove(serviceId), at.remove(serviceId)]);
    expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1);
    await at.engine.until(answers[0]!.jobId!, 'completed');
    expect(at.hosts.size).toBe(0);
    expect(await at.now(domain)).toMatchObject({ state: 'gone', failure: null, removeJobId: answers[0]!.jobId });
    const again = await at.active(serviceId);
    expect(again.id).not.toBe(domain.id);
    expect(at.hosts.size).toBe(1);
  });

  it('is possible while the service is suspended', async () => {
    const serviceId = await at.service();
    const domain = await at.active(serviceId);
    await at.become(serviceId, 'suspend');
    await at.engine.until((await at.remove(serviceId)).jobId!, 'completed');
    expect(await at.now(domain)).toMatchObject({ state: 'gone' });
  });

  it('that failed keeps the domain until it is gone indeed', async () => {
    at.trouble = undefined;
    const serviceId = await at.service();
    const domain = await at.active(serviceId);
    at.trouble = () => Promise.reject(new PanelError('rejected', 'the proxy is read-only'));
    const { jobId } = await at.remove(serviceId);
    await at.engine.until(jobId!, 'needs_operator');
    expect(await at.now(domain)).toMatchObject({ state: 'removing' });
    await expect(at.add(serviceId)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/being removed/) });
    at.trouble = undefined;
    await at.engine.operators.retry(jobId!, 'staff:1');
    await at.engine.until(jobId!, 'completed');
    expect(await at.now(domain)).toMatchObject({ state: 'gone' });
  });

  it('that was rolled back is asked for anew', async () => {
    const serviceId = await at.service();
    const domain = await at.active(serviceId);
    at.trouble = () => Promise.reject(new PanelError('rejected', 'the proxy is read-only'));
    const { jobId } = await at.remove(serviceId);
    await at.engine.until(jobId!, 'needs_operator');
    await at.engine.operators.rollBack(jobId!, 'staff:1');
    await at.engine.until(jobId!, 'cancelled');
    expect(await at.now(domain)).toMatchObject({ state: 'removing' });
    at.trouble = undefined;
    const again = await at.remove(serviceId);
    expect([again.created, again.jobId === jobId]).toEqual([true, false]);
    await at.engine.until(again.jobId!, 'completed');
    expect(await at.now(domain)).toMatchObject({ state: 'gone' });
  });

  it('is done when staff say that they have done it', async () => {
    const serviceId = await at.service();
    const domain = await at.active(serviceId);
    at.trouble = () => Promise.reject(new PanelError('rejected', 'the proxy is read-only'));
    const { jobId } = await at.remove(serviceId);
    await at.engine.until(jobId!, 'needs_operator');
    await at.engine.operators.markResolved(jobId!, 'removed by hand', 'staff:1');
    expect(await at.now(domain)).toMatchObject({ state: 'gone', failure: null });
    expect((await at.engine.view(jobId!)).state).toBe('completed');
  });
});

describe('the end of a service', () => {
  it('takes its domains with it, those that are being added too', async () => {
    const serviceId = await at.service();
    const [one, two] = [await at.active(serviceId, 'a.example'), await at.active(serviceId, 'b.example')];
    at.looks = 1_000_000;
    const { domain: three, jobId: adding } = await at.begun(serviceId, 'c.example');
    await at.engine.when(async () => at.hosts.size === 3 && (await at.engine.view(adding)).state === 'waiting');
    const { jobId } = await at.engine.desk.request(serviceId, 'terminate', 'test');
    await at.engine.until(jobId, 'completed');
    expect(at.hosts.size).toBe(0);
    expect(at.ended[0]!.map(({ name }) => name)).toEqual(['a.example', 'b.example', 'c.example']);
    for (const domain of [one, two, three]) expect(await at.now(domain)).toMatchObject({ state: 'gone' });
    expect((await at.engine.view(adding)).state).toBe('cancelled');
    expect(await at.add(await at.service(), 'a.example')).toMatchObject({ created: true });
  });

  it('that staff declare takes them too', async () => {
    const broken = operation({ steps: ['end'], run: () => Promise.reject(new Error('a bug')) });
    at.engine.modules = { provisioning: { ...at.module, terminate: broken } };
    const serviceId = await at.service();
    const domain = await at.active(serviceId);
    const { jobId } = await at.engine.desk.request(serviceId, 'terminate', 'test');
    await at.engine.until(jobId, 'needs_operator');
    expect(await at.now(domain)).toMatchObject({ state: 'active' });
    await at.engine.operators.markResolved(jobId, 'removed by hand', 'staff:1');
    expect(await at.now(domain)).toMatchObject({ state: 'gone', failure: null });
  });
});
