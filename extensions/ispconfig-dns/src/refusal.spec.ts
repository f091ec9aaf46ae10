import { describe, expect, it } from '@jest/globals';
import { isDuplicateRecord, isSessionRefused, isZoneTaken, openAnswer, reasonsIn } from './refusal.js';

function answer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return openAnswer({ what: 'dns_zone_add', status, text, headers: new Headers(headers) });
  } catch (error) {
    return error;
  }
}

const fault = (message: unknown, code = 'remote_fault'): object => ({ code, message, response: false });

describe('an answer of ISPConfig', () => {
  it.each([42, '42', false, null, 0, '', [], {}])('that is ok hands on what it responds: %j', (response) => {
    expect(answer({ code: 'ok', message: '', response })).toEqual(response);
  });

  it.each<[string, object, string]>([
    ['a bad log-in', fault('The login failed. Username or password wrong.'), 'invalid_config'],
    ['a refused address', fault('The login is not allowed from 192.0.2.1'), 'invalid_config'],
    ['a missing right', fault('You do not have the permissions to access this function.'), 'invalid_config'],
    ['an ended session', fault('The Session is expired or does not exist.'), 'unavailable'],
    ['an empty session', fault('The SessionID is empty.'), 'unavailable'],
    ['maintenance', fault('This ISPConfig installation is currently under maintenance.'), 'unavailable'],
    ['an unknown method', fault('Method dns_zone_foo does not exist', 'invalid_method'), 'unsupported'],
    ['a taken zone, by key', fault('origin_error_unique<br />\r\n'), 'rejected'],
    ['a refused field', fault('ttl_range_error<br />\r\n'), 'rejected'],
    ['an empty message', fault(''), 'rejected'],
    ['a code word of its own', fault('Something else', 'some_fault'), 'rejected'],
  ])('that says %s has a code of ours', (_what, body, code) => {
    expect(answer(body)).toMatchObject({ code, message: expect.stringContaining('dns_zone_add') });
  });

  it.each<[string, unknown, number, string]>([
    ['nothing at all', '', 200, 'unknown_outcome'],
    ['nothing at all, from PHP that died', '', 500, 'unknown_outcome'],
    ['a page of a gateway', '<html>502</html>', 502, 'unknown_outcome'],
    ['JSON that was cut', '{"code":"ok","mess', 200, 'unknown_outcome'],
    ['JSON of another shape', { unexpected: true }, 200, 'unknown_outcome'],
    ['ok without a response', { code: 'ok', message: '' }, 200, 'unknown_outcome'],
    ['a fault without a message', fault(null), 200, 'unknown_outcome'],
    ['a list', [], 200, 'unknown_outcome'],
    ['a request that timed out', '', 408, 'unknown_outcome'],
    ['that the API is switched off', 'Remote API is disabled in security settings.', 200, 'invalid_config'],
    ['a redirect', '', 302, 'invalid_config'],
    ['another log-in in front of it', '', 401, 'invalid_config'],
    ['that there is no such page', '<h1>Not Found</h1>', 404, 'invalid_config'],
    ['to slow down', '', 429, 'unavailable'],
  ])('that is %s has a code of ours', (_what, body, status, code) => {
    expect(answer(body, status)).toMatchObject({ code });
  });

  it('says how long to wait', () => {
    expect(answer('', 429, { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7_000 });
    expect(answer('', 429)).toMatchObject({ retryAfterMs: 60_000 });
  });

  it('is shown without HTML, and not at any length', () => {
    expect(answer(fault('One <b>bold</b> word.<br />\r\nTwo.<br>\n'))).toMatchObject({
      message: 'dns_zone_add: ISPConfig refused: One bold word.; Two.',
    });
    expect((answer(fault('x'.repeat(5_000))) as Error).message.length).toBeLessThan(400);
  });
});

describe('a refusal', () => {
  it.each([
    'origin_error_unique<br />\r\n',
    'There is already a record for this zone.<br />\r\n',
    'ns_error_regex<br />\r\norigin_error_unique<br />\r\n',
  ])('of a zone that is there is known by key and by text: %j', (message) => {
    expect(isZoneTaken(answer(fault(message)))).toBe(true);
    expect(isDuplicateRecord(answer(fault(message)))).toBe(false);
  });

  it.each(['data_error_duplicate<br />\r\n', 'Duplicate A, ALIAS or CNAME record<br />\r\n'])(
    'of a record that is there is known by key and by text: %j',
    (message) => {
      expect(isDuplicateRecord(answer(fault(message)))).toBe(true);
    },
  );

  it('of a session is known before the answer is opened, and is not taken from an answer that is ok', () => {
    const said = 'The Session is expired or does not exist.';
    expect(isSessionRefused({ text: JSON.stringify(fault(said)) })).toBe(true);
    expect(isSessionRefused({ text: JSON.stringify({ code: 'ok', message: said, response: [] }) })).toBe(false);
    expect(isSessionRefused({ text: said })).toBe(false);
  });

  it('of several fields holds each by itself', () => {
    expect(reasonsIn('a_error<br />\r\nb_error<br />\r\n')).toEqual(['a_error', 'b_error']);
    expect(reasonsIn(undefined)).toEqual([]);
  });
});
