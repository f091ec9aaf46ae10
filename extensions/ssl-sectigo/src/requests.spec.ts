import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PanelError } from '@hostwright/sdk';
import { failureOf, putControl, sandboxFetch, testCtx, type TestCtxOptions } from '@hostwright/sdk-testing';
import { aStage, run, type Stage } from '../test/stage.js';
import { provisioning } from './modules.js';

type Left = Readonly<Record<string, string>>;
interface Asked {
  readonly product?: object;
  readonly order?: object;
}

/** What is sent, call by call. */
function listening(): { readonly options: TestCtxOptions; readonly forms: (readonly [string, URLSearchParams])[] } {
  const forms: (readonly [string, URLSearchParams])[] = [];
  const send = sandboxFetch({ deadlineMs: 400 });
  const fetch: typeof send = (url, request) => {
    forms.push([url.slice(url.lastIndexOf('/') + 1), new URLSearchParams(request?.body)]);
    return send(url, request);
  };
  return { options: { fetch }, forms };
}

const create = (stage: Stage, options = {}, { product = {}, order = {} }: Asked = {}) =>
  run(
    stage,
    provisioning.create,
    { order: { names: 'shop.example.com', ...order }, product: { ...stage.sandbox.product, ...product } } as never,
    { pauseMs: 30, ...options },
  ) as unknown as Promise<{ output: Left; undo(): Promise<void> }>;
const later = (left: Left, more: object = {}) => {
  const { remoteId, ...properties } = left;
  return { order: { names: left['names'] }, remoteId, properties, ...more } as never;
};
const patient = { pauseMs: 30, attempts: 8 };
const several = { code: 279, covers: 'several names' };
const callsOf = ({ sandbox }: Stage, name: string) => sandbox.calls().filter(({ path }) => path === `/products/${name}`).length;
const stateOf = ({ sandbox }: Stage) => sandbox.ledger().map(({ details }) => (details as { state: string }).state);

describe('what is sent to Sectigo', () => {
  it('asks for the format of fields wherever a call takes that, and nowhere else, where it would be refused (-2)', async () => {
    const stage = await aStage();
    const { options, forms } = listening();
    await create(stage, options);
    const formats = new Map(forms.map(([name, form]) => [name, form.get('responseFormat')]));
    expect(Object.fromEntries(formats)).toEqual({
      '!AutoApplySSL': '1',
      '!AutoUpdateDCV': null,
      '!GetDetailedOrderStatus': '1',
      CollectSSL: '1',
    });
    expect(forms.every(([, form]) => form.get('loginName') !== null && form.get('loginPassword') !== null)).toBe(true);
  });

  it('names the method of validation with each order and each reissue: the default is EMAIL', async () => {
    const stage = await aStage();
    const { options, forms } = listening();
    const { output } = await create(stage, options);
    await run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }), { ...patient, ...options });
    const methods = forms.flatMap(([name, form]) => (/Apply|Replace/.test(name) ? [form.get('dcvMethod')] : []));
    expect(methods).toEqual(['CNAME_CSR_HASH', 'CNAME_CSR_HASH']);
  });

  it('asks for the names of an order to be looked at in the way of its product, though it is for one name', async () => {
    const stage = await aStage();
    const { options, forms } = listening();
    await create(stage, options, { product: several });
    const form = forms.find(([name]) => name === '!AutoUpdateDCV')![1];
    expect([form.get('domainNames'), form.get('newMethods'), form.get('newMethod')]).toEqual(['shop.example.com', 'CNAME_CSR_HASH', null]);
  });

  it('never has one reference for two orders, so it does not matter whether Sectigo minds that', async () => {
    const stage = await aStage();
    for (let time = 0; time < 2; time += 1) await create(stage);
    const references = stage.sandbox.ledger().map(({ details }) => (details as { reference: string }).reference);
    expect([references.length, new Set(references).size]).toEqual([2, 2]);
    expect(references.every((one) => one.length <= 64)).toBe(true);
  });

  it('says test=Y for an account whose orders are tests, which are not charged', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/credit', { credit: 0 });
    const { options, forms } = listening();
    const sandbox = { ...stage.sandbox, server: { ...stage.sandbox.server, testOrders: true } };
    await create({ ...stage, sandbox }, options);
    expect(forms.find(([name]) => name === '!AutoApplySSL')![1].get('test')).toBe('Y');
  });

  it('has the login as it is typed: upper and lower case matter', async () => {
    const { sandbox } = await aStage();
    const server = { ...sandbox.server, loginName: String(sandbox.server['loginName']).toUpperCase() };
    await expect(provisioning.testConnection!({ ctx: testCtx(), server: server as never })).rejects.toMatchObject({
      code: 'invalid_config',
    });
  });

  it('says in words why a certificate is revoked: without them its refusals have other numbers', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const { options, forms } = listening();
    await run(stage, provisioning.actions!['revoke']!, later(output, { input: { reason: 'superseded' } }), options);
    const [[, form]] = forms as [[string, URLSearchParams]];
    expect([form.get('revocationReason'), form.get('codeReason')]).toEqual(['superseded', '4']);
  });
});

