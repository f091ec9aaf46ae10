import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTlsIdentity, sandboxFetch, type SandboxAnswer, type SandboxRequest } from '@hostwright/sdk-testing';

/** Why tests against a real authority cannot run here; undefined when they can. */
export const noPebble = spawnSync('pebble', ['-help']).error ? 'pebble is not installed' : undefined;

export interface PebbleOptions {
  /** Where it looks names up, `127.0.0.1:PORT`. */
  readonly dnsServer: string;
  /** Of good nonces, how many in a hundred are refused. Default 0. */
  readonly nonceReject?: number;
  /** Of validations made before, how many in a hundred are taken again. Default 0. */
  readonly reuse?: number;
  /** Key id → HMAC key, base64url: accounts are then bound to one. */
  readonly externalAccounts?: Readonly<Record<string, string>>;
}

const startWithinMs = 30_000;
/** Of its answers, what a client goes by. */
const passedOn = ['content-type', 'location', 'link', 'replay-nonce', 'retry-after'];

/** Pebble, the authority that Let's Encrypt tests clients with, on this machine. */
export class Pebble {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hostwright-pebble-'));
  #child: ChildProcess | undefined;
  #port = 0;
  #managementPort = 0;
  readonly #agent = new Agent({ keepAlive: true });
  /** Its own certificate, PEM. */
  #certificate = '';

  get directoryUrl(): string {
    return `https://127.0.0.1:${this.#port}/dir`;
  }

  async start({ dnsServer, nonceReject = 0, reuse = 0, externalAccounts }: PebbleOptions): Promise<void> {
    const [port, management] = await Promise.all([freePort(), freePort()]);
    this.#port = port;
    this.#managementPort = management;
    const { certificate, privateKey } = await makeTlsIdentity('pebble');
    this.#certificate = certificate;
    writeFileSync(join(this.#folder, 'cert.pem'), certificate);
    writeFileSync(join(this.#folder, 'key.pem'), privateKey);
    const pebble = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: 'cert.pem',
      privateKey: 'key.pem',
      httpPort: 5002,
      tlsPort: 5001,
      ocspResponderURL: '',
      externalAccountBindingRequired: externalAccounts !== undefined,
      ...(externalAccounts ? { externalAccountMACKeys: externalAccounts } : {}),
    };
    writeFileSync(join(this.#folder, 'config.json'), JSON.stringify({ pebble }));
    this.#child = spawn('pebble', ['-config', 'config.json', '-dnsserver', dnsServer, '-strict'], {
      cwd: this.#folder,
      stdio: 'ignore',
      env: {
        ...process.env,
        PEBBLE_VA_NOSLEEP: '1',
        PEBBLE_WFE_NONCEREJECT: String(nonceReject),
        PEBBLE_AUTHZREUSE: String(reuse),
      },
    });
    const ask = sandboxFetch();
    // It makes keys first, which takes seconds on a busy machine.
    const until = Date.now() + startWithinMs;
    while (Date.now() < until) {
      if (
        await ask(this.directoryUrl).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      await sleep(20);
    }
    throw new Error('pebble does not answer');
  }

  /** Hands a call on as it came. The addresses in the answer are those of the host that was asked. */
  pass({ method, path, headers, text }: Pick<SandboxRequest, 'method' | 'path' | 'headers' | 'text'>): Promise<SandboxAnswer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          method,
          path,
          ca: this.#certificate,
          agent: this.#agent,
          headers: {
            host: headers.host,
            ...(headers['content-type'] === undefined ? {} : { 'content-type': headers['content-type'] }),
            'content-length': Buffer.byteLength(text),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            const kept = passedOn.flatMap((name) => (answer.headers[name] === undefined ? [] : [[name, String(answer.headers[name])]]));
            const found = { status: answer.statusCode!, headers: Object.fromEntries(kept) as Record<string, string> };
            resolve({ ...found, text: Buffer.concat(chunks).toString() });
          });
        },
      );
      asked.once('error', reject);
      asked.end(text);
    });
  }

  /** What it says itself of a certificate that it issued: `Valid` or `Revoked`, with the reason's number. `serial`: hexadecimal. */
  async statusOf(serial: string): Promise<{ readonly Status: string; readonly Reason?: number }> {
    const answer = await sandboxFetch()(`https://127.0.0.1:${this.#managementPort}/cert-status-by-serial/${serial}`);
    return (await answer.json()) as { readonly Status: string };
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
