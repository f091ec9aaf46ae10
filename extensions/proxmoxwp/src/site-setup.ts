import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Polled } from '@hostwright/sdk';
import { Containers } from './containers.js';
import type { ServerConfig } from './config.js';
import { exitOutOfReach, NodeShell, type SetupInput } from './node-shell.js';
import { sshTargets } from './ssh-nodes.js';

/**
 * WordPress inside a container of ours: the set-up and the looks at it, over SSH on whichever node has the container now. The
 * mark is read back before every command, so that none runs in somebody else's.
 */
export class SiteSetup {
  private readonly containers: Containers;
  private readonly shell: NodeShell;
  /** Names the lock inside the container. */
  private readonly claim: string;

  constructor(
    ctx: Ctx,
    private readonly server: ServerConfig,
  ) {
    this.containers = new Containers(ctx, server);
    this.shell = new NodeShell(ctx);
    this.claim = `setup-${ctx.owner}`;
  }

  async containerReady(vmid: number): Promise<Polled<undefined, undefined>> {
    return (await this.shell.containerReady(await this.nodeOf(vmid), vmid)) ? done() : pending();
  }

  /** A set-up that failed or crashed counts as absent: it may be begun anew. */
  async find(vmid: number): Promise<Found<null, undefined>> {
    const container = await this.containers.find(vmid);
    if (container === undefined) return absent;
    const found = await this.shell.setupState(this.reachable(container.node, vmid), vmid, this.claim);
    if (found.state === 'done') return done();
    return found.state === 'running' ? pending(null) : absent;
  }

  async start(vmid: number, input: SetupInput): Promise<null> {
    await this.shell.startSetup(await this.nodeOf(vmid), vmid, this.claim, input);
    return null;
  }

  async state(vmid: number): Promise<Polled<null, undefined>> {
    const found = await this.shell.setupState(await this.nodeOf(vmid), vmid, this.claim);
    switch (found.state) {
      case 'done':
        return done();
      case 'running':
        return pending();
      case 'failed': {
        const reason = found.reason === undefined ? '' : `: ${found.reason}`;
        const where = `the set-up of WordPress failed in "${found.phase}" (exit code ${found.code})${reason}; its log is in the container, /var/lib/hostwright/${this.claim}/log`;
        // A mirror out of reach may be back: begun anew later, a few times.
        return failed(new PanelError(found.code === exitOutOfReach ? 'unavailable' : 'rejected', where));
      }
      default:
        // Killed, with its container for example. `find` calls that absent, so it is begun anew.
        return failed(new PanelError('unknown_outcome', 'the set-up of WordPress was killed before it ended'));
    }
  }

  async answers(vmid: number, domain: string): Promise<Polled<undefined, undefined>> {
    const answer = await this.shell.siteAnswers(await this.nodeOf(vmid), vmid, domain);
    if (answer.state === 'answers') return done();
    if (answer.state === 'unconfigured') return failed(new PanelError('rejected', 'there is no wp-config.php in the container'));
    return pending();
  }

  private async nodeOf(vmid: number): Promise<string> {
    const { node } = await this.containers.get(vmid);
    return this.reachable(node, vmid);
  }

  private reachable(node: string, vmid: number): string {
    if (sshTargets(this.server)[node] !== undefined) return node;
    throw new PanelError('invalid_config', `container ${vmid} is on ${node}, which is not listed under Nodes over SSH`, {
      field: 'sshNodes',
    });
  }
}
