import { operation, type DnsCalls, type JsonObject, type Operation, type OperationShape, type ProxyCalls } from '@hostwright/sdk';
import type { Network } from './network.js';
import { playedStep } from './played-step.js';
import type { SimulatedCtx } from './process-modules.js';
import { stepNames, type OperationPlan, type PlanNode, type StepPlan } from './product-plan.js';
import type { World } from './world.js';

type StepName = string | readonly [string, string];

/** What an operation's function is given, seen without the types of a kind of module. */
interface Arguments {
  readonly ctx: SimulatedCtx & { readonly dns: DnsCalls; readonly proxy: ProxyCalls };
  readonly service: { readonly id: string };
  readonly reserved: { readonly id?: number };
  readonly properties?: { readonly claims?: string };
  readonly order: { readonly component: string; readonly from?: string; readonly key?: string };
  step(name: StepName, what: unknown): Promise<unknown>;
  skip(name: string, reason: string): void;
}

/** The operations of the product of a history. */
export function productOperations(world: World, network: Network): Record<string, Operation<OperationShape>> {
  const { create, suspend, unsuspend, terminate } = world.plan.product;
  const made = (plan: OperationPlan, name: string): Operation<OperationShape> =>
    operation<OperationShape>({
      steps: stepNames(plan.nodes),
      ...(plan.onFailure ? { onFailure: plan.onFailure } : {}),
      run: (args) => new Run(world, network, args as unknown as Arguments, name).all(plan.nodes),
    });
  return {
    create: made(create, 'create'),
    suspend: made(suspend, 'suspend'),
    unsuspend: made(unsuspend, 'unsuspend'),
    terminate: operation<OperationShape>({
      steps: ['remove', ...terminate.connected.map((module) => `withdraw ${module}`)],
      run: (args) => new Run(world, network, args as unknown as Arguments, 'terminate').terminate(terminate.connected, terminate.together),
    }),
  };
}

