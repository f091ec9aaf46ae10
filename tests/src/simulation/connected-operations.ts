import { operation, type JsonObject, type Operation, type OperationShape } from '@hostwright/sdk';
import type { Network } from './network.js';
import { playedStep } from './played-step.js';
import type { SimulatedCtx } from './process-modules.js';
import type { StepPlan } from './product-plan.js';
import type { World } from './world.js';

interface Arguments {
  readonly ctx: SimulatedCtx;
  readonly input: { readonly name?: string; readonly domain?: string };
  step(name: string, what: unknown): Promise<unknown>;
}

const blank = { fed: false, permit: false, secret: false, overAfterMs: 0 };
const thing = { ...blank, makes: 'thing', strength: 'unique', claim: 'service', find: true } as const;
const record: StepPlan = { ...thing, name: 'create record', waits: 'no', undo: 'at once' };
const entry: StepPlan = { ...thing, name: 'enter in zone', waits: 'task', undo: 'at once' };
const host: StepPlan = { ...thing, name: 'create host', waits: 'no', undo: 'task' };
const certificate: StepPlan = { ...thing, name: 'certificate', waits: 'tasks', undo: 'at once', permit: true };

/** The operations of the modules that a product's steps call: each is a few steps of its own. */
export function connectedOperations(world: World, network: Network, kind: 'dns' | 'proxy'): Record<string, Operation<OperationShape>> {
  const played = (args: Arguments, parent: string, plan: StepPlan): JsonObject => {
    const { caller } = args.ctx;
    const domain = args.input.name ?? args.input.domain!;
    const key = `${domain.replace(/\d.*$/, '')} / ${parent} / ${plan.name}`;
    const name = `${plan.name.replace(/ /g, '-')} ${domain}`;
    world.reach(caller.jobId, { key, serverId: caller.serverId, claim: name, strength: 'unique' });
    return playedStep({ world, network, caller, plan, key, name });
  };
  const make = (parent: string, plans: readonly StepPlan[]): Operation<OperationShape> =>
    operation<OperationShape>({
      steps: plans.map((plan) => plan.name),
      async run(given) {
        const args = given as unknown as Arguments;
        for (const [index, plan] of plans.entries()) {
          const made = args.step(plan.name, played(args, parent, plan));
          if (index < plans.length - 1 || !world.plan.product.looseParts) await made;
        }
        return { remoteId: `${parent} ${args.input.name ?? args.input.domain}` };
      },
    });
  const remove = (parent: string, plans: readonly StepPlan[]): Operation<OperationShape> =>
    operation<OperationShape>({
      steps: plans.map((plan) => plan.name),
      async run(given) {
        const args = given as unknown as Arguments;
        for (const plan of plans) await args.step(plan.name, removal(world, network, args, parent, plan));
      },
    });
  const switched = (parent: string, value: string): Operation<OperationShape> =>
    operation<OperationShape>({
      steps: ['set host'],
      async run(given) {
        const args = given as unknown as Arguments;
        const { caller } = args.ctx;
        const key = `${args.input.domain!.replace(/\d.*$/, '')} / ${parent} / set host`;
        const plan: StepPlan = { ...blank, name: 'set host', makes: 'setting', find: false, waits: 'no', undo: 'no' };
        await args.step('set host', playedStep({ world, network, caller, plan, key, name: `${caller.owner} host`, value }));
      },
    });
  return kind === 'dns'
    ? { ensureRecord: make('publish dns', [record, entry]), removeRecord: remove('withdraw dns', [record, entry]) }
    : {
        ensureHost: make('publish proxy', [host, certificate]),
        removeHost: remove('withdraw proxy', [host, certificate]),
        disableHost: switched('switch proxy', 'off'),
        enableHost: switched('switch proxy', 'on'),
      };
}

/** Removes what bears our mark under the name that the plan would have given it. */
function removal(world: World, network: Network, args: Arguments, parent: string, plan: StepPlan): JsonObject {
  const { caller } = args.ctx;
  const domain = args.input.name ?? args.input.domain!;
  const key = `${domain.replace(/\d.*$/, '')} / ${parent} / ${plan.name}`;
  const claim = `${plan.name.replace(/ /g, '-')} ${domain}`;
  const run = async (): Promise<void> => {
    const { serverId, owner } = caller;
    const ids = await network.request(caller, { verb: 'list', key, reads: true, apply: () => world.provider.list(serverId, claim, owner) });
    if (ids.length === 0) return;
    await network.request(caller, { verb: 'run', key, reads: false, apply: () => ids.forEach((id) => world.provider.remove(id, owner)) });
  };
  return { run } as unknown as JsonObject;
}
