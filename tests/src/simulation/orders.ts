import type { Program, ProgramComponent } from '@hostwright/core';
import { isPanelError, sdkVersion } from '@hostwright/sdk';
import type { Asked } from './memory-desk.js';
import { stepNames, type ProductPlan } from './product-plan.js';
import type { World } from './world.js';

/** Server of each component, and of the connected modules. */
const servers = ['1', '2'];
const connections = { dns: '3', proxy: '4' };

/** What the desk needs to make a job of that operation. */
export function askedOf(world: World, serviceId: number, operation: string): Asked {
  const { product } = world.plan;
  const steps =
    operation === 'terminate'
      ? ['remove', ...product.terminate.connected.map((module) => `withdraw ${module}`)]
      : stepNames(product[operation as 'create' | 'suspend' | 'unsuspend'].nodes);
  return {
    program: (jobId, missing): Program => ({
      contract: sdkVersion,
      owner: `hw-sim-${serviceId}`,
      components: product.components
        .map((name, index) => ({
          name,
          extension: 'played',
          version: '1.0.0',
          serverId: servers[index]!,
          connections,
          product: {},
          order: { component: name },
          reserved: operation === 'create' ? { id: jobId, password: { $sealed: 'drowssap' } } : {},
          ...wiresOf(product, name, operation, serviceId, missing),
          steps,
        }))
        .filter(({ name }) => missing?.includes(name) ?? true),
    }),
    reservations: (jobId, missing) => [{ value: `r${jobId}`, component: missing?.[0] ?? product.components[0]! }],
  };
}

/** As the desk on PostgreSQL makes them of what the product says. `missing`: only these are made, and the others are there. */
function wiresOf(
  { components, wired, later }: ProductPlan,
  name: string,
  operation: string,
  serviceId: number,
  missing: readonly string[] | undefined,
): Partial<ProgramComponent> {
  const [first, second] = components;
  if (operation === 'terminate') return wired && name === first ? { after: [second!] } : {};
  if (operation !== 'create') return {};
  const comesLater = missing !== undefined || (later && name === second) ? { later: true as const } : {};
  if (!wired || name !== second) return comesLater;
  if (missing && !missing.includes(first!)) return { ...comesLater, given: { from: `remote-${serviceId}`, key: { $sealed: 'edoc rood' } } };
  const inputs = { from: { component: first!, output: 'remoteId' }, key: { component: first!, output: 'code' } };
  return { ...comesLater, after: [first!], inputs };
}

/** Customers order, and ask for this and that, at moments that the seed chooses. */
export class Customers {
  constructor(
    private readonly world: World,
    private readonly ring: () => void,
  ) {}

  /** Everything they will ask for until the faults stop. */
  begin(): void {
    const { world } = this;
    const { random, plan, agenda } = world;
    for (let count = 0; count < plan.services; count += 1) {
      agenda.after(random.between(0, plan.chaosMs / 3), () => {
        const serviceId = this.order();
        for (let asked = 0; asked < plan.requests; asked += 1)
          agenda.after(random.between(0, plan.chaosMs - agenda.now), () =>
            this.request(serviceId, random.pick(['suspend', 'unsuspend', 'suspend', 'unsuspend', 'terminate'])),
          );
      });
    }
  }

  private order(): number {
    const { world } = this;
    const { service, job } = world.desk.placeOrder(world.plan.product.components, (made) => askedOf(world, made.id, 'create'));
    world.coverage.add('operations: create');
    world.trace(() => `a customer orders service ${service.id}, job ${job.id}`);
    this.ring();
    return service.id;
  }

  private request(serviceId: number, operation: string): void {
    const { world } = this;
    // Once it is needed, once it is not: what is asked for most is what the service's state allows.
    const { state } = world.tables.services.get(serviceId)!;
    const wanted = operation === 'terminate' ? operation : state === 'suspended' ? 'unsuspend' : 'suspend';
    const before = world.tables.operatorTasks.filter((task) => task.serviceId === serviceId && task.state === 'open');
    try {
      const { jobId, created } = world.desk.request(serviceId, wanted, askedOf(world, serviceId, wanted));
      world.coverage.add(`operations: ${wanted}${created ? '' : ', again'}`);
      world.trace(() => `a customer asks to ${wanted} service ${serviceId}: job ${jobId}${created ? '' : ', which there was'}`);
      for (const task of before) if (task.state !== 'open') world.noted.add(task.jobId);
      this.ring();
    } catch (error) {
      if (!isPanelError(error)) throw error;
      world.coverage.add('operations: refused');
    }
  }
}
