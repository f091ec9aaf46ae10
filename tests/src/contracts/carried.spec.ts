import { describe, expect, it } from '@jest/globals';
import { failuresOf, play, type Play, type Sent } from './testing.js';

const outer = {
  functions: {
    run: {
      parameters: [
        { name: 'user', type: 'string', required: true },
        { name: 'module', type: 'string', required: true },
        { name: 'function', type: 'string', required: true },
      ],
    },
    version: {},
  },
};
const inner = {
  paths: {
    '/Mail/add': {
      get: {
        parameters: [
          { in: 'query', name: 'name', required: true, schema: { type: 'string' } },
          { in: 'query', name: 'quota', schema: { type: 'integer', minimum: 0 } },
        ],
      },
    },
    '/Mail/list': { get: {} },
  },
};
const schemas: Play['schemas'] = [
  { format: 'functions', file: 'schema.json', base: '/api', always: { v: '1' } },
  { format: 'openapi', file: 'inner.json', base: '/api/run', within: ['module', 'function'] },
];
const told = (...sent: Sent[]) =>
  failuresOf(play({ format: 'functions', schema: outer, schemas, files: { 'contracts/inner.json': JSON.stringify(inner) }, sent }));
const run = (more: string) => `/api/run?v=1&${more}`;

describe('a call that travels within another one', () => {
  it('is fine when both are what their schemas say, with its parameters in the query or in a form', () => {
    expect(
      told(
        { path: '/api/version?v=1' },
        { path: run('user=a&module=Mail&function=list') },
        { path: run('user=a&module=Mail&function=add&name=info&quota=5') },
        { method: 'POST', path: run('user=a&module=Mail&function=add'), form: 'name=info&quota=5' },
      ),
    ).toEqual([]);
  });

  const add = 'any method /Mail/add';
  it.each<[string, Sent, string]>([
    ['a parameter that it lacks', { path: run('user=a&module=Mail&function=add&quota=5') }, `${add}: "name" is missing`],
    ['an unknown parameter', { path: run('user=a&module=Mail&function=add&name=i&qutoa=5') }, `${add}: "qutoa" is not in the contract`],
    [
      'an unknown field of its form',
      { method: 'POST', path: run('user=a&module=Mail&function=add'), form: 'name=i&domain=b' },
      `${add}: "domain" is not in the contract`,
    ],
    [
      'a parameter of another type',
      { path: run('user=a&module=Mail&function=add&name=i&quota=much') },
      `${add}: "quota" must be integer, not "much"`,
    ],
    [
      'a parameter that only its neighbour has',
      { path: run('user=a&module=Mail&function=list&name=i') },
      'any method /Mail/list: "name" is not in the contract',
    ],
    ['a call that there is not', { path: run('user=a&module=Mail&function=drop') }, 'GET /Mail/drop: is no operation of inner.json'],
    ['a call that is not named', { path: run('user=a&module=Mail') }, 'GET /Mail/: is no operation of inner.json'],
    ['what its carrier lacks', { path: run('module=Mail&function=list') }, 'any method /Mail/list: "user" is missing'],
  ])('is told of for %s', (_what, sent, complaint) => {
    expect(told(sent)).toContain(complaint);
  });
});
