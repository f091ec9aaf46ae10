import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';
import { delivered, letIn } from './support/customers.js';

let api: ApiFixture;
let groupId: string;

const site = (over: object = {}) => ({
  name: 'site',
  extension: 'fake-sites',
  serverGroupId: groupId,
  settings: { plan: 'basic' },
  ...over,
});
const key = (inputs: object = {}, over: object = {}) => ({ name: 'key', extension: 'fake-keys', serverGroupId: groupId, inputs, ...over });
const add = (code: string, components: object[], more: object = {}) =>
  api.call('POST', '/api/v1/products', { body: { code, name: code, components, ...more } });
const hostname = { component: 'site', output: 'hostname' };

beforeAll(async () => {
  api = await ApiFixture.start();
  groupId = (await api.shop()).groupId;
  await api.call('POST', '/api/v1/servers', {
    body: { name: 'keys', extension: 'fake-keys', kind: 'provisioning', serverGroupId: groupId, settings: {} },
  });
});
afterAll(() => api.stop());

describe('a product of several components', () => {
  it.each([
    [
      'comes from a component that is not there',
      () => [site(), key({ firstname: { component: 'mail', output: 'x' } })],
      'inputs.firstname',
    ],
    ['comes from its own component', () => [site(), key({ firstname: { component: 'key', output: 'remoteId' } })], 'inputs.firstname'],
    ['comes from what is not left', () => [site(), key({ firstname: { component: 'site', output: 'colour' } })], 'inputs.firstname'],
    ['would show a secret', () => [site(), key({ firstname: { component: 'site', output: 'password' } })], 'inputs.firstname'],
    ['is of another type', () => [site(), key({ email: { component: 'site', output: 'hostname' } })], 'inputs.email'],
    ['has no field', () => [site(), key({ colour: hostname })], 'inputs.colour'],
    ['comes from a parent it has not', () => [site(), key({ firstname: { parent: 'site', output: 'hostname' } })], 'inputs.firstname'],
    ['is neither', () => [site(), key({ firstname: { output: 'hostname' } })], 'inputs.firstname'],
    ['is both', () => [site(), key({ firstname: { ...hostname, parent: 'site' } })], 'inputs.firstname'],
    ['is a text', () => [site(), key({ firstname: 'site.hostname' })], 'inputs.firstname'],
    ['works for a site that is not there', () => [site(), key({}, { site: { component: 'mail' } })], 'site'],
    ['works for its own site', () => [site(), key({}, { site: { component: 'key' } })], 'site'],
    ['works for a site that takes no certificate', () => [site(), key({}, { site: { component: 'site' } })], 'site'],
    ['works for the site of a parent it has not', () => [site(), key({}, { site: { parent: 'site' } })], 'site'],
    ['works for two sites', () => [site(), key({}, { site: { component: 'site', parent: 'site' } })], 'site'],
    ['works for none of a name', () => [site(), key({}, { site: {} })], 'site'],
    ['comes after the hand-over', () => [site({ handOver: 'later' }), key({ firstname: hostname })], 'inputs.firstname'],
  ])('is refused with a wire that %s', async (_, components, field) => {
    const answer = await add('refused', components());
    expect([answer.status, answer.json.error.field]).toEqual([400, `components.1.${field}`]);
    expect(await api.one(`SELECT count(*)::int FROM product WHERE code = 'refused'`)).toBe(0);
  });

  it('is refused with a circle, with a reservation on a wire, and with nothing to hand over', async () => {
    const back = { publicIp: { component: 'key', output: 'remoteId' } };
    const circle = await add('refused', [site({ inputs: back }), key({ firstname: hostname })]);
    expect([circle.status, circle.json.error.field]).toEqual([400, 'components.0.inputs.publicIp']);
    const reserved = await add('refused', [site({ inputs: { email: { component: 'key', output: 'remoteId' } } }), key()]);
    expect([reserved.status, reserved.json.error.field]).toEqual([400, 'components.0.inputs.email']);
    expect(reserved.json.error.message).toContain("'subdomain' is reserved with the order");
    const later = await add('refused', [site({ handOver: 'later' })]);
    expect([later.status, later.json.error.field]).toEqual([400, 'components.0.handOver']);
    const odd = await add('refused', [site()], { onFailure: 'cry' });
    expect([odd.status, odd.json.error.field]).toEqual([400, 'onFailure']);
  });

  it('is saved with its wires, and an order is asked for the rest once', async () => {
    const inputs = { firstname: hostname, lastname: { component: 'site', output: 'remoteId' } };
    const made = await add('bundle', [site(), key(inputs, { handOver: 'later' })], { onFailure: 'keep for repair' });
    expect(made).toMatchObject({
      status: 201,
      json: {
        onFailure: 'keep for repair',
        addonOf: [],
        components: [
          { name: 'site', inputs: {}, site: null, handOver: 'awaited' },
          { name: 'key', inputs, handOver: 'later' },
        ],
      },
    });
    const renamed = await api.call('PATCH', `/api/v1/products/${made.json.id}`, { body: { name: 'Bundle', onFailure: null } });
    expect(renamed.json).toMatchObject({ name: 'Bundle', onFailure: null, components: [{}, { inputs }] });
    const { json: asked } = await api.call('GET', `/api/v1/products/${made.json.id}/order`);
    expect([Object.keys(asked.order.properties), asked.order.required]).toEqual([
      ['email', 'publicIp'],
      ['email', 'publicIp'],
    ]);
    expect((await api.call('GET', '/api/v1/products/999999/order')).status).toBe(404);
    const body = (order: object) => ({ product: 'bundle', customer: { email: 'a@example.com' }, order });
    const values = { email: 'a@example.com', publicIp: '203.0.113.10' };
    const wired = await api.call('POST', '/api/v1/services', { body: body({ ...values, firstname: 'Ann' }) });
    expect([wired.status, wired.json.error.field]).toEqual([400, 'order.firstname']);
    const ordered = await api.call('POST', '/api/v1/services', { body: body(values) });
    expect(ordered).toMatchObject({ status: 202, json: { reserved: { site: { subdomain: 'a' }, key: { key: expect.any(String) } } } });
  });
});

