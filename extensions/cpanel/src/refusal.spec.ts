import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { openUapi, openWhm, reasonOf } from './refusal.js';

interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function opened(body: unknown, open: typeof openWhm | typeof openUapi, { status = 200, headers = {} }: Given = {}): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return open({ what: 'createacct', status, text, headers: new Headers(headers) });
  } catch (error) {
    return error;
  }
}
const whm = (body: unknown, given: Given = {}) => opened(body, openWhm, given);
const uapi = (inner: unknown, outer: object = { result: 1 }) => opened({ metadata: outer, data: { uapi: inner } }, openUapi);
const no = (reason: string, result: unknown = 0) => ({ metadata: { version: 1, command: 'createacct', result, reason } });

describe('an answer of WHM', () => {
  it('is its data when metadata.result says so, as a number or as a text', () => {
    for (const result of [1, '1']) {
      expect(whm({ metadata: { result, reason: 'OK' }, data: { ip: '192.0.2.10' } })).toMatchObject({ data: { ip: '192.0.2.10' } });
    }
    expect(whm({ metadata: { result: 1 } })).toMatchObject({ data: {} });
  });

  it('is a success although its metadata.output holds warnings', () => {
    const output = { raw: '…', warnings: ['The mail server is elsewhere.'] };
    expect(whm({ metadata: { result: 1, output }, data: { ip: '192.0.2.10' } })).toMatchObject({ data: { ip: '192.0.2.10' } });
  });

  it.each<[string, string, string]>([
    ['username taken', '(XID 8n3v2q) This system already has an account named “acme”.', 'conflict'],
    ['username taken, in straight quotes', 'This system already has an account named "acme".', 'conflict'],
    ['domain taken', '(XID 5jr7aa) The domain “acme.example” already exists in the userdata.', 'conflict'],
    ['domain taken, in other words (unconfirmed)', 'The domain acme.example is already configured.', 'conflict'],
    ['domain taken, in words that nobody knows (unconfirmed)', 'acme.example is in use.', 'rejected'],
    ['not found, by access', 'You do not have access to an account named “acme”.', 'not_found'],
    ['not found, by user', 'You do not have a user named “acme”.', 'not_found'],
    ['not found, by name', 'User acme does not exist.', 'not_found'],
    ['not found, accountsummary', 'Account does not exist.', 'not_found'],
    ['a privilege that is missing', 'Permission denied: createacct', 'invalid_config'],
    ['a privilege that is missing, in other words (unconfirmed)', 'You do not have permission to create accounts.', 'invalid_config'],
    ['a privilege that is missing, in words that nobody knows (unconfirmed)', 'That is not for you.', 'rejected'],
    ['an unknown function', 'Unknown app (“xyz”) requested for this version (1) of the API.', 'unsupported'],
    ['a weak password', 'Sorry, … too weak …. Please select a password with strength rating of 65 or higher.', 'invalid_input'],
    ['an account limit', '(XID h6w2zz) You have reached the maximum number of accounts.', 'rejected'],
    ['a refusal without a reason', '', 'rejected'],
  ])('%s', (_what, reason, code) => {
    for (const result of [0, '0']) {
      expect(whm(no(reason, result))).toBeInstanceOf(PanelError);
      expect(whm(no(reason, result))).toMatchObject({ code });
    }
  });

  it.each<[string, unknown, Given, string]>([
    [
      'access denied, 403',
      { cpanelresult: { apiversion: '2', error: 'Access denied', data: { reason: 'Access denied', result: '0' }, type: 'text' } },
      { status: 403 },
      'invalid_config',
    ],
    ['access denied, 401', '', { status: 401 }, 'invalid_config'],
    ['access denied in a 200', { cpanelresult: { error: 'Access denied', data: { result: '0' } } }, {}, 'invalid_config'],
    ['the log-in page in a 200', '<!DOCTYPE html><html><head><title>WHM Login</title></head></html>', {}, 'invalid_config'],
    ['the log-in page in a 403', '<html><form id="login_form"></form></html>', { status: 403 }, 'invalid_config'],
    ['the page of a licence that ended', '<html><title>cPanel</title><h1>License File Has Expired</h1></html>', {}, 'unknown_outcome'],
    ['a timeout of the CDN in front', 'error code: 524', { status: 524 }, 'unknown_outcome'],
    ['an internal error', '<html></html>', { status: 500 }, 'unknown_outcome'],
    ['a page that is not there', '<html></html>', { status: 404 }, 'unknown_outcome'],
    ['a redirect', '', { status: 301 }, 'invalid_config'],
    ['a limit in front of it', '', { status: 429 }, 'unavailable'],
    ['a legacy answer, with result', { result: [{ status: 1, statusmsg: 'Account Creation Ok' }] }, {}, 'unknown_outcome'],
    ['a legacy answer, with passwd', { passwd: [{ status: 1, statusmsg: 'Password changed' }] }, {}, 'unknown_outcome'],
    ['a legacy answer, with acct', { acct: [{ user: 'acme' }] }, {}, 'unknown_outcome'],
    ['an answer that was cut', '{"metadata":{"result":1,', {}, 'unknown_outcome'],
    ['a list', [], {}, 'unknown_outcome'],
    ['null', 'null', {}, 'unknown_outcome'],
    ['a result that is neither', { metadata: { result: 2 } }, {}, 'unknown_outcome'],
  ])('%s', (_what, body, given, code) => {
    expect(whm(body, given)).toBeInstanceOf(PanelError);
    expect(whm(body, given)).toMatchObject({ code });
  });

  it.each([401, 403])('that refuses the log-in, %i, is not asked again at once: brute-force protection may block the panel', (status) => {
    expect(whm('', { status })).toMatchObject({ code: 'invalid_config', retryAfterMs: 120_000 });
  });

  it('is waited for as long as it asks', () => {
    expect(whm('', { status: 429, headers: { 'retry-after': '7' } })).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('tells its reason without what WHM puts before it, and not at any length', () => {
    expect(reasonOf('API failure: (XID 8n3v2q) This system already has an account named “acme”.')).toMatch(/^This system/);
    expect(reasonOf('x'.repeat(5000)).length).toBeLessThan(400);
    expect(reasonOf(undefined)).toBe('');
  });
});

describe('an answer of UAPI through WHM', () => {
  it('is a refusal when the inner status says so, whatever the outer result', () => {
    const inner = { status: 0, errors: ['The account “info@acme.example” already exists!'], data: null };
    expect(uapi(inner)).toMatchObject({ code: 'conflict', message: expect.stringContaining('already exists') });
    expect(uapi({ status: '0', errors: null })).toMatchObject({ code: 'rejected' });
  });

  it('is its data when that says so, wrapped once more as the docs print it or not', () => {
    const result = { status: 1, errors: null, data: 'info+acme.example' };
    expect(uapi(result)).toBe('info+acme.example');
    expect(uapi({ apiversion: 3, func: 'add_pop', module: 'Email', result })).toBe('info+acme.example');
    expect(uapi({ apiversion: 3, func: 'add_pop', module: 'Email', result: { status: 0, errors: ['no'] } })).toMatchObject({
      code: 'rejected',
    });
  });

  it.each([[undefined], [{}], [{ status: 2 }], ['page']])('says nothing when it is %j', (inner) => {
    expect(uapi(inner)).toMatchObject({ code: 'unknown_outcome' });
  });

  it('is a refusal of WHM when the user is not there', () => {
    expect(uapi(undefined, { result: 0, reason: 'You do not have access to an account named “acme”.' })).toMatchObject({
      code: 'not_found',
    });
  });
});
