import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseDemoConfig, readDemoConfig } from './demo-config.js';

const good = {
  speed: 0.1,
  crashAtPercentage: 50,
  staff: { email: 'staff@example.com' },
  customer: { email: 'a@example.com', name: 'A' },
  serverGroups: ['group'],
  servers: [
    { name: 'one', extension: 'boxes', kind: 'provisioning', group: 'group' },
    { name: 'two', extension: 'names', kind: 'dns', settings: { zone: 'example.net' } },
  ],
  products: [
    {
      code: 'p',
      name: 'P',
      components: [{ name: 'site', extension: 'boxes', group: 'group', connections: { dns: 'two' }, settings: { plan: 'a' } }],
    },
  ],
  order: { service_id: '1', email: 'a@example.com' },
  delivered: [{ kind: 'box', count: 1, details: { starts: 1 } }],
};
const [component] = good.products[0]!.components;
const withComponent = (change: object) => ({ ...good, products: [{ ...good.products[0], components: [{ ...component, ...change }] }] });

describe('the configuration of the demo', () => {
  it.each<[string, unknown, RegExp]>([
    ['a list', [], /the file must be an object/],
    ['an unknown entry', { ...good, spede: 1 }, /spede is not known/],
    ['an entry that everything has', { ...good, toString: 1 }, /toString is not known/],
    ['a speed of nothing', { ...good, speed: 0 }, /speed must be a number from 0.01 to 10/],
    ['a speed in words', { ...good, speed: 'fast' }, /speed/],
    ['no servers', { ...good, servers: [] }, /servers must be a list/],
    ['a server without an extension', { ...good, servers: [{ name: 'one', kind: 'dns' }] }, /servers\.0\.extension/],
    ['a server in no group', { ...good, servers: [{ ...good.servers[0], group: 'other' }] }, /servers\.0\.group names "other"/],
    ['two servers of one name', { ...good, servers: [good.servers[0], good.servers[0]] }, /servers\.1\.name/],
    ['a product in no group', withComponent({ group: 'other' }), /products\.0\.components\.0\.group/],
    ['a product nobody delivers', withComponent({ extension: 'other' }), /products\.0\.components\.0\.extension/],
    ['a connection to nothing', withComponent({ connections: { dns: 'other' } }), /connections\.dns names "other"/],
    ['a connection that is no name', withComponent({ connections: { dns: 1 } }), /connections\.dns must be a text/],
    ['an order without its id', { ...good, order: {} }, /order\.service_id/],
    ['a delivery of nothing', { ...good, delivered: [{ kind: 'box', count: 0 }] }, /delivered\.0\.count/],
  ])('refuses %s and names it', (_, json, message) => {
    expect(() => parseDemoConfig(json)).toThrow(message);
  });

  it('keeps what it is given', () => {
    const config = parseDemoConfig(good);
    expect(config.servers[1]).toEqual({
      name: 'two',
      extension: 'names',
      kind: 'dns',
      group: undefined,
      version: undefined,
      settings: { zone: 'example.net' },
    });
    expect(config.products).toEqual(good.products);
    expect(config.order).toEqual(good.order);
  });

  it('names the file that cannot be read', () => {
    expect(() => readDemoConfig('/nowhere/demo.json')).toThrow('/nowhere/demo.json cannot be read');
  });

  it('accepts the file that is delivered, and orders by it as seen in the source documents', () => {
    const config = readDemoConfig(fileURLToPath(new URL('../../../../config/demo.json', import.meta.url)));
    expect(config.order).toEqual({ service_id: '12345', email: 'customer@example.com', plan: 'basic', public_ip: '203.0.113.10' });
  });
});
