import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { failureOf, sandboxFetch, testCtx, type TestCtx, type TestCtxOptions } from '@hostwright/sdk-testing';
import { alive, aStage, callsOf, create, later, order, run, type Stage } from '../test/stage.js';
import { provisioning } from './modules.js';
import { contactFields, requestFields } from './order-fields.js';

/** Bodies of what is sent there, as they go over the line. */
function listening(path: string): { readonly options: TestCtxOptions; readonly bodies: string[] } {
  const bodies: string[] = [];
  const send = sandboxFetch();
  const fetch: typeof send = (url, request) => {
    if (url.includes(path)) bodies.push(request?.body ?? '');
    return send(url, request);
  };
  return { options: { fetch }, bodies };
}

const product = { productId: 65, months: 12, webServer: 'Sectigo', ownCode: false, keyType: 'ecdsa-p256' } as const;
const once = '0123456789abcdef0123';
const sent = (names: readonly string[], more: object = {}) => requestFields({ names, csr: 'CSR', once, product: { ...product, ...more } });

describe('an order of GoGetSSL', () => {
  it('names those besides the primary one, each with its method in the same order', () => {
    expect(sent(['a.example.com', 'b.example.com', '*.a.example.com'])).toMatchObject({
      dns_names: 'b.example.com,*.a.example.com',
      approver_emails: 'dns,dns',
    });
  });

  it('for one name has neither, since they must be absent for a product with one name', async () => {
    expect(Object.keys(sent(['a.example.com']))).not.toEqual(expect.arrayContaining(['dns_names']));
    const stage = await aStage();
    await create(stage, {}, { asked: { names: 'shop.example.com' }, product: { productId: 66 } });
    expect(alive(stage)).toHaveLength(1);
    const failure = await failureOf(create(stage, {}, { product: { productId: 66 } }));
    expect([failure.code, alive(stage).length]).toEqual(['rejected', 1]);
  });

  it('is validated by DNS, by which a wildcard may be: http and https are not allowed for it', () => {
    expect(sent(['*.example.com', 'example.com'])).toMatchObject({ dcv_method: 'dns', approver_emails: 'dns' });
  });

  it.each([
    ['Sectigo', '-1'],
    ['DigiCert', '18'],
  ])('of the family %s has the web server %s', (webServer, number) => {
    expect(sent(['a.example.com'], { webServer })).toMatchObject({ webserver_type: number, signature_hash: 'SHA2' });
  });

  it('is a clean urlencoded body: the + and = of its request are encoded, and come back as they were', async () => {
    const stage = await aStage();
    const { options, bodies } = listening('/orders/add_ssl_order/');
    let csr = '';
    while (!/\+/.test(csr) || !/=/.test(csr)) ({ csr } = await makeKeyAndRequest(['shop.example.com'], 'ecdsa-p256'));
    const { output } = await create(stage, options, {
      asked: { names: 'shop.example.com', csr },
      product: { validation: 'always automatic' },
    });
    expect(new URLSearchParams(bodies[0]).get('csr')).toBe(csr);
    expect(bodies[0]).toContain('%2B');
    expect(bodies[0]).not.toMatch(/csr=[^&]*[+&]BEGIN|&amp;/);
    expect(output['csr']).toBe(csr);
  });
});

