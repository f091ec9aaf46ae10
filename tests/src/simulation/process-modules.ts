import { JournalTrouble, ModuleHost, type ModuleRef, type ModuleScope, type OpenModule } from '@hostwright/core';
import { type Ctx, type Operation, type OperationShape } from '@hostwright/sdk';
import { connectedOperations } from './connected-operations.js';
import type { Caller, Network } from './network.js';
import { productOperations } from './product-operations.js';
import type { SimulatedProcess } from './process.js';
import type { World } from './world.js';

/** What the modules of a history find in their `ctx`. */
export interface SimulatedCtx {
  readonly owner: string;
  readonly caller: Caller;
}

/** The modules as one process opens them. */
export class ProcessModules extends ModuleHost {
  private readonly operations: Readonly<Record<string, Readonly<Record<string, Operation<OperationShape>>>>>;

  constructor(
    private readonly world: World,
    network: Network,
    private readonly process: SimulatedProcess,
  ) {
    super();
    this.operations = {
      provisioning: productOperations(world, network),
      dns: connectedOperations(world, network, 'dns'),
      proxy: connectedOperations(world, network, 'proxy'),
    };
  }

  async open(ref: ModuleRef, scope: ModuleScope): Promise<OpenModule> {
    const { world, process } = this;
    const jobId = Number(scope.label.replace('job ', ''));
    const job = world.tables.job(jobId);
    if (!world.quiet && world.random.chance(world.plan.journalFaultRate / 4)) throw new JournalTrouble('the servers could not be read');
    const caller: Caller = {
      process,
      jobId,
      fence: process.fences.get(jobId)!,
      operation: job.operation,
      serviceId: job.serviceId!,
      serverId: ref.serverId,
      owner: scope.owner,
      signal: scope.signal,
    };
    const ctx: SimulatedCtx = { owner: scope.owner, caller };
    return {
      extension: ref.extension ?? 'played',
      version: '1.0.0',
      serverId: ref.serverId,
      server: {},
      permits: { tasks: world.plan.cap },
      ctx: ctx as unknown as Omit<Ctx, 'dns' | 'proxy'>,
      nameSetting: () => undefined,
      operation: (name) => this.operations[ref.kind]?.[name],
      checkProperties: (properties) => properties,
      dates: () => undefined,
      checkInputs: (values) => ({ order: values, product: {} }),
    };
  }
}
