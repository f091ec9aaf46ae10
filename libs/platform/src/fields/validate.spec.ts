import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { X509CertificateGenerator } from '@peculiar/x509';
import { fields, secret, type Field } from '@hostwright/sdk';
import { problemOfFields, schemaOf, validateFields, validateProperties } from './index.js';

const server = fields({
  host: { type: 'hostname', label: 'Host', help: 'Example: vps1.example.net' },
  port: { type: 'integer', label: 'Port', default: 8006, min: 1, max: 65535 },
  token: { type: 'secret', label: 'Token' },
  key: { type: 'secret', label: 'Key', multiline: true, optional: true },
  plan: { type: 'choice', label: 'Plan', choices: ['small', 'large'], default: 'small' },
  tls: { type: 'boolean', label: 'TLS', default: true },
  note: {
    type: 'text',
    label: 'Note',
    optional: true,
    minLength: 2,
    maxLength: 5,
    pattern: '[a-z]+|[0-9]+',
    patternText: 'letters or digits, not both',
  },
  tag: { type: 'text', label: 'Tag', optional: true, pattern: '[a-z]+' },
});
const good = { host: 'vps1.example.net', token: 't0k3n' };
const validate = (input: unknown) => validateFields(server, input, { path: 'server' });
const wrong = (field: string, rule: string) => expect.objectContaining({ code: 'invalid_input', message: `${field}: ${rule}`, field });

describe('validateFields', () => {
  it('fills in defaults and leaves its input as it is', () => {
    const input = Object.freeze({ ...good, note: undefined });
    const values = validate(input);
    expect(values).toEqual({ ...good, port: 8006, plan: 'small', tls: true });
    const port: number = values.port;
    const note: string | undefined = values.note;
    expect([port, note]).toEqual([8006, undefined]);
  });

  it.each<[object, string, string]>([
    [{ host: undefined }, 'server.host', 'is required'],
    [{ host: null }, 'server.host', 'must be text'],
    [{ host: '' }, 'server.host', 'must not be empty'],
    [{ token: 7 }, 'server.token', 'must be text'],
    [{ token: 'a\n' }, 'server.token', 'must be one line without control characters'],
    [{ key: 'a\0b' }, 'server.key', 'must be text without control characters'],
    [{ port: '80' }, 'server.port', 'must be a whole number'],
    [{ port: 1.5 }, 'server.port', 'must be a whole number'],
    [{ port: 0 }, 'server.port', 'must be at least 1'],
    [{ port: 1e9 }, 'server.port', 'must be at most 65535'],
    [{ plan: 'huge' }, 'server.plan', 'must be one of small, large'],
    [{ tls: 'true' }, 'server.tls', 'must be true or false'],
    [{ note: 'a' }, 'server.note', 'must have at least 2 characters'],
    [{ note: 'abcdef' }, 'server.note', 'must have at most 5 characters'],
    [{ note: 'ab1' }, 'server.note', 'must be letters or digits, not both'],
    [{ tag: 'a b' }, 'server.tag', 'does not have the form that is asked for'],
    [{ more: 1 }, 'server.more', 'unknown field'],
    [{ constructor: 1 }, 'server.constructor', 'unknown field'],
    [JSON.parse('{"__proto__":1}') as object, 'server.__proto__', 'unknown field'],
  ])('refuses %j and names the field', (change, field, rule) => {
    // Not a spread of literals, because that would lose `__proto__`.
    const input = Object.defineProperties({ ...good }, Object.getOwnPropertyDescriptors(change));
    expect(() => validate(input)).toThrow(wrong(field, rule));
  });

  it.each([null, undefined, 'text', 7, [], [good]])('refuses %p, which is no object', (input) => {
    expect(() => validate(input)).toThrow(wrong('server', 'must be an object'));
  });

  it('says nothing of the value it refuses', () => {
    for (const change of [{ token: 'plain\nsecret' }, { host: 'plain secret' }, { note: 'plain-secret' }])
      expect(() => validate({ ...good, ...change })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('plain') }));
  });
});

