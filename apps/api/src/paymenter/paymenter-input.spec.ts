import { describe, expect, it } from '@jest/globals';
import { createSiteIn, serviceIdIn, unknownKeys } from './paymenter-input.js';

const good = { service_id: '12345', email: 'customer@example.com', plan: 'basic', public_ip: '203.0.113.10' };
const plans = ['basic', 'premium'];

describe('create-site, as another panel sends it', () => {
  it.each([
    ['service_id', undefined],
    ['service_id', ''],
    ['service_id', 'x'.repeat(300)],
    ['service_id', 12345],
    ['service_id', 'a\0b'],
    ['service_id', '\ud800'],
    ['email', undefined],
    ['email', 'customer'],
    ['email', ['a@example.com']],
    ['email', `${'x'.repeat(250)}@example.com`],
    ['plan', 'huge'],
    ['plan', 'toString'],
    ['public_ip', '203.0.113'],
    ['public_ip', '2001:db8::1'],
    ['public_ip', '203.0.113.10; rm -rf /'],
  ])('refuses a bad %s and names it (%p)', (field, value) => {
    expect(() => createSiteIn({ ...good, [field]: value }, plans)).toThrow(expect.objectContaining({ code: 'invalid_input', field }));
  });

  it.each([null, 'text', [], 7])('refuses a body that is no object (%p)', (body) => {
    expect(() => createSiteIn(body, plans)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('keeps the id as given', () => {
    const odd = ' ..%2F/Ünïcödé 🎉 ';
    expect(createSiteIn({ ...good, service_id: odd }, plans).service_id).toBe(odd);
    expect(serviceIdIn('x'.repeat(255))).toHaveLength(255);
  });

  it('names the keys it does not know', () => {
    expect(unknownKeys({ ...good, coupon: 'x' })).toEqual(['coupon']);
  });
});
