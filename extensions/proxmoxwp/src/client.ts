import { isPanelError, PanelError, type Ctx, type HttpResponse } from '@hostwright/sdk';
import {
  Answer,
  containerConfig,
  containerStatus,
  guestRow,
  haResource,
  nodeOfTask,
  snapshot,
  taskRow,
  type ContainerConfig,
  type ContainerStatus,
  type GuestRow,
  type HaResource,
  type Snapshot,
  type TaskRow,
} from './answers.js';
import type { ServerConfig } from './config.js';
import type { Permissions } from './permissions.js';
import { refusalOf, taskEnd, type Condition, type Refusal } from './refusals.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Parameters = Readonly<Record<string, string | number>>;
type Reply = { readonly answer: Answer } | { readonly refusal: Refusal };

/** How a task stands. `unknown`: it vanished, so what it should have made must be looked at. */
export type TaskState = 'running' | 'ok' | 'unknown' | Refusal;

/**
 * The Proxmox VE API, and the only file that speaks to it. A lost or unreadable answer is `unknown_outcome` after a call that
 * changes something and `unavailable` after one that reads, since reading again does no harm.
 * Source: proxmox/pve-docs `api-viewer/apidata.js`, 8.4 and 9.1.
 */
export class ProxmoxClient {
  constructor(
    private readonly ctx: Ctx,
    private readonly server: ServerConfig,
  ) {}

  /** The release, such as `9.1.2`. */
  async version(): Promise<string> {
    return expect(await this.call('GET', '/version')).text('version');
  }

  async permissions(): Promise<Permissions> {
    const answer = expect(await this.call('GET', '/access/permissions'));
    return new Map(
      answer
        .entries()
        .map(
          ([path, privileges]) => [path, new Map(privileges.entries().map(([name]) => [name, privileges.flag(name)] as const))] as const,
        ),
    );
  }

  /** Every node and whether it is online. */
  async nodes(): Promise<ReadonlyMap<string, boolean>> {
    const rows = expect(await this.call('GET', '/nodes')).rows();
    return new Map(rows.map((row) => [row.text('node'), row.text('status') === 'online'] as const));
  }

  /** The storages of a node by name, with what they may hold, such as `rootdir`. */
  async storages(node: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = expect(await this.call('GET', `/nodes/${node}/storage`)).rows();
    return new Map(rows.map((row) => [row.text('storage'), (row.optionalText('content') ?? '').split(',')] as const));
  }

  /** The volume ids of the container templates on a storage. */
  async templates(node: string, storage: string): Promise<readonly string[]> {
    const rows = expect(await this.call('GET', `/nodes/${node}/storage/${storage}/content`, { content: 'vztmpl' })).rows();
    return rows.map((row) => row.text('volid'));
  }

  /** Every guest of the cluster. The list leaves out what the token may not see. */
  async guests(): Promise<readonly GuestRow[]> {
    return expect(await this.call('GET', '/cluster/resources', { type: 'vm' }))
      .rows()
      .map(guestRow);
  }

  /** Whether some guest of the cluster has that id, also one that the token may not see. */
  async isTaken(vmid: number): Promise<boolean> {
    const reply = await this.call('GET', '/cluster/nextid', { vmid });
    if (has(reply, ['exists'])) return true;
    const answer = expect(reply);
    if (answer.itself() !== String(vmid)) throw answer.refuse(`another id than ${vmid}`);
    return false;
  }

  /**
   * A container's configuration; undefined when it is not on that node (any more).
   * @param live without the changes that wait for its next start
   */
  async config(node: string, vmid: number, { live = false } = {}): Promise<ContainerConfig | undefined> {
    const reply = await this.call('GET', `/nodes/${node}/lxc/${vmid}/config`, live ? { current: 1 } : {});
    return unless(reply, 'missing', containerConfig);
  }

  /** Undefined when it is not on that node (any more). */
  async status(node: string, vmid: number): Promise<ContainerStatus | undefined> {
    const reply = await this.call('GET', `/nodes/${node}/lxc/${vmid}/status/current`);
    return unless(reply, 'missing', containerStatus);
  }

  /** Tasks of that type on that guest which a node remembers, newest first. */
  async tasks(node: string, vmid: number, type: string): Promise<readonly TaskRow[]> {
    const rows = expect(await this.call('GET', `/nodes/${node}/tasks`, { vmid, source: 'all', typefilter: type, limit: 50 })).rows();
    return rows.map(taskRow).filter((task) => task.type === type);
  }