describe('the types of field', () => {
  const accepts = (type: Field['type'], value: string) => {
    const declared = { value: { type, label: 'Value' } as Field };
    try {
      validateFields(declared, { value }, { path: 'x' });
      return true;
    } catch {
      return false;
    }
  };
  const fingerprint = 'aB'.repeat(32);
  const hostKey = `SHA256:${'a+/9'.repeat(10)}abc`;

  it.each<[Field['type'], string[], string[]]>([
    ['text', ['a b', 'ü'], ['a\nb', '\u0000', '\ud800', 'x'.repeat(1025)]],
    ['multiline', ['a\r\n\tb'], ['a\u0000', '\udc00']],
    [
      'email',
      ['a.b+c@example.net', "o'neil@a.example"],
      ['a', 'a@', '@b.c', 'a@b', 'a b@c.d', 'a@b..c', '.a@b.c', `${'a'.repeat(65)}@b.c`, 'a@b.c\n'],
    ],
    [
      'hostname',
      ['a.example', 'localhost', '192.0.2.1', 'A-1.example'],
      ['-a.b', 'a_b', 'a..b', 'a.', 'a/b', 'a:1', 'a b', `${'a'.repeat(64)}.b`],
    ],
    [
      'url',
      ['https://a.example/b?c=d', 'http://127.0.0.1:80'],
      ['a.example', 'ftp://a', 'https://', 'https://u:p@a', 'https://@a', 'https://a b', 'javascript:alert(1)', 'https:a'],
    ],
    ['ipv4', ['192.0.2.1', '0.0.0.0'], ['192.0.2', '192.0.2.256', '192.0.2.01', '::1', ' 192.0.2.1', '192.0.2.1/24']],
    [
      'ipv4-range',
      ['192.0.2.10-192.0.2.99', '192.0.2.1-192.0.2.1', '10.255.0.0-200.0.0.1'],
      ['192.0.2.99-192.0.2.10', '192.0.2.1', '192.0.2.1-', '1.1.1.1-1.1.1.2-1.1.1.3', '192.0.2.1 - 192.0.2.2'],
    ],
    ['integer-range', ['900-999', '0-0', '5-9007199254740991'], ['999-900', '900', '-1-5', '01-5', '1-9007199254740993', '1.5-2', 'a-b']],
    ['ssh-host-key', [hostKey, `${hostKey} ${hostKey}`], ['SHA256:abc', `${hostKey}=`, 'MD5:aa', `${hostKey},${hostKey}`, ` ${hostKey}`]],
    [
      'tls-fingerprint',
      [fingerprint, fingerprint.match(/../g)!.join(':')],
      ['ab', `${fingerprint}0`, `${fingerprint.slice(2)}:b`, 'zz'.repeat(32)],
    ],
    ['tls-authority', [], ['abc', '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----']],
  ])('%s', (type, right, bad) => {
    for (const value of right) expect([value, accepts(type, value)]).toEqual([value, true]);
    for (const value of bad) expect([value, accepts(type, value)]).toEqual([value, false]);
  });

  it('takes PEM certificates as tls-authority, and nothing beside them', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const made = await X509CertificateGenerator.createSelfSigned(
      { name: 'CN=ca', signingAlgorithm: algorithm, keys },
      webcrypto as Parameters<typeof X509CertificateGenerator.createSelfSigned>[1],
    );
    const pem = made.toString('pem');
    expect([accepts('tls-authority', pem), accepts('tls-authority', `${pem}\n${pem}\n`)]).toEqual([true, true]);
    expect(accepts('tls-authority', `${pem}\n-----BEGIN PRIVATE KEY-----\nYWJj\n-----END PRIVATE KEY-----`)).toBe(false);
  });
});

describe('validateProperties', () => {
  const properties = fields({ name: { type: 'text', label: 'Name' }, password: { type: 'secret', label: 'Password', optional: true } });

  it('wants secrets marked', () => {
    expect(validateProperties(properties, { name: 'a', password: secret('b') }, { path: 'properties' })).toEqual({
      name: 'a',
      password: { $secret: 'b' },
    });
    for (const password of ['b', {}, { $secret: 1 }, { $secret: 'b', more: 1 }])
      expect(() => validateProperties(properties, { name: 'a', password }, { path: 'properties' })).toThrow(
        wrong('properties.password', 'must be marked as a secret'),
      );
  });
});

