import { describe, expect, it } from '@jest/globals';
import { failuresOf, play, type Sent } from '../testing.js';

const schema = {
  openapi: '3.1.0',
  paths: {
    '/hosts': {
      get: {
        parameters: [
          { in: 'query', name: 'page', schema: { type: 'integer', minimum: 1 } },
          { in: 'query', name: 'deep', required: true, schema: { type: 'boolean' } },
          { in: 'query', name: 'tags', schema: { type: 'array', items: { type: 'string', maxLength: 3 } } },
        ],
      },
      post: { requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/host' } } } } },
    },
    '/hosts/{id}': {
      parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'integer' } }],
      get: { parameters: [{ in: 'header', name: 'X-Customer', required: true, schema: { type: 'string' } }] },
    },
    '/hosts/all': { get: {} },
    '/hosts/{id}/file': { post: { requestBody: { content: { 'multipart/form-data': { schema: { type: 'object' } } } } } },
  },
  components: {
    schemas: {
      host: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 2 },
          port: { type: 'integer' },
          mail: { type: 'string', format: 'email' },
          meta: { type: 'object', properties: { key: { type: 'string' } } },
          certificate: { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^new$' }] },
          secret: { type: 'object', properties: { password: { anyOf: [{ type: 'integer' }, { type: 'string', minLength: 9 }] } } },
        },
      },
    },
  },
};

const told = (...sent: Sent[]) => failuresOf(play({ format: 'openapi', schema, base: '/api', sent }));
const post = (json: unknown): Sent => ({ method: 'POST', path: '/api/hosts', json });

describe('a request to an API with an OpenAPI document', () => {
  it('is fine when it is what the document says', () => {
    expect(
      told(
        { path: '/api/hosts?page=2&deep=true&tags=a&tags=b' },
        { path: '/api/hosts/7', headers: { 'x-customer': '***' } },
        { path: '/api/hosts/all' },
        post({ name: 'ab', port: 5, mail: 'a@example.net', meta: { key: 'x' }, certificate: 'new', secret: { password: '***' } }),
        { method: 'POST', path: '/api/hosts/7/file', type: 'multipart/form-data' },
      ),
    ).toEqual([]);
  });

  it.each([
    ['an unknown parameter', { path: '/api/hosts?deep=true&size=5' }, 'GET /hosts: "size" is not in the contract'],
    ['a parameter that it lacks', { path: '/api/hosts' }, 'GET /hosts: "deep" is missing'],
    ['a parameter of another type', { path: '/api/hosts?deep=1' }, 'GET /hosts: "deep" must be boolean, not "1"'],
    ['an entry of a list', { path: '/api/hosts?deep=true&tags=abcd' }, 'GET /hosts: "tags.0" must NOT have more than 3 characters'],
    ['a header that it lacks', { path: '/api/hosts/7' }, 'GET /hosts/{id}: "x-customer" is missing'],
    ['a part of the path', { path: '/api/hosts/x', headers: { 'x-customer': 'c' } }, 'GET /hosts/{id}: "id" must be integer, not "x"'],
    ['a body that it lacks', { method: 'POST', path: '/api/hosts' }, 'POST /hosts: "body" is missing'],
    ['a body it may not have', { path: '/api/hosts/all', json: {} }, 'GET /hosts/all: "body" must not be there'],
    [
      'a body of another type',
      { method: 'POST', path: '/api/hosts', form: 'name=ab' },
      'POST /hosts: "content-type" must be application/json, not "application/x-www-form-urlencoded"',
    ],
    ['an unknown field', post({ name: 'ab', prot: 5 }), 'POST /hosts: "prot" is not in the contract'],
    ['an unknown field within a field', post({ name: 'ab', meta: { kye: '' } }), 'POST /hosts: "meta.kye" is not in the contract'],
    ['a number as text', post({ name: 'ab', port: '5' }), 'POST /hosts: "port" must be integer, not "5"'],
    ['a text of another format', post({ name: 'ab', mail: 'a' }), 'POST /hosts: "mail" must match format "email", not "a"'],
    ['none of its forms', post({ name: 'ab', certificate: 'old' }), 'POST /hosts: "certificate" fits none of the forms it may have: "old"'],
  ] as [string, Sent, string][])('is told of for %s', (_what, sent, complaint) => {
    const failures = told(sent);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(complaint);
  });
});

it('a document whose references lead nowhere is refused', () => {
  const broken = { paths: { '/hosts': { get: { parameters: [{ $ref: '#/components/parameters/none' }] } } } };
  expect(play({ format: 'openapi', schema: broken, sent: [{ path: '/hosts' }] })).toEqual([
    { extension: 'example', wrong: '#/components/parameters/none leads nowhere' },
  ]);
});
