import { describe, expect, it } from '@jest/globals';
import { failuresOf, play, type Sent } from '../testing.js';

const schema = {
  paths: {
    '/nodes/{node}/lxc': {
      POST: {
        parameters: {
          additionalProperties: 0,
          properties: {
            labels: { type: 'string', format: 'tag-list', optional: 1 },
            node: { type: 'string', format: 'pve-node' },
            vmid: { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999 },
            hostname: { type: 'string', format: 'dns-name', maxLength: 30, optional: 1 },
            start: { type: 'boolean', optional: 1 },
            password: { type: 'string', minLength: 5, optional: 1 },
            cmode: { type: 'string', enum: ['shell', 'tty'], optional: 1 },
            size: { type: 'string', pattern: '(?^:\\+?\\d+[KMG]?)', optional: 1 },
            tags: { type: 'string', pattern: '(?^i:[a-z]+)', optional: 1 },
            bwlimit: { type: 'number', minimum: '0', optional: 1 },
            unique: { type: 'boolean', optional: 1, requires: 'start' },
            kind: { type: 'string', enum: ['one', 'other'], optional: 1 },
            strict: { type: 'boolean', optional: 1, 'type-property': 'kind', 'instance-types': ['one'] },
            odd: { type: 'string', format: 'never-heard-of', optional: 1 },
            'net[n]': {
              type: 'string',
              optional: 1,
              format: {
                name: { type: 'string', pattern: '[-_.\\w\\d]+' },
                tag: { type: 'integer', minimum: 1, maximum: 4094, optional: 1 },
                firewall: { type: 'boolean', optional: 1 },
              },
            },
            rootfs: {
              type: 'string',
              optional: 1,
              format: { volume: { type: 'string', default_key: 1 }, ro: { type: 'boolean', optional: 1 } },
            },
          },
        },
      },
      GET: { parameters: { properties: { node: { type: 'string' }, full: { type: 'boolean', optional: 1 } } } },
    },
    '/version': { GET: { parameters: { additionalProperties: 0 } } },
  },
};

const formats = { 'pve-node': { pattern: '[a-z0-9-]+' }, 'dns-name': { pattern: '[a-z0-9.-]+' }, 'tag-list': { itemPattern: '[a-z]+' } };
const api = {
  format: 'apidoc',
  schema,
  schemas: [{ format: 'apidoc', file: 'schema.json', base: '/api2/json', formats: 'formats.json' }],
  files: { 'extensions/example/formats.json': JSON.stringify(formats) },
};
const told = (...sent: Sent[]) => failuresOf(play({ ...api, sent }));
const create = (form: string): Sent => ({ method: 'POST', path: '/api2/json/nodes/pve1/lxc', form });

describe('a request to an API described by apidata.js', () => {
  it('is fine when it is what the schema says, numbers and booleans as text', () => {
    const full = 'vmid=101&hostname=a.example&start=1&unique=0&cmode=tty&size=%2B5G&tags=Shop&bwlimit=0.5&kind=one&strict=0';
    expect(
      told(
        create(`${full}&net0=name%3Deth0%2Ctag%3D7%2Cfirewall%3D1&net12=name%3Deth1&rootfs=local%3A20%2Cro%3D0`),
        create('vmid=101&password=***&labels=a%2Cb%3Bc'),
        { path: '/api2/json/nodes/pve1/lxc?full=1' },
        { path: '/api2/json/version' },
      ),
    ).toEqual([]);
  });

  it.each([
    ['a name that is not in it', 'vmid=101&hostnam=a', '"hostnam" is not in the contract'],
    ['a parameter that it lacks', 'hostname=a', '"vmid" is missing'],
    ['a text for a number', 'vmid=many', '"vmid" must be integer, not "many"'],
    ['a number that is too small', 'vmid=5', '"vmid" must be >= 100, not 5'],
    ['a fraction for a whole number', 'vmid=101.5', '"vmid" must be integer, not 101.5'],
    ['a number that is given twice', 'vmid=101&vmid=102', '"vmid" must be integer, not ["101","102"]'],
    ['a boolean in words', 'vmid=101&start=true', '"start" must be one of 0, 1, not "true"'],
    ['a value that is none of those', 'vmid=101&cmode=tv', '"cmode" must be one of shell, tty, not "tv"'],
    ['a text of another format', 'vmid=101&hostname=a_b', '"hostname" must match format "dns-name", not "a_b"'],
    ['an item of a list of another format', 'vmid=101&labels=a%3Bb1', '"labels" must match format "tag-list", not "a;b1"'],
    ['a text that only begins with the pattern', 'vmid=101&size=5Gx', '"size" must match (?^:\\+?\\d+[KMG]?), not "5Gx"'],
    ['a text that is too long', `vmid=101&hostname=${'a'.repeat(31)}`, '"hostname" must NOT have more than 30 characters'],
    ['a parameter without the one it needs', 'vmid=101&unique=1', '"unique" must not come without start'],
    ['a parameter of another kind of thing', 'vmid=101&kind=other&strict=1', '"kind" must be one of one, not "other"'],
    ['a number for what is not counted', 'vmid=101&hostname1=a', '"hostname1" is not in the contract'],
    ['an unknown part of a property', 'vmid=101&net0=name%3Deth0%2Cvlan%3D7', '"net0.vlan" is not in the contract'],
    ['a part of a property out of bounds', 'vmid=101&net0=name%3Deth0%2Ctag%3D5000', '"net0.tag" must be <= 4094, not 5000'],
    ['a property without a part it must have', 'vmid=101&net0=tag%3D7', '"net0.name" is missing'],
    ['a part without its name that must have one', 'vmid=101&net0=eth0', '"net0.eth0" is not in the contract'],
  ])('is told of for %s', (_what, form, complaint) => {
    expect(told(create(form)).join('\n')).toContain(`POST /nodes/{node}/lxc: ${complaint}`);
  });

  it('is told of for a path or a method that is not there', () => {
    expect(told({ path: '/api2/json/nodes/pve1/qemu' }, { method: 'PUT', path: '/api2/json/version' }, { path: '/version' })).toEqual([
      'GET /nodes/pve1/qemu: is no operation of schema.json',
      'PUT /version: is no operation of schema.json',
      'GET /version: does not begin with /api2/json',
    ]);
  });

  it('is told of for a value in a path', () => {
    expect(told({ ...create('vmid=101'), path: '/api2/json/nodes/not%20one/lxc' })).toEqual([
      'POST /nodes/{node}/lxc: "node" must match format "pve-node", not "not one"',
    ]);
  });

  it('is told of for parameters where they are not read', () => {
    expect(
      told({ path: '/api2/json/nodes/pve1/lxc', form: 'full=1' }, { ...create('vmid=101'), path: '/api2/json/nodes/pve1/lxc?start=1' }),
    ).toEqual(['GET /nodes/{node}/lxc: "body" must not be there', 'POST /nodes/{node}/lxc: "start" is not in the contract']);
  });

  it('has the formats named that nobody can check', () => {
    const [finding] = play({ ...api, sent: [create('vmid=101&odd=anything')] });
    expect(finding).toMatchObject({ verdict: { failures: [], uncheckedFormats: new Set(['never-heard-of']) } });
    expect(play({ ...api, sent: [{ path: '/api2/json/version' }] })).toMatchObject([{ verdict: { uncheckedFormats: new Set() } }]);
  });
});
