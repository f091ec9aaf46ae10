import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  fields,
  operation,
  secret,
  type CertificateOperationShape,
  type CertificateRequest,
  type DnsOperationShape,
  type DnsRecordInput,
  type Fields,
  type IssuedCertificate,
} from '@hostwright/sdk';
import { bundle, componentsOf, order, played, verb } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { refused, Things } from './testing/things.js';

type Obtain = CertificateOperationShape<Fields, CertificateRequest, IssuedCertificate>;

describe('a certificate that a module asks of the connected certificate module', () => {
  let engine: EngineFixture;
  let things: Things;
  let published: string[];
  let after: () => void;
  const key = 'PRIVATE-KEY-OF-A-CERTIFICATE';

  const site = () =>
    played({
      properties: fields({
        validTo: { type: 'text', label: 'Valid to' },
        privateKey: { type: 'secret', label: 'Key', optional: true },
      }),
      steps: ['obtain certificate', 'serve'],
      async create({ step, ctx, service }) {
        const made = await step('obtain certificate', ctx.certificates.obtain({ names: ['a.example.com'] }));
        await step('serve', { run: async () => after() });
        return { remoteId: `site${service.id}`, validTo: made.validTo, privateKey: made.privateKey };
      },
      more: { terminate: verb('remove', () => undefined) },
    });
  const obtain = operation<Obtain>({
    steps: ['make key', 'order', 'publish'],
    async run({ step, ctx, input: { names } }) {
      const { privateKey } = await step('make key', { run: async () => ({ privateKey: secret(key) }) });
      await step('order', things.step('order', ctx.owner));
      await step('publish', ctx.dns.ensureRecord({ name: `_acme-challenge.${names[0]!}`, type: 'TXT', content: 'x', ttl: 60 }));
      const [validFrom, validTo] = ['2026-11-26T00:00:00Z', '2027-02-24T00:00:00Z'];
      return { names, certificate: 'cert', chain: '', privateKey, orderId: 'order', validFrom, validTo, paidTo: validTo };
    },
  });
  const ensureRecord = operation<DnsOperationShape<Fields, DnsRecordInput, never>>({
    steps: ['write'],
    async run({ step, ctx, input: { name } }) {
      await step('write', {
        run: async () => void published.push(`${name} for ${ctx.owner}`),
        undo: async () => void published.pop(),
      });
      return undefined as never;
    },
  });

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await bundle(engine, 'secure', [{ name: 'web', extension: 'site' }]);
    await bundle(engine, 'unconnected', [{ name: 'web', extension: 'site' }]);
    await engine.pool.query(
      `UPDATE product_component SET connections = jsonb_build_object('certificate', $1::text, 'dns', $1::text)
         WHERE product_id = (SELECT id FROM product WHERE code = 'secure')`,
      [engine.serverId],
    );
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
    published = [];
    after = () => undefined;
    engine.others = { site: site() };
    engine.modules = { certificate: { obtain }, dns: { ensureRecord } };
  });
  /** Everything that the database holds of jobs and services, as text. */
  const everything = async () => {
    const { rows } = await engine.pool.query<{ all: string }>(
      `SELECT (SELECT coalesce(json_agg(s), '[]') FROM provisioning_step s)::text || (SELECT coalesce(json_agg(j), '[]') FROM provisioning_job j)::text
         || (SELECT coalesce(json_agg(e), '[]') FROM provisioning_event e)::text || (SELECT coalesce(json_agg(c), '[]') FROM service_component c)::text AS all`,
    );
    return rows[0]!.all;
  };

  it('is obtained under the service’s own mark, with records at the dns module that the service is connected to, and its key is never in the clear', async () => {
    const { jobId, serviceId } = await order(engine, 'secure');
    const { steps } = await engine.until(jobId, 'completed');
    expect(steps['web / obtain certificate / publish / write']).toMatchObject({ state: 'done' });
    expect(published).toEqual([`_acme-challenge.a.example.com for hw-test-${serviceId}`]);
    expect((await componentsOf(engine, serviceId))['web']).toMatchObject({ properties: { validTo: '2027-02-24T00:00:00Z' } });
    expect(await everything()).not.toContain(key);
  });

  it('is withdrawn, records and all, when what comes after it fails', async () => {
    after = () => refused();
    const { jobId } = await order(engine, 'secure');
    await engine.until(jobId, 'failed');
    expect([[...things.made.keys()], published]).toEqual([[], []]);
    expect(await everything()).not.toContain(key);
  });

  it('waits for staff, who are told which component lacks the module, where none is connected', async () => {
    const { jobId } = await order(engine, 'unconnected');
    await engine.until(jobId, 'needs_operator');
    const { rows } = await engine.pool.query<{ title: string }>(`SELECT title FROM operator_task WHERE job_id = $1`, [jobId]);
    expect(rows).toEqual([{ title: "No certificate module is connected to 'web'" }]);
  });
});
