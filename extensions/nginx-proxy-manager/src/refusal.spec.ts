import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { openAnswer } from './refusal.js';

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return openAnswer({ what: 'POST /api/nginx/proxy-hosts', status, text, headers: new Headers(headers) });
  } catch (error) {
    return error;
  }
}

const failing = (code: number, message: string): unknown => ({ error: { code, message } });

describe('an answer of Nginx Proxy Manager', () => {
  it('is its body when it worked', () => {
    expect(answer(201, { id: 3 })).toEqual({ id: 3 });
    expect(answer(200, true)).toBe(true);
  });

  it.each<[string, number, unknown, string]>([
    ['a wrong log-in', 400, failing(400, 'Invalid email or password'), 'invalid_config'],
    ['a user that is gone', 400, failing(400, 'User cannot be loaded for Token'), 'invalid_config'],
    ['a new token that has expired', 400, failing(400, 'Token has expired'), 'invalid_config'],
    ['no permission', 403, failing(403, 'Permission Denied'), 'invalid_config'],
    ['an unknown id', 404, failing(404, 'Not Found - 12'), 'not_found'],
    ['a missing field', 400, failing(400, "data must have required property 'forward_host'"), 'rejected'],
    ['an unknown field', 400, failing(400, 'data must NOT have additional properties'), 'rejected'],
    ['a domain in use', 400, failing(400, 'app.example.com is already in use'), 'rejected'],
    ['a host that is enabled', 400, failing(400, 'Host is already enabled'), 'rejected'],
    ['an upload without files', 400, { error: 'No files were uploaded' }, 'rejected'],
    [
      'an account without e-mail',
      400,
      failing(400, "A valid email address must be set on your user account to use Let's Encrypt"),
      'invalid_config',
    ],
    ['certbot busy', 500, failing(500, 'Another instance of Certbot is already running.'), 'unavailable'],
    [
      'certbot busy, told in the trace',
      500,
      { error: { code: 500, message: 'Internal Error' }, debug: { stack: ['Another instance of Certbot is already running.'] } },
      'unavailable',
    ],
    ['an internal error', 500, failing(500, 'Internal Error'), 'unknown_outcome'],
    ['a gateway’s 502 page', 502, '<html><h1>502 Bad Gateway</h1></html>', 'unknown_outcome'],
    ['a page where JSON should be', 200, '<html></html>', 'unknown_outcome'],
    ['a 404 page of another web server', 404, '<html>nginx</html>', 'unknown_outcome'],
    ['a redirect to https', 301, '', 'invalid_config'],
    ['a log-in in front of it', 401, 'Unauthorized', 'invalid_config'],
    ['a limit in front of it', 429, '', 'unavailable'],
  ])('%s', (_what, status, body, code) => {
    expect(answer(status, body)).toBeInstanceOf(PanelError);
    expect(answer(status, body)).toMatchObject({ code });
  });

  it('is waited for as long as it asks', () => {
    expect(answer(429, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('is cut short in messages, however long it is', () => {
    expect((answer(400, failing(400, 'x'.repeat(5000))) as Error).message.length).toBeLessThan(500);
  });
});