describe('schemaOf', () => {
  it('describes the fields for forms and the OpenAPI document', () => {
    const schema = schemaOf(server);
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false, required: ['host', 'token'] });
    expect(schema.properties['host']).toMatchObject({
      type: 'string',
      format: 'hostname',
      title: 'Host',
      description: 'Example: vps1.example.net',
    });
    expect(schema.properties['port']).toMatchObject({ type: 'integer', minimum: 1, maximum: 65535, default: 8006 });
    expect(schema.properties['token']).toMatchObject({ type: 'string', writeOnly: true });
    expect(schema.properties['plan']).toMatchObject({ enum: ['small', 'large'], default: 'small' });
    expect(schemaOf(server)).toBe(schema);
  });
});

describe('problemOfFields', () => {
  it('finds none in fields that are well formed', () => {
    expect(problemOfFields(server, 'server')).toBeUndefined();
    expect(problemOfFields({}, 'order')).toBeUndefined();
  });

  it.each<[unknown, RegExp]>([
    [null, /^server must be an object/],
    [[], /^server must be an object/],
    [{ 'a-b': { type: 'text', label: 'A' } }, /server\.a-b: .*camelCase/],
    [{ a: 'text' }, /server\.a: must be an object/],
    [{ a: { type: 'constructor', label: 'A' } }, /type is unknown/],
    [{ a: { type: 'text' } }, /label/],
    [{ a: { type: 'text', label: 'A', min: 1 } }, /has no "min"/],
    [{ a: { type: 'text', label: 'A', pattern: '(' } }, /regular expression/],
    [{ a: { type: 'text', label: 'A', pattern: 'a', patternText: '' } }, /patternText must be text/],
    [{ a: { type: 'text', label: 'A', patternText: 'letters' } }, /patternText must be text beside a pattern/],
    [{ a: { type: 'text', label: 'A', minLength: 5, maxLength: 2 } }, /minLength must not be above/],
    [{ a: { type: 'text', label: 'A', maxLength: -1 } }, /not negative/],
    [{ a: { type: 'integer', label: 'A', min: '1' } }, /min must be a whole number/],
    [{ a: { type: 'integer', label: 'A', min: 5, default: 2 } }, /a: must be at least 5/],
    [{ a: { type: 'choice', label: 'A', choices: [] } }, /choices/],
    [{ a: { type: 'choice', label: 'A', choices: ['b', 'b'] } }, /unique/],
    [{ a: { type: 'choice', label: 'A', choices: ['b'], default: 'c' } }, /a: must be one of b/],
    [{ a: { type: 'boolean', label: 'A', default: 'yes' } }, /a: must be true or false/],
    [{ a: { type: 'text', label: 'A', optional: false } }, /optional/],
    [{ a: { type: 'secret', label: 'A', default: 'x' } }, /has no "default"/],
    [{ a: { type: 'text', label: 'A', shownTo: 'all' } }, /shownTo/],
    [{ a: { type: 'text', label: 'A', choicesFrom: 'a list' } }, /choicesFrom/],
    [{ a: { type: 'choice', label: 'A', choices: ['b'], choicesFrom: 'list' } }, /has no "choicesFrom"/],
  ])('says what is wrong with %j', (declared, text) => {
    expect(problemOfFields(declared, 'server')).toMatch(text);
  });
});

it('a field whose values are loaded tells the form from where, and takes what is not on the list', () => {
  const product = fields({ package: { type: 'text', label: 'Package', choicesFrom: 'packages', maxLength: 10 } });
  expect(schemaOf(product).properties['package']).toMatchObject({ type: 'string', 'x-choices-from': 'packages' });
  expect(validateFields(product, { package: 'gone' }, { path: 'product' })).toEqual({ package: 'gone' });
});

it('a field with a pattern tells the form in words what it asks for', () => {
  const { note, tag } = schemaOf(server).properties;
  expect(note).toMatchObject({ 'x-pattern-text': 'letters or digits, not both' });
  expect(tag).not.toHaveProperty('x-pattern-text');
});
