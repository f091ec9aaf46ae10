import { describe, expect, it } from '@jest/globals';
import { failuresOf, play, type Sent } from '../testing.js';

const record = (type: string, more: object = {}) => ({
  type: 'object',
  properties: { zone_id: { type: 'string' }, type: { const: type }, ttl: { type: 'number' }, content: { type: 'string' }, ...more },
  required: ['zone_id', 'type', 'content'],
});
const schema = {
  operations: {
    list: {
      method: 'GET',
      path: '/zones/{zone_id}/records',
      params: {
        type: 'object',
        properties: {
          zone_id: { type: 'string' },
          page: { type: 'number' },
          name: { type: 'object', properties: { exact: { type: 'string' } } },
          expand: { type: 'array', items: { type: 'string' } },
        },
        required: ['zone_id'],
      },
    },
    create: {
      method: 'POST',
      path: '/zones/{zone_id}/records',
      params: { anyOf: [record('A'), record('MX', { priority: { type: 'number' } })] },
    },
    remove: { method: 'DELETE', path: '/zones/{zone_id}/records/{record_id} (not undone)', params: record('A') },
    verify: { method: 'GET', path: '/verify' },
    ask: {
      method: 'POST',
      path: '/json.php?dns_{KIND}_get',
      params: {
        type: 'object',
        properties: { KIND: { enum: ['a', 'mx'] }, id: { type: 'integer' } },
        required: ['KIND', 'id'],
      },
    },
  },
};

const told = (...sent: Sent[]) => failuresOf(play({ format: 'operations', schema, sent }));

describe('a request whose fields are described together', () => {
  it('is fine wherever they stand', () => {
    expect(
      told(
        { path: '/zones/z/records?page=2&name.exact=a&expand%5B0%5D=x&expand%5B1%5D=y' },
        { path: '/zones/z/records?name%5Bexact%5D=a&expand%5B%5D=x' },
        { method: 'POST', path: '/zones/z/records', json: { type: 'MX', content: 'a', priority: 10 } },
        { method: 'POST', path: '/zones/z/records', form: 'type=A&content=a&ttl=60' },
        { method: 'DELETE', path: '/zones/z/records/r?type=A&content=a' },
        { path: '/verify' },
        { method: 'POST', path: '/json.php?dns_mx_get', json: { id: 5 } },
      ),
    ).toEqual([]);
  });

  it('is told of by the form it comes nearest to', () => {
    expect(told({ method: 'POST', path: '/zones/z/records', json: { type: 'MX', content: 'a', priority: 'high' } })).toEqual([
      'POST /zones/{zone_id}/records: "priority" must be number, not "high"',
    ]);
  });

  it.each([
    ['an unknown field', { path: '/zones/z/records?nmae=a' }, '"nmae" is not in the contract'],
    ['an unknown field within a field', { path: '/zones/z/records?name.like=a' }, '"name.like" is not in the contract'],
    ['any field where there is none', { path: '/verify?x=1' }, '"x" is not in the contract'],
    ['a body of a GET', { path: '/verify', json: {} }, '"body" must not be there'],
    ['a body that is a list', { method: 'POST', path: '/zones/z/records', json: [] }, '"body" must be an object'],
    ['a function that is not there', { method: 'POST', path: '/json.php?ds_get', json: { id: 5 } }, 'is no operation of schema.json'],
    [
      'a kind that is not there',
      { method: 'POST', path: '/json.php?dns_ds_get', json: { id: 5 } },
      '"KIND" must be one of a, mx, not "ds"',
    ],
  ] as [string, Sent, string][])('is told of for %s', (_what, sent, complaint) => {
    expect(told(sent)).toEqual([expect.stringContaining(complaint)]);
  });
});