describe('a request of the customer’s own', () => {
  const own = async () => (await makeKeyAndRequest(['shop.example.com'], 'ecdsa-p256')).csr;
  const asked = (csr: string) => ({ names: 'shop.example.com', csr });
  const product = { validation: 'always automatic' };
  const after = (stage: Stage, left: Parameters<typeof later>[0], csr: string) =>
    later(left, { order: asked(csr), product: { ...stage.sandbox.product, ...product }, input: {} });
  const reissue = (stage: Stage, left: Parameters<typeof later>[0], csr: string, options = {}) =>
    run(stage, provisioning.actions!['reissue']!, after(stage, left, csr), options);

  it('may be in several orders: none of them is taken for another, or withdrawn with it', async () => {
    const stage = await aStage();
    const csr = await own();
    const first = await create(stage, {}, { asked: asked(csr), product });
    const second = await create(stage, {}, { asked: asked(csr), product });
    expect(second.output['orderId']).not.toBe(first.output['orderId']);
    await second.sweep();
    await second.undo();
    expect(alive(stage)).toEqual([first.output['orderId']]);
  });

  it('has its common name as the primary one, whichever the customer names first, so that no name is lost', async () => {
    const stage = await aStage();
    const { csr } = await makeKeyAndRequest(['www.example.com', 'example.com'], 'ecdsa-p256');
    const { output } = await create(stage, {}, { asked: { names: 'example.com, www.example.com', csr }, product });
    expect(new X509Certificate(output['certificate']!).subjectAltName).toBe('DNS:www.example.com, DNS:example.com');
  });

  it('is left for a person when the order may have been placed', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'lost_reply', path: '/orders/add_ssl_order/' });
    const failure = await failureOf(create(stage, {}, { asked: asked(await own()), product }));
    expect([failure.code, callsOf(stage, '/orders/add_ssl_order/')]).toEqual(['unknown_outcome', 1]);
  });

  it('is renewed by another order, and issued again, though it is the same as before', async () => {
    const stage = await aStage();
    const csr = await own();
    const { output } = await create(stage, {}, { asked: asked(csr), product });
    const renewed = (await run(stage, provisioning.renew!, after(stage, output, csr))).output as Record<string, string>;
    expect(alive(stage)).toEqual([output['orderId'], renewed['orderId']]);
    const serial = (pem: string) => new X509Certificate(pem).serialNumber;
    for (const kind of [undefined, 'lost_reply'] as const) {
      if (kind) stage.sandbox.fault({ kind, path: '/orders/ssl/reissue/' });
      const { $leaves } = (await reissue(stage, output, csr)).output as unknown as { $leaves: Record<string, string> };
      expect(serial($leaves['certificate']!)).not.toBe(serial(output['certificate']!));
    }
  });

  it('has the certificate of before taken for none, though of its key, while the order still shows itself as it was', async () => {
    const stage = await aStage();
    const csr = await own();
    const { output } = await create(stage, {}, { asked: asked(csr), product });
    const { fetch: send } = testCtx();
    let shown = '';
    let stale = 0;
    const fetch: TestCtx['fetch'] = async (url, request) => {
      if (!url.includes('/orders/status/') || stale === 4) return send(url, request);
      if (callsOf(stage, '/orders/ssl/reissue/') > 0) {
        stale += 1;
        return new Response(shown);
      }
      shown = await (await send(url, request)).text();
      return new Response(shown);
    };
    const { $leaves } = (await reissue(stage, output, csr, { fetch, attempts: 8 })).output as unknown as {
      $leaves: Record<string, string>;
    };
    expect([stale, callsOf(stage, '/orders/ssl/reissue/')]).toEqual([4, 1]);
    expect($leaves['certificate']).not.toBe(output['certificate']);
  });

  it('has a validation of its own where the product takes a code of ours', async () => {
    const stage = await aStage();
    const values: string[] = [];
    const answer: Stage['answer'] = (call) => {
      if (call.operation === 'ensureRecord') values.push((call.input as { content: string }).content);
      return stage.answer(call);
    };
    const csr = await own();
    const one = { asked: asked(csr), product: { ...product, productId: 67, ownCode: true } };
    await create({ ...stage, answer }, {}, one);
    await create({ ...stage, answer }, {}, one);
    expect([values.length, new Set(values).size]).toEqual([2, 2]);
    expect(values[0]).toMatch(/^[0-9a-f]{32}\.[0-9a-f]{32}\.[0-9a-f]{20}\.sectigo\.com$/);
  });
});

describe('a certificate that names an organization', () => {
  const organization = {
    organization: 'Analytical Engines B.V.',
    street: 'Herengracht 1',
    postalCode: '1015 BA',
    city: 'Amsterdam',
    country: 'nl',
    contactFirstName: 'Ada',
    contactLastName: 'Lovelace',
    contactTitle: 'Director',
    contactEmail: 'ada@engines.example',
    contactPhone: '+31 20 1234567',
  };
  const sold = { product: { productId: 68, validates: 'organization' } };

  it('is ordered with it, in the order and in the request', async () => {
    const stage = await aStage();
    const { options, bodies } = listening('/orders/add_ssl_order/');
    const { output } = await create(stage, options, { asked: { ...order, ...organization }, ...sold });
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toMatchObject({
      org_name: 'Analytical Engines B.V.',
      org_country: 'NL',
      // There is none in that country.
      org_region: 'Amsterdam',
      org_phone: '+31 20 1234567',
      admin_organization: 'Analytical Engines B.V.',
      admin_email: 'ada@engines.example',
      tech_addressline1: 'Herengracht 1',
    });
    expect(new X509Certificate(output['certificate']!).subject).toMatch(/O=Analytical Engines B\.V\.\nL=Amsterdam/);
  });

  it.each(Object.keys(organization))('is not ordered without its %s, and says which field is missing', async (field) => {
    const stage = await aStage();
    const failure = await failureOf(create(stage, {}, { asked: { ...order, ...organization, [field]: undefined }, ...sold }));
    expect([failure.code, failure.cause]).toEqual(['invalid_input', expect.objectContaining({ field: `order.${field}` })]);
    expect(callsOf(stage, '/orders/')).toBe(0);
  });

  it('is asked for nowhere else: a certificate for domains has the account’s own contact', () => {
    const server = { firstName: 'Rhea', lastName: 'Seller', title: 'Administrator', email: 'ssl@example.net', phone: '+31 20 0000000' };
    const fields = contactFields(server as never, undefined);
    expect(fields).toMatchObject({ admin_firstname: 'Rhea', tech_email: 'ssl@example.net' });
    expect(Object.keys(fields).filter((name) => /organization|city/.test(name))).toEqual([]);
  });
});