describe('a number of Sectigo', () => {
  it('means different things in different calls: -18 is a refusal of an order, and a refund that was made already', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/refuse', { call: '!AutoApplySSL', number: -18 });
    expect((await failureOf(create(stage))).code).toBe('rejected');
    const { undo } = await create(stage);
    await putControl(stage.sandbox, '/refuse', { call: '!AutoRefund', number: -18 });
    await undo();
  });

  it('-15, not enough credit, is told once and never tried again in a loop', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/credit', { credit: 0 });
    const failure = await failureOf(create(stage));
    expect([failure.code, failure.message]).toEqual(['invalid_config', expect.stringMatching(/top up the account/)]);
    expect(callsOf(stage, '!AutoApplySSL')).toBe(1);
    // The panel comes back by itself, for somebody who has topped up the account, and no more often than that.
    expect((failure.cause as PanelError).retryAfterMs).toBe(30 * 60_000);
  });
});

describe('a certificate for several names', () => {
  it('is given back by a ticket only: its undo is a task for a person, and its end leaves it to run out', async () => {
    const stage = await aStage();
    const { output, undo } = await create(stage, {}, { product: several, order: { names: 'a.example.com, b.example.com' } });
    await expect(undo()).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(/ticket/) });
    await run(stage, provisioning.terminate as never, later(output, { product: { ...stage.sandbox.product, ...several } }), patient);
    expect(stateOf(stage)).toEqual(['issued']);
  });
});

describe('an order that is paid for longer than a certificate lasts', () => {
  it('is issued again within that term, and the certificate before it is not revoked by that', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const { expiresAt, upkeepAt } = provisioning.dates!({ product: stage.sandbox.product as never, properties: output as never });
    expect([expiresAt, Date.parse(upkeepAt!) < Date.parse(output['validTo']!)]).toEqual([output['paidTo'], true]);
    const again = (await run(stage, provisioning.upkeep!, later(output), patient)).output as Left;
    expect(again).toMatchObject({ orderId: output['orderId'], paidTo: output['paidTo'] });
    expect(new X509Certificate(again['certificate']!).serialNumber).not.toBe(new X509Certificate(output['certificate']!).serialNumber);
    expect([callsOf(stage, '!AutoApplySSL'), callsOf(stage, '!AutoReplaceSSL'), callsOf(stage, '!AutoRevokeSSL')]).toEqual([1, 1, 0]);
  });
});

describe('the life of a certificate of Sectigo', () => {
  it('has no remote suspension, no change of what was sold and no usage', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const before = stage.sandbox.calls().length;
    await run(stage, provisioning.suspend!, later(output));
    await run(stage, provisioning.unsuspend!, later(output));
    expect(stage.sandbox.calls()).toHaveLength(before);
    expect([provisioning.changePackage, provisioning.usage]).toEqual([undefined, undefined]);
  });

  it('ends with every order it had, those that renewals took the place of too', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = { ...output, ...((await run(stage, provisioning.renew!, later(output), patient)).output as Left) };
    await run(stage, provisioning.terminate as never, later(renewed), patient);
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('a certificate that names an organization', () => {
  const organization = {
    ...{
      organization: 'Analytical Engines B.V.',
      companyNumber: '12345678',
      street: 'Herengracht 1',
      postalCode: '1015 BA',
      city: 'Amsterdam',
    },
    ...{ region: 'Noord-Holland', country: 'nl', contactFirstName: 'Ada', contactLastName: 'Lovelace', contactTitle: 'Director' },
    ...{ contactEmail: 'ada@engines.example', contactPhone: '+31 20 1234567' },
  };
  const sold = { extended: { code: 337, validates: 'extended' }, organization: { code: 316, validates: 'organization' } } as const;

  it.each(['organization', 'extended'] as const)('is ordered with it where the product validates: %s', async (validates) => {
    const stage = await aStage();
    const { options, forms } = listening();
    const { output } = await create(stage, options, { product: sold[validates], order: organization });
    const form = forms.find(([name]) => name === '!AutoApplySSL')![1];
    expect(Object.fromEntries(form)).toMatchObject({
      organizationName: 'Analytical Engines B.V.',
      localityName: 'Amsterdam',
      countryName: 'NL',
      appRepEmailAddress: 'ada@engines.example',
      // Sectigo looks into that, as into the organization.
      isAppRepValidated: 'N',
      isCustomerValidated: 'N',
    });
    expect(form.has('joiCountryName')).toBe(validates === 'extended');
    expect(new X509Certificate(output['certificate']!).subject).toContain('O=Analytical Engines B.V.');
  });

  it('needs its registration number for EV, and nothing of it for a certificate for domains', async () => {
    const stage = await aStage();
    const failure = await failureOf(create(stage, {}, { product: sold.extended, order: { ...organization, companyNumber: ' ' } }));
    expect(failure.cause).toMatchObject({ code: 'invalid_input', field: 'order.companyNumber' });
    expect(callsOf(stage, '!AutoApplySSL')).toBe(0);
    const { options, forms } = listening();
    await create(stage, options, { order: organization });
    expect(forms[0]![1].has('organizationName')).toBe(false);
  });
});