  /** Asks the node named in the task id, whatever node made it. */
  async task(upid: string): Promise<TaskState> {
    const node = nodeOfTask(upid);
    if (node === undefined) throw new PanelError('conflict', 'the recorded task id is not one of Proxmox');
    const reply = await this.call('GET', `/nodes/${node}/tasks/${encodeURIComponent(upid)}/status`);
    if ('refusal' in reply && reply.refusal.condition === 'no_such_task') return 'unknown';
    const answer = expect(reply);
    const status = answer.text('status');
    if (status === 'running') return 'running';
    if (status !== 'stopped') throw answer.refuse(`task status ${status.slice(0, 20)}`);
    return taskEnd(`task ${upid.split(':')[5] ?? ''} of ${upid.split(':')[6] ?? ''}`, answer.text('exitstatus'));
  }

  /** A call that starts something and answers its task id. */
  async start(method: 'POST' | 'PUT' | 'DELETE', path: string, parameters: Parameters = {}): Promise<string> {
    return expect(await this.call(method, path, parameters)).upid();
  }

  /** As `start`; null when it was refused with one of those conditions, which mean that there is nothing to do. */
  async startUnless(
    accepted: readonly Condition[],
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    parameters: Parameters = {},
  ): Promise<string | null> {
    const reply = await this.call(method, path, parameters);
    return has(reply, accepted) ? null : expect(reply).upid();
  }

  /** A call that answers nothing; false when it was refused with one of those conditions, which is then no error. */
  async change(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    parameters: Parameters,
    accepted: readonly Condition[] = [],
  ): Promise<boolean> {
    const reply = await this.call(method, path, parameters);
    if (has(reply, accepted)) return false;
    const answer = expect(reply);
    if (!answer.isNothing()) throw answer.refuse('something where nothing was due');
    return true;
  }

  async haResource(vmid: number): Promise<HaResource | undefined> {
    const reply = await this.call('GET', `/cluster/ha/resources/ct:${vmid}`);
    return unless(reply, 'ha_missing', haResource);
  }

  /** The comment of a placement rule (Proxmox 9) or group (8); undefined when there is none; the condition when the other kind is in use. */
  async haPlacement(kind: 'rules' | 'groups', name: string): Promise<{ readonly comment: string } | 'other kind' | undefined> {
    const reply = await this.call('GET', `/cluster/ha/${kind}/${name}`);
    if (has(reply, ['groups_are_rules', 'rules_are_groups'])) return 'other kind';
    return unless(reply, 'placement_missing', (answer) => {
      // What every rule or group has. Anything else must not be taken for one without our mark.
      answer.text(kind === 'rules' ? 'type' : 'nodes');
      return { comment: (answer.optionalText('comment') ?? '').trim() };
    });
  }

  async snapshots(node: string, vmid: number): Promise<readonly Snapshot[]> {
    return expect(await this.call('GET', `/nodes/${node}/lxc/${vmid}/snapshot`))
      .rows()
      .map(snapshot);
  }

  private async call(method: Method, path: string, parameters: Parameters = {}): Promise<Reply> {
    const call = `${method} ${path}`;
    const reads = method === 'GET';
    const unreadable = reads ? 'unavailable' : 'unknown_outcome';
    const encoded = Object.entries(parameters)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    const inQuery = method === 'GET' || method === 'DELETE';
    let response: HttpResponse;
    let body: string;
    try {
      response = await this.ctx.fetch(
        `https://${this.server.host}:${this.server.port}/api2/json${path}${inQuery && encoded !== '' ? `?${encoded}` : ''}`,
        {
          method,
          headers: {
            accept: 'application/json',
            authorization: `PVEAPIToken=${this.server.tokenId}=${this.server.tokenSecret}`,
            ...(inQuery ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          ...(inQuery ? {} : { body: encoded }),
          signal: this.ctx.signal,
        },
      );
      body = await response.text();
    } catch (error) {
      if (isPanelError(error) && error.code !== 'unknown_outcome') throw error;
      throw new PanelError(unreadable, `${call}: the answer was lost`, { cause: error });
    }
    if (response.status !== 200) {
      return {
        refusal: refusalOf({
          call,
          reads,
          status: response.status,
          statusText: response.statusText,
          body,
          retryAfter: response.headers.get('retry-after'),
        }),
      };
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch (error) {
      throw new PanelError(unreadable, `${call}: unreadable answer, not JSON`, { cause: error });
    }
    if (typeof parsed !== 'object' || parsed === null || !('data' in parsed))
      throw new PanelError(unreadable, `${call}: unreadable answer, no data`);
    return { answer: new Answer(call, parsed.data, unreadable) };
  }
}

function expect(reply: Reply): Answer {
  if ('refusal' in reply) throw reply.refusal.error;
  return reply.answer;
}

function has(reply: Reply, conditions: readonly Condition[]): boolean {
  return 'refusal' in reply && reply.refusal.condition !== undefined && conditions.includes(reply.refusal.condition);
}

function unless<T>(reply: Reply, condition: Condition, read: (answer: Answer) => T): T | undefined {
  return has(reply, [condition]) ? undefined : read(expect(reply));
}
