import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretMask } from '../logging/index.js';
import { FileRecorder, mostBodyCharacters, type HttpExchange, type SshExchange } from './index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function anExchange(change: Partial<HttpExchange> = {}): HttpExchange {
  return {
    kind: 'http',
    extension: 'example',
    serverId: '3',
    at: '2030-01-01T00:00:00.000Z',
    durationMs: 12,
    method: 'POST',
    url: 'https://vps.example.net/api/machines',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"a"}',
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"id":1}') },
    ...change,
  };
}

function aRun(change: Partial<SshExchange> = {}): SshExchange {
  return {
    kind: 'ssh',
    extension: 'example',
    serverId: '3',
    at: '2030-01-01T00:00:00.000Z',
    durationMs: 12,
    target: 'node1',
    scriptSha256: 'ab'.repeat(32),
    dataNames: ['adminPassword'],
    dataValues: ['correct-horse'],
    result: { exitCode: 0, stdout: 'ok', stderr: '' },
    ...change,
  };
}

async function written(...exchanges: (HttpExchange | SshExchange)[]): Promise<{ text: string; lines: Record<string, unknown>[] }> {
  const path = join(folder, 'record.jsonl');
  const mask = new SecretMask();
  mask.add('value-known-to-the-mask');
  const recorder = new FileRecorder({ path, mask });
  for (const exchange of exchanges) recorder.record(exchange);
  await recorder.close();
  const text = await readFile(path, 'utf8');
  return {
    text,
    lines: text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('FileRecorder', () => {
  it('keeps every exchange in the order it was told, for its owner alone', async () => {
    const { lines } = await written(...Array.from({ length: 500 }, (_, index) => anExchange({ method: `M${index}` })));
    expect(lines.map((line) => line['method'])).toEqual(Array.from({ length: 500 }, (_, index) => `M${index}`));
    expect(lines[0]).toEqual({
      ...anExchange(),
      method: 'M0',
      status: 200,
      response: { headers: { 'content-type': 'application/json' }, body: '{"id":1}' },
    });
    expect((await stat(join(folder, 'record.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it.each(['authorization', 'cookie', 'x-auth-key', 'csrfpreventiontoken', 'x-csrf-token', 'proxy-authorization', 'x-api-key'])(
    'hides the header %s whatever it holds',
    async (name) => {
      const { text } = await written(anExchange({ headers: { [name]: 'a' + 'plain-value' } }));
      expect(text).not.toContain('plain-value');
    },
  );

  it('hides set-cookie in answers, each of them', async () => {
    const response = { status: 200, headers: { 'set-cookie': ['a=plain-1', 'b=plain-2'] }, body: Buffer.from('') };
    expect((await written(anExchange({ response }))).text).not.toContain('plain-');
  });

  it.each([
    ['JSON', 'application/json', JSON.stringify({ a: { dbPassword: 'plain-1', list: [{ api_key: 'plain-2', tokens: ['plain-3'] }] } })],
    ['JSON without its type', 'text/plain', '{"secret":"plain-1"}'],
    ['a broken JSON', 'application/json', '{"name":"a","password":"plain-1"'],
    ['a form', 'application/x-www-form-urlencoded', 'user=a&password=plain-1&ssh-public-keys=plain-2'],
    ['XML', 'text/xml', '<r><ApiKey id="1">plain-1</ApiKey></r>'],
    ['many parts', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nplain-1\r\n--x--'],
  ])('hides what looks like a secret in %s', async (_name, type, body) => {
    const { text } = await written(
      anExchange({
        headers: { 'content-type': type },
        body,
        response: { status: 200, headers: { 'content-type': type }, body: Buffer.from(body) },
      }),
    );
    expect(text).not.toContain('plain-');
  });

  it('hides what a log-in is answered with, under whatever name, and nothing else of it', async () => {
    const session = '5f4dcc3b5aa765d61d8327deb882cf99';
    const body = JSON.stringify({
      code: 'ok',
      response: session,
      list: [{ node: 'vps1.example.net', task: 'UPID:vps1:0003A1B2:01C5D6E7' }],
    });
    const response = { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
    const { text } = await written(anExchange({ body: '{"username":"panel","password":"correct-horse"}', response }));
    expect(text).not.toContain(session);
    expect(text).toContain('vps1.example.net');
    expect(text).toContain('UPID:vps1:0003A1B2:01C5D6E7');
    expect((await written(anExchange({ response }))).text).toContain(session);
  });

  it.each([
    ['a new password', 'https://vps.example.net/v1/sites/7/ftp/password/shop', 'Xk3-plain-1', 'message'],
    ['a reset', 'https://vps.example.net/v1/sites/7/wordpress/password-reset?x=1', 'Xk3-plain-1', 'message'],
    [
      'a log-in address',
      'https://vps.example.net/v1/sites/7/phpmyadmin',
      'https://pma.example/_login?timestamp=16&token=plain-1',
      'timestamp=16',
    ],
    ['one in a session', 'https://vps.example.net/v1/login', 'https://vps.example.net:2083/login/?session=plain-1#x', '/login/'],
  ])('hides %s that is answered under no telling name', async (_what, url, data, kept) => {
    const response = {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ message: 'Success', data, more: { list: [data] } })),
    };
    const { text } = await written(anExchange({ url, response }));
    expect(text).not.toContain('plain-1');
    expect(text).toContain(kept);
  });

  it('hides the whole answer of a call that is named for a password where it is no JSON object', async () => {
    for (const body of ['"plain-1"', 'plain-1', '<r><a>plain-1</a></r>']) {
      const response = { status: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.from(body) };
      expect((await written(anExchange({ url: 'https://vps.example.net/password', response }))).text).not.toContain('plain-1');
    }
  });

  it('keeps what is no secret, so that the record can be checked against the contract', async () => {
    const body = JSON.stringify({ name: 'a', size: 3, on: true, none: null, keyboard: 'us', monkey: 'b' });
    const { lines } = await written(anExchange({ body }));
    expect(lines[0]!['body']).toBe(body);
  });

  it('hides known values in addresses, headers, bodies and errors', async () => {
    const { text } = await written(
      anExchange({
        url: 'https://vps.example.net/value-known-to-the-mask?x=value-known-to-the-mask&apikey=plain-1',
        headers: { 'x-note': 'value-known-to-the-mask' },
        body: JSON.stringify({ note: 'value-known-to-the-mask' }),
        error: { code: 'unknown_outcome', message: 'value-known-to-the-mask' },
      }),
    );
    expect(text).not.toMatch(/value-known|plain-1/);
  });

  it('cuts long bodies after hiding, and says so', async () => {
    const body = `${'x'.repeat(mostBodyCharacters - 8)}value-known-to-the-mask${'y'.repeat(100)}`;
    const { text, lines } = await written(anExchange({ headers: {}, body }));
    expect(lines[0]).toMatchObject({ bodyCut: true });
    expect(text).not.toContain('value');
  });

  it('notes the size of what is not text', async () => {
    const { lines } = await written(anExchange({ body: new Uint8Array([0xff, 0xfe, 0]) }));
    expect(lines[0]!['body']).toBe('[binary, 3 bytes]');
  });

  it('keeps of a remote command only the names of its data, also when the command prints a value', async () => {
    const { text, lines } = await written(aRun({ result: { exitCode: 3, stdout: 'password is correct-horse', stderr: 'correct-horse' } }));
    expect(text).not.toContain('correct-horse');
    expect(lines[0]).toMatchObject({ kind: 'ssh', dataNames: ['adminPassword'], exitCode: 3, stdout: 'password is ***', stderr: '***' });
    expect(lines[0]).not.toHaveProperty('dataValues');
  });

  it('never throws into the call, and tells of a file it cannot write once', async () => {
    const problems: unknown[] = [];
    const recorder = new FileRecorder({ path: folder, mask: new SecretMask(), onProblem: (error) => problems.push(error) });
    for (let count = 0; count < 3; count += 1) {
      recorder.record(anExchange());
      await recorder.flush();
    }
    await recorder.close();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'EISDIR' });
  });
});