/** One run of an operation's function. It is replayed, so it draws nothing and asks nothing but through its steps. */
class Run {
  private readonly claims: string[] = [];

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly args: Arguments,
    private readonly operation: string,
  ) {}

  async all(nodes: readonly PlanNode[]): Promise<JsonObject> {
    this.checkWires();
    await this.sequence(nodes);
    // What create left stays as it is: later operations name only what is another now, which here is nothing but their remote id.
    if (this.operation !== 'create') return { remoteId: `remote-${this.args.service.id}` };
    const left = { remoteId: `remote-${this.args.service.id}`, claims: this.claims.join(' ') };
    return this.world.plan.product.components.length > 1 ? { ...left, code: { $secret: 'door code' } } : left;
  }

  /** What is wired has the same values in every operation, at every replay. */
  private checkWires(): void {
    const { order, service } = this.args;
    const { components, wired } = this.world.plan.product;
    if (!wired || order.component !== components[1]) return;
    if (order.from !== `remote-${service.id}` || order.key !== 'door code')
      this.world.watch.violated('not wired', `${this.operation} of service ${service.id} was given ${order.from} and ${order.key}`);
  }

  async terminate(connected: readonly ('dns' | 'proxy')[], together: boolean): Promise<void> {
    this.checkWires();
    const claims = (this.args.properties?.claims ?? '').split(' ').filter((claim) => claim !== '');
    const works = [
      ...claims.map((claim) => () => this.args.step(['remove', claim], this.removal(claim))),
      ...connected.map((module) => () => this.args.step(`withdraw ${module}`, this.withdrawal(module))),
    ];
    if (together) await Promise.all(works.map((work) => work()));
    else for (const work of works) await work();
  }

  /** `fed`: what the step before answered. Branches feed nothing: which is done first differs from one replay to the next. */
  private async sequence(nodes: readonly PlanNode[], fed = ''): Promise<void> {
    let last = fed;
    for (const node of nodes) last = (await this.node(node, last)) ?? last;
  }

  private async node(node: PlanNode, fed: string): Promise<string | undefined> {
    const { step, skip } = this.args;
    switch (node.kind) {
      case 'step':
        return idOf(await this.step(node.step, fed));
      case 'branches':
        await Promise.all(node.branches.map((branch) => this.sequence(branch, fed)));
        return undefined;
      case 'skip':
        skip(node.name, 'nobody wants it');
        return undefined;
      case 'repeat':
        for (const key of node.keys) await this.step(node.step, fed, key);
        return undefined;
      case 'connected':
        await step(node.name, this.publication(node.module));
        return undefined;
      case 'caught':
        await this.step(node.step, fed).catch(() => undefined);
        return undefined;
      case 'loose':
        void this.step(node.step, fed);
        return undefined;
    }
  }

  private step(plan: StepPlan, fed: string, key?: string): Promise<unknown> {
    const { world, network, args } = this;
    const { caller, owner } = args.ctx;
    const path = [args.order.component, plan.name, ...(key === undefined ? [] : [key])].join(' / ');
    const subject = plan.claim === 'reserved' ? `r${args.reserved.id}` : `s${args.service.id}`;
    const name =
      plan.makes === 'setting'
        ? `${owner} ${args.order.component} ${plan.name}`
        : [subject, args.order.component, plan.name.replace(' ', ''), ...(key === undefined ? [] : [key]), ...(plan.fed ? [fed] : [])].join(
            '-',
          );
    if (plan.makes === 'thing' || plan.makes === 'charge') {
      world.reach(caller.jobId, { key: path, serverId: caller.serverId, claim: name, strength: plan.strength! });
      if (plan.makes === 'thing') this.claims.push(name);
    }
    const setting = this.operation === 'suspend' ? ['off', 'on'] : this.operation === 'unsuspend' ? ['on', 'off'] : ['set', undefined];
    const what = playedStep({ world, network, caller, plan, key: path, name, value: setting[0]!, valueBefore: setting[1] });
    return args.step(key === undefined ? plan.name : [plan.name, key], what);
  }

  private removal(claim: string): JsonObject {
    const { world, network } = this;
    const { caller } = this.args.ctx;
    const key = `${this.args.order.component} / remove / ${claim}`;
    const run = async (): Promise<void> => {
      const { serverId, owner } = caller;
      const ids = await network.request(caller, {
        verb: 'list',
        key,
        reads: true,
        apply: () => world.provider.list(serverId, claim, owner),
      });
      if (ids.length === 0) return;
      const apply = (): void => ids.forEach((id) => world.provider.remove(id, owner));
      await network.request(caller, { verb: 'run', key, reads: false, apply });
    };
    return { run } as unknown as JsonObject;
  }

  private get domain(): string {
    return `${this.args.order.component}${this.args.service.id}.example.com`;
  }

  private publication(module: 'dns' | 'proxy'): unknown {
    const { dns, proxy } = this.args.ctx;
    const { domain } = this;
    if (module === 'dns') return dns.ensureRecord({ name: domain, type: 'A', content: '192.0.2.1', ttl: 300 });
    if (this.operation === 'suspend') return proxy.disableHost({ domain, forwardHost: '192.0.2.1' });
    if (this.operation === 'unsuspend') return proxy.enableHost({ domain, forwardHost: '192.0.2.1' });
    return proxy.ensureHost({
      domain,
      forwardHost: '192.0.2.1',
      forwardPort: 80,
      forwardScheme: 'http',
      certificate: 'letsencrypt',
      http2: true,
      caching: false,
      websockets: true,
    });
  }

  private withdrawal(module: 'dns' | 'proxy'): unknown {
    const { dns, proxy } = this.args.ctx;
    return module === 'dns'
      ? dns.removeRecord({ name: this.domain, type: 'A' })
      : proxy.removeHost({ domain: this.domain, forwardHost: '192.0.2.1' });
  }
}

function idOf(answer: unknown): string {
  return String((answer as { readonly id?: number } | undefined)?.id ?? '');
}