describe('a product whose extension is gone', () => {
  it('says so instead of asking for nothing', async () => {
    const { json } = await add('orphaned', [site()]);
    await api.one(`UPDATE product_component SET extension = 'gone' WHERE product_id = $1`, [json.id]);
    const answer = await api.call('GET', `/api/v1/products/${json.id}/order`);
    expect([answer.status, answer.json.error.message]).toEqual([409, expect.stringContaining("extension 'gone' is not loaded")]);
  });
});

describe('an add-on', () => {
  let mine: string;
  let myToken: string;
  let theirToken: string;

  /** A service as a worker would have left it. */
  const active = async (email: string) => {
    const serviceId = await delivered(api, email);
    await api.database.pool.query(`UPDATE service_component SET properties = '{"hostname": "a.example"}' WHERE service_id = $1`, [
      serviceId,
    ]);
    return { serviceId, token: await letIn(api, email) };
  };
  const order = { email: 'me@example.com', lastname: 'Me' };

  beforeAll(async () => {
    const inputs = { firstname: { parent: 'site', output: 'hostname' } };
    const made = await add('support', [key(inputs)], { addonOf: ['wordpress-basic'] });
    expect(made.status).toBe(201);
    ({ serviceId: mine, token: myToken } = await active('me@example.com'));
    ({ token: theirToken } = await active('them@example.com'));
  });

  it('is refused for a product that is not there, itself, or whose parent lacks what it is wired from', async () => {
    const wired = (addonOf: string[], output = 'hostname') => add('odd', [key({ firstname: { parent: 'site', output } })], { addonOf });
    expect((await wired(['nothing'])).json.error.field).toBe('addonOf.0');
    expect((await wired(['odd'])).json.error.field).toBe('addonOf.0');
    expect((await wired(['wordpress-basic', 'support'])).json.error).toMatchObject({ field: 'components.0.inputs.firstname' });
    expect((await wired(['wordpress-basic'], 'password')).json.error.field).toBe('components.0.inputs.firstname');
  });

  it('is refused where products would be added to each other', async () => {
    const below = await add('below', [key()], { addonOf: ['support'] });
    expect(below.status).toBe(201);
    const support = await api.one(`SELECT id FROM product WHERE code = 'support'`);
    const circle = await api.call('PATCH', `/api/v1/products/${support}`, { body: { addonOf: ['wordpress-basic', 'below'] } });
    expect([circle.status, circle.json.error]).toEqual([
      400,
      expect.objectContaining({ field: 'addonOf.1', message: expect.stringContaining(`'below' is an add-on of 'support'`) }),
    ]);
    expect(await api.one(`SELECT addon_of FROM product WHERE code = 'support'`)).toEqual(['wordpress-basic']);
  });

  it('that is for sale keeps its parent from losing what it is wired from', async () => {
    const [parent, support] = [
      await api.one(`SELECT id FROM product WHERE code = 'wordpress-basic'`),
      await api.one(`SELECT id FROM product WHERE code = 'support'`),
    ];
    const { json: before } = await api.call('GET', `/api/v1/products/${parent}`);
    const [component] = before.components;
    const change = (name: string) => api.call('PATCH', `/api/v1/products/${parent}`, { body: { components: [{ ...component, name }] } });
    const renamed = await change('web');
    expect([renamed.status, renamed.json.error]).toEqual([
      409,
      expect.objectContaining({ field: 'components', message: expect.stringContaining(`'support'`) }),
    ]);
    expect((await api.call('GET', `/api/v1/products/${parent}`)).json.components).toEqual(before.components);
    const sell = (state: string) => api.call('PATCH', `/api/v1/products/${support}`, { body: { state } });
    await sell('retired');
    expect((await change('web')).status).toBe(200);
    expect((await sell('active')).json.error.field).toBe('components.0.inputs.firstname');
    expect((await change('site')).status).toBe(200);
    expect((await sell('active')).status).toBe(200);
  });

  it('is shown to the owner with what is asked, and to nobody else', async () => {
    const { json } = await api.call('GET', `/api/v1/services/${mine}/addons`, { token: myToken });
    expect(json.items).toMatchObject([{ code: 'support', name: 'support', order: { required: ['email', 'lastname'] } }]);
    expect((await api.call('GET', `/api/v1/services/${mine}/addons`, { token: theirToken })).status).toBe(404);
    const elsewhere = { product: 'support', order };
    expect((await api.call('POST', `/api/v1/services/${mine}/addons`, { token: theirToken, body: elsewhere })).status).toBe(404);
  });

  it('is not shown while what it is wired from is not there', async () => {
    const made = (remoteId: string | null) =>
      api.database.pool.query(`UPDATE service_component SET remote_id = $2 WHERE service_id = $1`, [mine, remoteId]);
    await made(null);
    expect((await api.call('GET', `/api/v1/services/${mine}/addons`, { token: myToken })).json.items).toEqual([]);
    await made('r');
  });

  it('is ordered once by the customer, and stands below the service', async () => {
    const body = { product: 'support', order, requestId: 'click-1' };
    const post = (token: string | undefined, more: object = {}) =>
      api.call('POST', `/api/v1/services/${mine}/addons`, { ...(token && { token }), body: { ...body, ...more } });
    const [first, second] = [await post(myToken), await post(myToken)];
    expect(first).toMatchObject({ status: 202, json: { created: true } });
    expect(second).toMatchObject({ status: 202, json: { created: false, serviceId: first.json.serviceId } });
    const parent = await api.call('GET', `/api/v1/services/${mine}`, { token: myToken });
    expect(parent.json).toMatchObject({
      parentId: null,
      children: [{ id: first.json.serviceId, productCode: 'support', state: 'pending' }],
    });
    const child = await api.call('GET', `/api/v1/services/${first.json.serviceId}`, { token: myToken });
    expect(child.json).toMatchObject({ parentId: mine, children: [], customerId: parent.json.customerId });
    // A customer cannot speak for a shop, nor staff for a customer.
    expect((await post(myToken, { external: { source: 'paymenter', id: '7' } })).json.error.field).toBe('external');
    expect((await post(undefined)).json.error.field).toBe('requestId');
  });

  it('is not sold by itself, nor added to what it is not for', async () => {
    const alone = await api.call('POST', '/api/v1/services', { body: { product: 'support', customer: { email: 'x@example.com' }, order } });
    expect([alone.status, alone.json.error.field]).toEqual([400, 'product']);
    const wrong = await api.call('POST', `/api/v1/services/${mine}/addons`, { body: { product: 'wordpress-premium', order: {} } });
    expect(wrong.status).toBe(400);
  });
});
