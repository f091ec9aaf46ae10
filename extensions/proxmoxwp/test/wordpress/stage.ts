import { Container, type ContainerHost } from './container.js';
import type { Panel, PlacedOrder } from './panel.js';
import { say } from './proof.js';
import type { RealNode } from './real-node.js';
import type { WorkerProcess } from './worker-process.js';

/** Everything that a story is played with. */
export class Stage {
  kills = 0;
  private worker: WorkerProcess | undefined;
  private readonly containers = new Set<Container>();

  constructor(
    readonly panel: Panel,
    readonly node: RealNode,
    private readonly host: ContainerHost,
  ) {}

  get network(): ContainerHost['network'] {
    return this.host.network;
  }

  /** The container that a creation of this order finds, with the id and the address that were reserved for it. */
  async boot({ vmid, hostname, address }: PlacedOrder): Promise<Container> {
    const container = await Container.boot(this.host, { vmid, hostname, address });
    this.containers.add(container);
    say(
      `container ${vmid} for ${hostname} is up at ${this.network.reachedAt(address)}, its first process is ${firstNames[container.first]}`,
    );
    return container;
  }

  async startWorker(): Promise<void> {
    this.worker = await this.panel.startWorker();
    say(`worker ${this.worker.pid} is at work`);
  }

  /** With SIGKILL: it learns nothing of it. */
  async killWorker(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.kill();
    this.kills += 1;
    say(`worker ${worker?.pid} was killed`);
  }

  async stopContainers(): Promise<void> {
    for (const container of this.containers) {
      this.containers.delete(container);
      await container.stop();
    }
  }

  async close(): Promise<void> {
    await this.worker?.kill();
    await this.stopContainers();
  }
}

const firstNames = { systemd: 'systemd', waiter: 'one that waits; service runs the scripts in /etc/init.d' } as const;
