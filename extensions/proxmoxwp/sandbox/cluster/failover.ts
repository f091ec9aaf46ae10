import { badParameters, died } from '../api/index.js';
import type { Cluster } from './cluster.js';
import type { Container } from './container.js';
import { timings } from './timings.js';

export interface HaResource {
  readonly sid: string;
  /** What it should be: `started`, `stopped`, `disabled` or `ignored`. */
  state: string;
  /** The manager has given up on it and leaves it alone until it is `disabled`. */
  failed?: boolean;
  maxRestart: number;
  maxRelocate: number;
  failback: boolean;
  comment?: string;
  group?: string;
}

/** A group (8) or a rule (9): `name` and the parameters as they were given, the list of resources apart. */
export interface Placement {
  readonly name: string;
  readonly settings: Record<string, string>;
  /** With a rule. */
  resources: string[];
}

/** What the failover manager looks after. It acts some time after it was told to, as the original does. */
export class FailoverManager {
  readonly resources = new Map<string, HaResource>();
  readonly groups = new Map<string, Placement>();
  readonly rules = new Map<string, Placement>();

  constructor(private readonly cluster: Cluster) {}

  find(vmid: number): HaResource | undefined {
    return this.resources.get(`ct:${vmid}`);
  }

  /** True when power calls on that container are left to the manager. */
  manages(vmid: number): boolean {
    const resource = this.find(vmid);
    return resource !== undefined && resource.state !== 'ignored';
  }

  /** The manager's own word for where the resource is. */
  statusOf({ state, failed }: HaResource, running: boolean): string {
    if (failed) return 'error';
    if (isWanted(state)) return 'started';
    return state !== 'ignored' && running ? 'request_stop' : state === 'disabled' ? 'stopped' : state;
  }

  /** A container has stopped. One that should run is brought back some time from now. */
  notice(vmid: number): void {
    const resource = this.find(vmid);
    if (resource && isWanted(resource.state)) this.settle(resource.sid);
  }

  get(sid: string): HaResource {
    const resource = this.resources.get(sid);
    if (!resource) throw died(`no such resource '${sid}'`);
    return resource;
  }

  add(resource: HaResource): void {
    const { sid } = resource;
    if (!this.cluster.containers.has(vmidOf(sid))) throw died(`resource '${sid}' does not exist in cluster`);
    if (this.resources.has(sid)) throw died(`resource ID '${sid}' already defined`);
    this.resources.set(sid, resource);
    this.settle(sid);
  }

  /** @param purge takes it out of every rule too, and the rule away that had no other. */
  remove(sid: string, purge: boolean): void {
    if (!this.resources.delete(sid)) throw died(`cannot delete service '${sid}', not HA managed!`);
    if (!purge) return;
    for (const rule of [...this.rules.values()]) {
      if (!rule.resources.includes(sid)) continue;
      rule.resources = rule.resources.filter((other) => other !== sid);
      if (rule.resources.length === 0) this.rules.delete(rule.name);
    }
  }

  /** Sees to it, some time from now, that the resource is in the state it should be in. */
  settle(sid: string): void {
    this.cluster.clock.later(timings.failover, () => {
      const resource = this.resources.get(sid);
      const container = this.cluster.containers.get(vmidOf(sid));
      if (!resource || !container || resource.state === 'ignored') return;
      if (resource.failed && resource.state !== 'disabled') return;
      delete resource.failed;
      if (container.lock !== undefined) return this.settle(sid);
      this.#apply(resource, container);
    });
  }

  /** Moves a managed container, some time from now. */
  relocate(sid: string, target: string): void {
    this.cluster.clock.later(timings.failover, () => {
      const container = this.cluster.containers.get(vmidOf(sid));
      const resource = this.resources.get(sid);
      if (!container || !resource) return;
      if (container.lock !== undefined) return this.relocate(sid, target);
      if (container.running) this.cluster.stopNow(container);
      container.node = target;
      if (isWanted(resource.state)) this.#apply(resource, container);
    });
  }

  #apply(resource: HaResource, container: Container): void {
    const wanted = isWanted(resource.state);
    if (wanted && !container.running) {
      try {
        this.cluster.startNow(container);
      } catch {
        // It cannot start: the manager gives up on it, as after max_restart attempts.
        resource.failed = true;
      }
    } else if (!wanted && container.running) this.cluster.stopNow(container);
  }

  /** Throws what the original refuses in a rule's resources and nodes. */
  checkRule(name: string, type: string, resources: readonly string[], nodes: string | undefined): void {
    const unmanaged = resources.filter((sid) => !this.resources.has(sid));
    if (unmanaged.length > 0) throw died(`cannot use unmanaged resource(s) ${unmanaged.join(', ')}.`);
    if (nodes !== undefined) this.checkNodes(nodes);
    const other = [...this.rules.values()].find(
      (rule) =>
        rule.name !== name &&
        type === 'node-affinity' &&
        rule.settings['type'] === type &&
        rule.resources.some((sid) => resources.includes(sid)),
    );
    if (other) {
      const sid = other.resources.find((each) => resources.includes(each));
      throw Object.assign(badParameters({ resources: `resource '${sid}' is already used in another node affinity rule` }), {
        message: `Rule '${name}' is invalid.`,
      });
    }
  }

  checkNodes(nodes: string): void {
    const unknown = nodes
      .split(/[,;\s]+/)
      .map((node) => node.split(':')[0] ?? '')
      .filter((node) => node !== '' && !this.cluster.nodes.some(({ name }) => name === node));
    if (unknown.length > 0) throw died(`cannot use non-existent node(s) ${unknown.join(', ')}.`);
  }
}

function isWanted(state: string): boolean {
  return state === 'started' || state === 'enabled';
}

export function vmidOf(sid: string): number {
  return Number(sid.replace(/^\D*/, ''));
}
