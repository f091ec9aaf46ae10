import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RouteCheck } from '../src/http/index.js';
import { AccountStore, Clock } from '@hostwright/core';
import { ApiFixture, staffPassword } from './support/api-fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

const login = (email: string, password: string) => api.call('POST', '/api/v1/auth/login', { token: null, body: { email, password } });

describe('logging in', () => {
  it('says the same to an unknown address, a wrong password and a closed account', async () => {
    const id = await api.account('closed@example.com', 'staff');
    await api.call('PATCH', `/api/v1/accounts/${id}`, { body: { disabled: true } });
    const answers = await Promise.all([
      login('nobody@example.com', 'x'),
      login('staff@example.com', 'wrong'),
      login('closed@example.com', staffPassword),
    ]);
    for (const answer of answers) {
      expect([answer.status, answer.json]).toEqual([
        401,
        { error: { code: 'unauthenticated', message: 'e-mail address or password is wrong' } },
      ]);
    }
  });

  it('finds the account whatever the case of the address, and shows nothing of the password', async () => {
    const answer = await login('STAFF@example.com', staffPassword);
    expect(answer.json.account).toMatchObject({ email: 'staff@example.com', role: 'staff' });
    expect(answer.text).not.toContain('argon2');
    expect((await api.call('GET', '/api/v1/auth/me', { token: answer.json.token })).json).toMatchObject({
      kind: 'staff',
      email: 'staff@example.com',
    });
  });

  it('ends with the password it was made with', async () => {
    const id = await api.account('changes@example.com', 'staff');
    const token = await api.login('changes@example.com');
    expect((await api.call('GET', '/api/v1/auth/me', { token })).status).toBe(200);
    await api.call('PATCH', `/api/v1/accounts/${id}`, { body: { password: 'another long password' } });
    expect((await login('changes@example.com', staffPassword)).status).toBe(401);
    // As it is half a minute later, and for a token that is not of this very second.
    const { KnownAccounts } = await import('../src/auth/known-accounts.js');
    const known = new KnownAccounts(api.app.get(AccountStore), api.app.get(Clock));
    await expect(known.caller(id, Math.floor(Date.now() / 1000) - 5)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(known.caller(id, Math.floor(Date.now() / 1000))).resolves.toMatchObject({ kind: 'staff' });
  });

  it.each([
    ['no token', null],
    ['a token of another signer', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['an unsigned token', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"1"}').toString('base64url')}.`],
    ['something else', 'hunter2'],
  ])('is needed: %s opens nothing', async (_, token) => {
    const answer = await api.call('GET', '/api/v1/servers', { token });
    expect([answer.status, answer.json.error.code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });
});

describe('API keys', () => {
  it('are shown once, kept as a hash, and open what their scopes say', async () => {
    const issued = await api.call('POST', '/api/v1/api-keys', { body: { name: 'reader', scopes: ['servers:read'] } });
    const { key, apiKey } = issued.json;
    expect(key).toMatch(/^hwk_[A-Za-z0-9]{12}_[A-Za-z0-9]{40}$/);
    expect(JSON.stringify((await api.database.pool.query('SELECT * FROM api_key')).rows)).not.toContain(key.slice(17));
    expect((await api.call('GET', '/api/v1/api-keys')).text).not.toContain(key.slice(17));
    expect((await api.call('GET', '/api/v1/servers', { token: key })).status).toBe(200);
    const refused = await api.call('POST', '/api/v1/server-groups', { token: key, body: { name: 'x' } });
    expect([refused.status, refused.json.error.message]).toEqual([403, 'this API key lacks the scope servers:write']);
    expect(await api.one('SELECT last_used_at IS NOT NULL FROM api_key WHERE id = $1', [apiKey.id])).toBe(true);
  });

  it('make no keys, whatever their scopes', async () => {
    const key = await api.key('servers:read', 'customers:write', 'jobs:write');
    expect((await api.call('POST', '/api/v1/api-keys', { token: key, body: { name: 'more', scopes: ['audit:read'] } })).status).toBe(403);
  });

  it('open nothing once revoked or expired', async () => {
    const { json } = await api.call('POST', '/api/v1/api-keys', { body: { name: 'short', scopes: ['servers:read'] } });
    const use = () => api.call('GET', '/api/v1/servers', { token: json.key });
    expect((await use()).status).toBe(200);
    await api.database.pool.query(`UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = $1`, [json.apiKey.id]);
    expect((await use()).status).toBe(401);
    await api.database.pool.query('UPDATE api_key SET expires_at = NULL WHERE id = $1', [json.apiKey.id]);
    expect((await use()).status).toBe(200);
    await api.call('DELETE', `/api/v1/api-keys/${json.apiKey.id}`);
    expect((await use()).status).toBe(401);
  });

  it('refuse a scope that is not known and a time that has passed', async () => {
    const unknown = await api.call('POST', '/api/v1/api-keys', { body: { name: 'x', scopes: ['everything'] } });
    expect([unknown.status, unknown.json.error.field]).toEqual([400, 'scopes']);
    const past = await api.call('POST', '/api/v1/api-keys', {
      body: { name: 'x', scopes: ['servers:read'], expiresAt: '2020-01-01T00:00:00Z' },
    });
    expect([past.status, past.json.error.field]).toEqual([400, 'expiresAt']);
  });
});

describe('a request that is wrong', () => {
  it.each([
    ['broken JSON', { raw: '{"name": ' }, 400],
    ['a megabyte', { raw: JSON.stringify({ name: 'x'.repeat(1024 * 1024) }) }, 413],
    ['a list for an object', { raw: '[1]' }, 400],
    ['text for an object', { raw: '"x"' }, 400],
    ['no body', { raw: '' }, 400],
    ['a prototype', { raw: '{"__proto__": {"name": "x"}, "name": "y"}' }, 400],
    ['another kind of body', { raw: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['text', { raw: 'name', headers: { 'content-type': 'text/plain' } }, 415],
  ])('with %s is answered in JSON', async (_, sent, status) => {
    const answer = await api.call('POST', '/api/v1/server-groups', sent);
    expect([answer.status, typeof answer.json?.error?.message]).toEqual([status, 'string']);
    expect(answer.text).not.toMatch(/<html|node_modules|\.js:/i);
    expect(await api.one('SELECT count(*)::int FROM server_group')).toBe(0);
  });

  it.each([
    ['an unknown field', { name: 'x', colour: 'red' }, 'colour'],
    ['a missing field', {}, 'name'],
    ['null for a text', { name: null }, 'name'],
    ['a number for a text', { name: 7 }, 'name'],
    ['a control character', { name: 'a\u0000b' }, 'name'],
    ['too long a text', { name: 'x'.repeat(101) }, 'name'],
    ['an unknown choice', { name: 'x', fill: 'random' }, 'fill'],
    ['null for an optional choice', { name: 'x', fill: null }, 'fill'],
  ])('with %s is told which field', async (_, body, field) => {
    const answer = await api.call('POST', '/api/v1/server-groups', { body });
    expect([answer.status, answer.json.error.code, answer.json.error.field]).toEqual([400, 'invalid_input', field]);
    expect(answer.json.error.message).toContain(field);
    expect(await api.one('SELECT count(*)::int FROM server_group')).toBe(0);
  });

  it.each([
    '/api/v1/servers/abc',
    '/api/v1/servers/0',
    '/api/v1/servers/99999999999999999999',
    '/api/v1/servers?limit=201',
    '/api/v1/servers?limit=x',
    '/api/v1/servers?after=-1',
    '/api/v1/servers?colour=red',
  ])('is refused at %s', async (path) => {
    const answer = await api.call('GET', path);
    expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_input']);
  });

  it.each(['/nowhere', '/api/v1/nowhere', '/api/v1/servers/1/nowhere'])('finds nothing at %s', async (path) => {
    expect(await api.call('GET', path)).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
  });

  it('with an address or headers that cannot be read does no harm', async () => {
    expect((await api.call('GET', '/api/v1/%')).status).toBe(400);
    const port = Number(new URL(api.url).port);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect((await api.call('GET', '/health', { token: null })).status).toBe(200);
  });
});

describe('a mistake of ours', () => {
  it('tells the caller nothing and the log everything', async () => {
    await api.database.pool.query('ALTER TABLE server_group RENAME TO server_group_gone');
    const answer = await api.call('GET', '/api/v1/server-groups');
    await api.database.pool.query('ALTER TABLE server_group_gone RENAME TO server_group');
    expect([answer.status, answer.json]).toEqual([
      500,
      { error: { code: 'internal', message: 'something went wrong on our side; the log has the details' } },
    ]);
    const line = api.lines.find((text) => text.includes('unexpected error'));
    expect(line).toContain('server_group');
    expect(line).toContain(String(answer.headers['x-request-id']));
    expect(line).toContain('stack');
  });
});

describe('a route that does not say who may call it', () => {
  @Controller('open')
  class OpenController {
    @Get()
    read(): string {
      return 'anything';
    }
  }
  @Module({ imports: [DiscoveryModule], controllers: [OpenController], providers: [RouteCheck] })
  class OpenModule {}

  it('keeps the process from starting', async () => {
    const app = await NestFactory.create(OpenModule, new FastifyAdapter(), { logger: false, abortOnError: false });
    await expect(app.init()).rejects.toThrow('OpenController.read');
  });
});
