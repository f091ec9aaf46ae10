import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { parsePaymenterMapping, readPaymenterMapping } from './paymenter-mapping.js';

const good = {
  source: 'other',
  plans: { a: { product: 'p' } },
  order: { email: 'email' },
  answer: { vmid: 'site.vmid' },
  component: 'site',
  actions: { start: { action: 'start' } },
  domains: [],
};
const support = { source: 'other-support', product: 's', order: { mail: 'email' }, key: 'support.key' };
const zones = {
  source: 'other-dns',
  product: 'z',
  component: 'zone',
  domain: 'domain',
  addRecord: 'add',
  removeRecord: 'remove',
  customers: 'other.invalid',
};

describe('what the plans of another panel mean here', () => {
  it.each([
    ['a list', [], /must be an object/],
    ['an unknown entry', { ...good, plan: {} }, /plan is not known/],
    ['a plan without a product', { ...good, plans: { a: {} } }, /plans\.a\.product/],
    ['an order field from nowhere', { ...good, order: { email: 'mail' } }, /order\.email must be one of/],
    ['an answer without a component', { ...good, answer: { vmid: 'vmid' } }, /answer\.vmid must be <component>\.<name>/],
    ['no component', { ...good, component: undefined }, /component must be a text/],
    ['an action of nothing', { ...good, actions: { start: {} } }, /actions\.start\.action/],
    [
      'an action with input from nowhere',
      { ...good, actions: { a: { action: 'a', input: { name: 'x' } } } },
      /actions\.a\.input\.name must be one of/,
    ],
    ['an action with an unknown entry', { ...good, actions: { a: { action: 'a', read: true } } }, /actions\.a\.read is not known/],
    ['support that is no object', { ...good, support: 'yes' }, /support must be an object/],
    ['an unknown entry of support', { ...good, support: { ...support, plan: 'a' } }, /support\.plan is not known/],
    ['support under the ids of the sites', { ...good, support: { ...support, source: 'other' } }, /support\.source must be another/],
    ['support without a product', { ...good, support: { ...support, product: undefined } }, /support\.product/],
    [
      'support ordered with what is not asked for',
      { ...good, support: { ...support, order: { a: 'plan' } } },
      /support\.order\.a must be one of/,
    ],
    ['support whose key is nowhere', { ...good, support: { ...support, key: 'key' } }, /support\.key must be <component>\.<name>/],
    ['zones that are no object', { ...good, zones: [] }, /zones must be an object/],
    ['an unknown entry of zones', { ...good, zones: { ...zones, plan: 'a' } }, /zones\.plan is not known/],
    ['zones under the ids of the sites', { ...good, zones: { ...zones, source: 'other' } }, /zones\.source must be another/],
    ['zones under the ids of support', { ...good, support, zones: { ...zones, source: 'other-support' } }, /zones\.source must be another/],
    ['zones without a button', { ...good, zones: { ...zones, addRecord: undefined } }, /zones\.addRecord/],
    ['zones whose customers are nowhere', { ...good, zones: { ...zones, customers: 'a@b' } }, /zones\.customers/],
    ['domains that are no list', { ...good, domains: 'site.hostname' }, /domains must be a list/],
  ])('refuses %s and names it', (_, json, message) => {
    expect(() => parsePaymenterMapping(json)).toThrow(message);
  });

  it('need not sell support', () => {
    expect(parsePaymenterMapping(good).support).toBeUndefined();
    expect(parsePaymenterMapping({ ...good, support }).support?.key).toEqual({ component: 'support', name: 'key' });
  });

  it('need not keep zones', () => {
    expect(parsePaymenterMapping(good).zones).toBeUndefined();
    expect(parsePaymenterMapping({ ...good, support, zones }).zones).toEqual(zones);
  });

  it('names the file that cannot be read', () => {
    expect(() => readPaymenterMapping('/nowhere/paymenter.json')).toThrow('/nowhere/paymenter.json');
  });

  it('accepts the file that is delivered', () => {
    const mapping = readPaymenterMapping(fileURLToPath(new URL('../../../../config/paymenter.json', import.meta.url)));
    expect([...mapping.plans.keys()]).toEqual(['basic', 'standard', 'premium']);
    expect(mapping.support?.key).toEqual({ component: 'support', name: 'key' });
    expect(mapping.zones?.product).toBe('dns-zone');
  });
});
