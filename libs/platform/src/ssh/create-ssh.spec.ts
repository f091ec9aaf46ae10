import { createHash } from 'node:crypto';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SshTarget } from '@hostwright/sdk';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { Recorder, type Exchange } from '../recording/index.js';
import { createSsh, type SshOptions } from './index.js';

type Behaviour = (command: string, channel: ServerChannel, connection: Connection) => void;

/** ssh2 now and then makes a key it cannot read back. */
function aKeyPair(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

let hostKeys: { private: string; public: string };
let userKeys: { private: string; public: string };
let otherKeys: { private: string; public: string };
let fingerprint: string;
beforeAll(() => {
  [hostKeys, userKeys, otherKeys] = [aKeyPair(), aKeyPair(), aKeyPair()];
  const parsed = ssh2.utils.parseKey(hostKeys.private);
  if (parsed instanceof Error) throw parsed;
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  fingerprint = `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
});

let behaviour: Behaviour;
let refuseExec: boolean;
let methods: string[];
let commands: string[];
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  behaviour = (_command, channel) => {
    channel.exit(0);
    channel.end();
  };
  refuseExec = false;
  methods = [];
  commands = [];
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A node that lets the one user in with the one key. */
async function aNode(): Promise<SshTarget> {
  const connections = new Set<Connection>();
  const userKey = ssh2.utils.parseKey(userKeys.public);
  if (userKey instanceof Error) throw userKey;
  const allowed = (Array.isArray(userKey) ? userKey[0]! : userKey).getPublicSSH();
  const server = new ssh2.Server({ hostKeys: [hostKeys.private] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.on('authentication', (context: AuthContext) => {
      methods.push(context.method);
      if (context.method === 'publickey' && context.username === 'root' && allowed.equals(context.key.data)) context.accept();
      else context.reject(['publickey', 'password', 'keyboard-interactive']);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, rejectExec, info) => {
        commands.push(info.command);
        if (refuseExec) rejectExec();
        else behaviour(info.command, acceptExec(), connection);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const connection of connections) connection.end();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    username: 'root',
    privateKey: userKeys.private,
    hostKey: fingerprint,
  };
}

const anSsh = (target: SshTarget, options: Partial<SshOptions> = {}) =>
  createSsh({ extension: 'example', serverId: '1', targets: () => ({ node1: target }), ...options });
const code = (expected: string, text?: RegExp) =>
  expect.objectContaining({ name: 'PanelError', code: expected, ...(text && { message: expect.stringMatching(text) }) });

function readAll(channel: ServerChannel): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    channel.on('data', (chunk: Buffer) => (text += chunk.toString()));
    channel.on('end', () => resolve(text));
  });
}

describe('createSsh', () => {
  it('runs the script with its data on standard input, and answers what it said', async () => {
    let stdin = '';
    behaviour = (_command, channel) => {
      void readAll(channel).then((text) => {
        stdin = text;
        channel.write('out é');
        channel.stderr.write('err');
        channel.exit(3);
        channel.end();
      });
    };
    const result = await anSsh(await aNode()).run('node1', 'sh -c "cat"', { siteTitle: 'it\'s\n"ü"', count: 7 });
    expect(result).toEqual({ exitCode: 3, stdout: 'out é', stderr: 'err' });
    expect(stdin).toBe(`siteTitle ${Buffer.from('it\'s\n"ü"').toString('base64')}\ncount Nw==\n\n`);
    expect(commands).toEqual(['sh -c "cat"']);
    expect(methods.filter((method) => method !== 'publickey')).toEqual([]);
  });

  it('delivers data larger than a window', async () => {
    let length = 0;
    behaviour = (_command, channel) => {
      void readAll(channel).then((text) => {
        length = text.length;
        channel.exit(0);
        channel.end();
      });
    };
    await anSsh(await aNode()).run('node1', 'x', { big: 'y'.repeat(3_000_000) });
    expect(length).toBe(4_000_006);
  });

  it('takes any of several pinned keys', async () => {
    const target = await aNode();
    const hostKey = `SHA256:${'A'.repeat(43)} ${fingerprint}`;
    expect(await anSsh({ ...target, hostKey }).run('node1', 'x', {})).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['another key is pinned', { hostKey: `SHA256:${'A'.repeat(43)}` }, /SHA256:\S+ is not the pinned one/],
    ['no key is pinned', { hostKey: ' ' }, /no host key is pinned/],
    ['what is pinned is no fingerprint', { hostKey: 'ssh-ed25519 AAAA' }, /not an OpenSSH/],
    ['the log-in is refused', { username: 'nobody' }, /log-in of nobody was refused/],
    ['the private key is not one', { privateKey: 'plain-secret' }, /private key cannot be read/],
    ['the address is link-local', { host: '169.254.169.254' }, /link-local/],
    ['the port is none', { port: 0 }, /port/],
  ])('is a matter of settings, and nothing is sent, when %s', async (_name, change, text) => {
    const error = await anSsh({ ...(await aNode()), ...change })
      .run('node1', 'x', {})
      .catch((thrown: unknown) => thrown);
    expect(error).toEqual(code('invalid_config', text));
    expect(String(error)).not.toContain('plain-secret');
    expect(commands).toEqual([]);
  });

  it('is a matter of settings when the key is another one, and no password is tried', async () => {
    await expect(anSsh({ ...(await aNode()), privateKey: otherKeys.private }).run('node1', 'x', {})).rejects.toEqual(
      code('invalid_config', /log-in/),
    );
    expect(new Set(methods)).toEqual(new Set(['publickey']));
  });

  it('is a matter of settings when the target is unknown or commands are refused', async () => {
    const target = await aNode();
    await expect(anSsh(target).run('node2', 'x', {})).rejects.toEqual(code('invalid_config', /node2/));
    await expect(anSsh(target).run('constructor', 'x', {})).rejects.toEqual(code('invalid_config'));
    refuseExec = true;
    await expect(anSsh(target).run('node1', 'x', {})).rejects.toEqual(code('invalid_config', /no command/));
  });

  it('is unavailable when nobody listens, or what listens is no SSH', async () => {
    const target = await aNode();
    const mute = createTcpServer(
      (socket) =>
        void socket
          .on('error', () => {})
          .resume()
          .end(),
    );
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    await expect(anSsh({ ...target, port }).run('node1', 'x', {})).rejects.toEqual(code('unavailable'));
    await new Promise((resolve) => mute.close(resolve));
    await expect(anSsh({ ...target, port }).run('node1', 'x', {})).rejects.toEqual(code('unavailable', /ECONNREFUSED/));
    await expect(anSsh({ ...target, host: 'nowhere.invalid' }).run('node1', 'x', {})).rejects.toEqual(code('unavailable'));
  });

  it('is unavailable when the time is over before the host has answered', async () => {
    const silent = createTcpServer((socket) => void socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const target = { ...(await aNode()), port: (silent.address() as AddressInfo).port };
    await expect(anSsh(target).run('node1', 'x', {}, { timeoutMs: 100 })).rejects.toEqual(code('unavailable'));
    await new Promise((resolve) => silent.close(resolve));
  });

  it.each<[string, Behaviour]>([
    ['the connection is lost', (_command, _channel, connection) => connection.end()],
    ['the channel ends without an exit code', (_command, channel) => channel.end()],
    ['nothing comes in time', () => {}],
  ])('does not know the outcome when, after the script was sent, %s', async (_name, does) => {
    behaviour = does;
    const run = anSsh(await aNode()).run('node1', 'x', { password: 'correct-horse' }, { timeoutMs: 500 });
    const error = await run.catch((thrown: unknown) => thrown);
    expect(error).toEqual(code('unknown_outcome'));
    expect(String(error)).not.toContain('correct-horse');
  });

  it('stops at the signal: unknown once sent, unavailable before', async () => {
    const stop = new AbortController();
    behaviour = () => stop.abort();
    const ssh = anSsh(await aNode(), { signal: stop.signal });
    await expect(ssh.run('node1', 'x', {})).rejects.toEqual(code('unknown_outcome', /stopped/));
    await expect(ssh.run('node1', 'x', {})).rejects.toEqual(code('unavailable', /stopped/));
    expect(commands).toHaveLength(1);
  });

  it('answers a script that died of a signal, as a shell would', async () => {
    behaviour = (_command, channel) => {
      channel.exit('KILL');
      channel.end();
    };
    expect(await anSsh(await aNode()).run('node1', 'x', {})).toMatchObject({ exitCode: 137 });
  });

  it('keeps the first MiB of each output', async () => {
    behaviour = (_command, channel) => {
      channel.write(Buffer.from(`x${'é'.repeat(1_000_000)}`), () => {
        channel.exit(0);
        channel.end();
      });
    };
    const { stdout } = await anSsh(await aNode()).run('node1', 'x', {});
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(1_048_576);
    expect(stdout).toMatch(/^xé+$/);
  });

  it.each([[{ 'a b': 'x' }], [{ 'a\nb': 'x' }], [{ '1a': 'x' }], [{ '': 'x' }], [{ a: Number.NaN }]])(
    'refuses data that could be read as something else: %p',
    async (data) => {
      await expect(anSsh(await aNode()).run('node1', 'x', data)).rejects.toThrow(TypeError);
      expect(commands).toEqual([]);
    },
  );

  it('records which script ran and how it ended, without its data', async () => {
    const exchanges: Exchange[] = [];
    class Kept extends Recorder {
      override record(exchange: Exchange): void {
        exchanges.push(exchange);
      }
    }
    const target = await aNode();
    await anSsh(target, { recorder: new Kept() }).run('node1', 'x', { password: 'correct-horse' });
    await expect(anSsh({ ...target, username: 'nobody' }, { recorder: new Kept() }).run('node1', 'x', {})).rejects.toEqual(
      code('invalid_config'),
    );
    const scriptSha256 = createHash('sha256').update('x').digest('hex');
    expect(exchanges).toMatchObject([
      { kind: 'ssh', extension: 'example', serverId: '1', target: 'node1', scriptSha256, dataNames: ['password'], result: { exitCode: 0 } },
      { kind: 'ssh', scriptSha256, dataNames: [], error: { code: 'invalid_config' } },
    ]);
  });
});
