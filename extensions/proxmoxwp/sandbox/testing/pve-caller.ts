import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { JsonObject } from '@hostwright/sdk';

export interface PveReply {
  readonly status: number;
  readonly statusText: string;
  /** `null` when there was none. */
  readonly body: {
    readonly data?: unknown;
    readonly message?: string;
    readonly errors?: Readonly<Record<string, string>>;
    readonly total?: number;
  } | null;
}

/** Containers of the first node. */
export const lxc = '/nodes/pve1/lxc';

/** A refusal with 500: the reason in the status line and in the message. */
export function diedWith(reason: string): Partial<PveReply> {
  return { status: 500, statusText: reason, body: { data: null, message: `${reason}\n` } };
}

export type Parameters = Readonly<Record<string, string | number>>;

/** Calls the API as a client does: form bodies, the pinned certificate, one connection per call. For tests. */
export class PveCaller {
  constructor(private readonly server: JsonObject) {}

  call(method: string, path: string, parameters: Parameters = {}, headers: Readonly<Record<string, string>> = {}): Promise<PveReply> {
    const encoded = new URLSearchParams(
      Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const inQuery = method === 'GET' || method === 'DELETE';
    const { host, port, tokenId, tokenSecret, tlsFingerprint } = this.server as Readonly<Record<string, string>>;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host, port, method, agent: false, rejectUnauthorized: false },
          path: `/api2/json${path}${inQuery && encoded !== '' ? `?${encoded}` : ''}`,
          headers: {
            authorization: `PVEAPIToken=${tokenId}=${tokenSecret}`,
            ...(inQuery ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
            ...headers,
          },
        },
        (response) => {
          if ((response.socket as TLSSocket).getPeerCertificate().fingerprint256 !== tlsFingerprint)
            return reject(new Error('not the pinned certificate'));
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              statusText: response.statusMessage ?? '',
              body: text === '' ? null : (JSON.parse(text) as PveReply['body']),
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(inQuery ? '' : encoded);
    });
  }

  /** The data of a call that must succeed. */
  async data(method: string, path: string, parameters: Parameters = {}): Promise<unknown> {
    const reply = await this.call(method, path, parameters);
    if (reply.status !== 200)
      throw new Error(`${method} ${path}: ${reply.status} ${reply.statusText} ${JSON.stringify(reply.body?.errors ?? {})}`);
    return reply.body?.data;
  }

  /** Starts a task and waits for it. Answers its exit status. */
  async task(method: string, path: string, parameters: Parameters = {}): Promise<string> {
    return this.ended((await this.data(method, path, parameters)) as string);
  }

  /** Creates a container on the first node. Answers how that ended. */
  create(vmid = 907, more: Parameters = {}): Promise<string> {
    return this.task('POST', lxc, aCreation(vmid, more));
  }

  start(vmid = 907): Promise<string> {
    return this.task('POST', `${lxc}/${vmid}/status/start`);
  }

  async ended(upid: string): Promise<string> {
    for (;;) {
      const status = (await this.data('GET', `/nodes/${upid.split(':')[1]}/tasks/${encodeURIComponent(upid)}/status`)) as {
        status: string;
        exitstatus?: string;
      };
      if (status.status === 'stopped') return status.exitstatus ?? '';
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** A creation as the published platform makes it. */
export function aCreation(vmid = 907, more: Parameters = {}): Parameters {
  return {
    vmid,
    ostemplate: 'local:vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
    hostname: 'customer.nodepoint.eu',
    memory: 2048,
    swap: 512,
    cores: 2,
    rootfs: 'drbd:20',
    net0: `name=eth0,bridge=vmbr1,ip=192.168.1.${vmid % 200}/24,gw=192.168.1.1`,
    unprivileged: 1,
    features: 'nesting=1',
    onboot: 1,
    tags: 'hw-test-7',
    ...more,
  };
}
