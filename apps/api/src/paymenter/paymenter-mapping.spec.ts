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

describe('what the plans of another panel mean here', () => {
  it.each([
    ['a list', [], /must be an object/],
    ['an unknown entry', { ...good, plan: {} }, /plan is not known/],
    ['a plan without a product', { ...good, plans: { a: {} } }, /plans\.a\.product/],
    ['an order field from nowhere', { ...good, order: { email: 'mail' } }, /order\.email must be one of/],
    ['an answer without a component', { ...good, answer: { vmid: 'vmid' } }, /answer\.vmid must be <component>\.<name>/],
    ['no component', { ...good, component: undefined }, /component must be a text/],
    ['an action of nothing', { ...good, actions: { start: {} } }, /actions\.start\.action/],
    ['an action with input from nowhere', { ...good, actions: { a: { action: 'a', input: { name: 'x' } } } }, /actions\.a\.input\.name must be one of/],
    ['an action with an unknown entry', { ...good, actions: { a: { action: 'a', read: true } } }, /actions\.a\.read is not known/],
    ['domains that are no list', { ...good, domains: 'site.hostname' }, /domains must be a list/],
  ])('refuses %s and names it', (_, json, message) => {
    expect(() => parsePaymenterMapping(json)).toThrow(message);
  });

  it('names the file that cannot be read', () => {
    expect(() => readPaymenterMapping('/nowhere/paymenter.json')).toThrow('/nowhere/paymenter.json');
  });

  it('accepts the file that is delivered', () => {
    const mapping = readPaymenterMapping(fileURLToPath(new URL('../../../../config/paymenter.json', import.meta.url)));
    expect([...mapping.plans.keys()]).toEqual(['basic', 'standard', 'premium']);
  });
});
