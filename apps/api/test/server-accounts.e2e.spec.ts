import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture, refusal } from './support/api-fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
});
afterAll(() => api.stop());

const adopt = (body: object) => api.call('POST', '/api/v1/servers/1/accounts/acme/adopt', { body });

describe('what is on a server', () => {
  it('is shown with whose it is', async () => {
    const answer = await api.call('GET', '/api/v1/servers/1/accounts');
    expect(answer.json).toEqual({
      items: [{ remoteId: 'acme', name: 'acme.example', state: 'running', owner: null, package: null, serviceId: null }],
    });
  });

  it('fills a form, and an error says what to mend', async () => {
    expect((await api.call('GET', '/api/v1/servers/1/choices/packages')).json).toEqual({ items: [{ value: 'small', label: 'Small' }] });
    api.choices.answer = refusal;
    expect((await api.call('GET', '/api/v1/servers/1/choices/packages')).json.error).toMatchObject({
      code: 'invalid_config',
      message: 'the API token was refused',
    });
  });

  it.each([
    ['no product', { customer: { email: 'a@example.com' } }],
    ['no customer', { product: 'p' }],
    ['a customer without an address', { product: 'p', customer: { email: 'nobody' } }],
    ['something unknown', { product: 'p', customer: { email: 'a@example.com' }, state: 'active' }],
  ])('is not adopted with %s', async (_what, body) => {
    expect((await adopt(body)).status).toBe(400);
    expect(api.adoptions.wanted).toEqual([]);
  });

  it('is adopted for a customer, in the name of who asked', async () => {
    const answer = await adopt({ product: 'p', customer: { email: 'a@example.com', name: 'A' }, order: { email: 'a@example.com' } });
    expect([answer.status, answer.json]).toEqual([201, { serviceId: '77' }]);
    expect(api.adoptions.wanted).toEqual([
      {
        serverId: '1',
        remoteId: 'acme',
        productCode: 'p',
        customerEmail: 'a@example.com',
        customerName: 'A',
        order: { email: 'a@example.com' },
        requestedBy: expect.stringMatching(/^staff:/),
      },
    ]);
  });

  it('is no business of customers', async () => {
    await api.account('me@example.com', 'customer', await api.one(`INSERT INTO customer (email) VALUES ('me@example.com') RETURNING id`));
    const token = await api.login('me@example.com');
    for (const [method, path] of [
      ['GET', 'accounts'],
      ['GET', 'choices/packages'],
      ['POST', 'accounts/acme/adopt'],
    ] as const) {
      expect((await api.call(method, `/api/v1/servers/1/${path}`, { token, ...(method === 'POST' ? { body: {} } : {}) })).status).toBe(403);
    }
  });
});
