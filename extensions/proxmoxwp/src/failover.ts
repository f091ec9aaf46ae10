import { absent, done, PanelError, type Ctx, type Found } from '@hostwright/sdk';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';

/** Figures of the published platform whose API we serve. */
const maxRestart = 3;
const maxRelocate = 2;

/** Proxmox 9 places resources by rules, Proxmox 8 by groups that the resource names. */
type PlacementKind = 'rules' | 'groups';

/**
 * High availability of one container: its resource, and the rule (9) or group (8) that names the nodes it may run on. Both bear
 * our mark as their comment; what bears another is `not_owned`.
 */
export class Failover {
  private readonly pve: ProxmoxClient;

  constructor(
    private readonly ctx: Ctx,
    server: ServerConfig,
  ) {
    this.pve = new ProxmoxClient(ctx, server);
  }

  async findResource(vmid: number): Promise<Found<undefined, undefined>> {
    const resource = await this.pve.haResource(vmid);
    if (resource === undefined) return absent;
    this.requireOurs(resource.comment, `failover resource ct:${vmid}`);
    return done();
  }

  /** Registers the container. From now on the manager keeps it running. */
  async register(vmid: number): Promise<void> {
    await this.pve.change('POST', '/cluster/ha/resources', {
      sid: `ct:${vmid}`,
      state: 'started',
      max_restart: maxRestart,
      max_relocate: maxRelocate,
      comment: this.ctx.owner,
    });
  }

  /** Whether the manager should run it; undefined when it is not in failover. */
  async wanted(vmid: number): Promise<'running' | 'stopped' | undefined> {
    const resource = await this.pve.haResource(vmid);
    if (resource === undefined) return undefined;
    this.requireOurs(resource.comment, `failover resource ct:${vmid}`);
    return resource.state === 'stopped' || resource.state === 'disabled' ? 'stopped' : 'running';
  }

  /**
   * Tells the manager what the container should be; it sees to it in its own time. False when the container is not in failover.
   * Repeatable. Stopping a managed container in any other way would be reverted.
   */
  async order(vmid: number, state: 'started' | 'stopped'): Promise<boolean> {
    if ((await this.wanted(vmid)) === undefined) return false;
    return this.pve.change('PUT', `/cluster/ha/resources/ct:${vmid}`, { state }, ['ha_missing']);
  }

  /** Takes the container out of failover; not in it counts as done. */
  async unregister(vmid: number): Promise<void> {
    if ((await this.findResource(vmid)).state === 'absent') return;
    await this.pve.change('DELETE', `/cluster/ha/resources/ct:${vmid}`, {}, ['ha_missing']);
  }

  /** Done when the container is tied to its nodes: with groups, when the group is there and the resource names it. */
  async findPlacement(vmid: number): Promise<Found<undefined, undefined>> {
    const { kind, there } = await this.placement(vmid);
    if (!there) return absent;
    if (kind === 'groups' && (await this.pve.haResource(vmid))?.group !== placementName(vmid)) return absent;
    return done();
  }

  /** Ties the container to those nodes. Repeatable: with groups it takes two calls, of which the first may have been made. */
  async place(vmid: number, nodes: readonly string[]): Promise<void> {
    const { kind, there } = await this.placement(vmid);
    const name = placementName(vmid);
    if (kind === 'rules') {
      if (there) return;
      await this.pve.change('POST', '/cluster/ha/rules', {
        rule: name,
        type: 'node-affinity',
        resources: `ct:${vmid}`,
        nodes: nodes.join(','),
        strict: 1,
        comment: this.ctx.owner,
      });
      return;
    }
    if (!there) {
      await this.pve.change('POST', '/cluster/ha/groups', { group: name, nodes: nodes.join(','), restricted: 1, comment: this.ctx.owner });
    }
    await this.pve.change('PUT', `/cluster/ha/resources/ct:${vmid}`, { group: name });
  }

  /** Removes the rule or group; none there counts as done. */
  async unplace(vmid: number): Promise<void> {
    const { kind, there } = await this.placement(vmid);
    if (!there) return;
    const name = placementName(vmid);
    if (kind === 'groups') {
      const resource = await this.pve.haResource(vmid);
      if (resource?.group === name) await this.pve.change('PUT', `/cluster/ha/resources/ct:${vmid}`, { delete: 'group' }, ['ha_missing']);
    }
    await this.pve.change('DELETE', `/cluster/ha/${kind}/${name}`, {}, ['placement_missing']);
  }

  /** The kind that is in use, by the release and confirmed by behaviour, since a cluster is upgraded node by node. */
  private async placement(vmid: number): Promise<{ readonly kind: PlacementKind; readonly there: boolean }> {
    const major = Number.parseInt(await this.pve.version(), 10);
    const kinds: readonly PlacementKind[] = major >= 9 ? ['rules', 'groups'] : ['groups', 'rules'];
    for (const kind of kinds) {
      const found = await this.pve.haPlacement(kind, placementName(vmid));
      if (found === 'other kind') continue;
      if (found !== undefined) this.requireOurs(found.comment, `failover ${kind === 'rules' ? 'rule' : 'group'} ${placementName(vmid)}`);
      return { kind, there: found !== undefined };
    }
    throw new PanelError('unavailable', 'the cluster takes neither failover rules nor groups; perhaps it is being upgraded', {
      retryAfterMs: 60_000,
    });
  }

  private requireOurs(comment: string, what: string): void {
    if (comment !== this.ctx.owner) throw new PanelError('not_owned', `the ${what} does not bear our mark`);
  }
}

function placementName(vmid: number): string {
  return `rule-${vmid}`;
}
