import type { SeededRandom } from './random.js';

/** What a step does to the world, and how well it is protected. */
export interface StepPlan {
  readonly name: string;
  readonly makes: 'thing' | 'charge' | 'setting' | 'nothing';
  readonly strength?: 'unique' | 'tagged' | 'blind';
  /** Of what the claim is made: of the service, so that it is the same for every try; or of what the job has reserved. */
  readonly claim?: 'service' | 'reserved';
  /** The claim is made of what an earlier step answered. */
  readonly fed: boolean;
  readonly find: boolean;
  readonly waits: 'no' | 'task' | 'tasks' | 'only';
  readonly undo: 'no' | 'at once' | 'task';
  readonly permit: boolean;
  readonly secret: boolean;
  readonly giveUpAfterMs?: number;
  /** A pure wait is over this long after the order. */
  readonly overAfterMs: number;
}

export type PlanNode =
  | { readonly kind: 'step'; readonly step: StepPlan }
  | { readonly kind: 'branches'; readonly branches: readonly (readonly PlanNode[])[] }
  | { readonly kind: 'skip'; readonly name: string }
  | { readonly kind: 'repeat'; readonly step: StepPlan; readonly keys: readonly string[] }
  | { readonly kind: 'connected'; readonly name: string; readonly module: 'dns' | 'proxy' }
  /** The function swallows the step's failure. */
  | { readonly kind: 'caught'; readonly step: StepPlan }
  /** The function does not wait for it. */
  | { readonly kind: 'loose'; readonly step: StepPlan };

export interface OperationPlan {
  readonly nodes: readonly PlanNode[];
  readonly onFailure?: 'roll back' | 'keep';
}

/** A product: what each of its operations is made of. */
export interface ProductPlan {
  readonly components: readonly string[];
  /** The second component is wired from the first; `later`: it comes after the hand-over. */
  readonly wired: boolean;
  readonly later: boolean;
  readonly create: OperationPlan;
  readonly suspend: OperationPlan;
  readonly unsuspend: OperationPlan;
  readonly terminate: { readonly connected: readonly ('dns' | 'proxy')[]; readonly together: boolean };
  /** The connected module's own operation does not wait for its last part. */
  readonly looseParts: boolean;
}

export function drawProduct(random: SeededRandom): ProductPlan {
  const create = new Draw(random).create();
  const modules = [...new Set(create.nodes.flatMap(connectedOf))];
  const switched = new Draw(random).switched(modules);
  const components = random.chance(0.2) ? ['site', 'mail'] : ['site'];
  const rest = {
    create,
    suspend: switched,
    unsuspend: switched,
    terminate: { connected: modules, together: random.chance(0.4) },
    looseParts: random.chance(0.3),
  };
  const bundle = components.length > 1;
  return { components, ...rest, wired: bundle && random.chance(0.6), later: bundle && random.chance(0.5) };
}

function connectedOf(node: PlanNode): ('dns' | 'proxy')[] {
  if (node.kind === 'connected') return [node.module];
  return node.kind === 'branches' ? node.branches.flatMap((branch) => branch.flatMap(connectedOf)) : [];
}

/** Declared names of the steps, in the order of the plan. */
export function stepNames(nodes: readonly PlanNode[]): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'branches') return node.branches.flatMap(stepNames);
    return [node.kind === 'skip' || node.kind === 'connected' ? node.name : node.step.name];
  });
}

class Draw {
  private count = 0;
  private readonly modules: ('dns' | 'proxy')[] = ['dns', 'proxy'];

  constructor(private readonly random: SeededRandom) {}

  create(): OperationPlan {
    const { random } = this;
    const nodes = [...this.sequence(random.between(1, 5), true)];
    return { nodes, ...(random.chance(0.08) ? { onFailure: 'keep' as const } : {}) };
  }

  /** Suspending and unsuspending: settings, and what hangs on them. */
  switched(modules: readonly ('dns' | 'proxy')[]): OperationPlan {
    const { random } = this;
    const setting = (name: string): StepPlan => ({ ...this.blank(name), makes: 'setting', undo: random.chance(0.4) ? 'at once' : 'no' });
    const nodes: PlanNode[] = [{ kind: 'step', step: setting('switch') }];
    if (random.chance(0.4)) nodes.push({ kind: 'step', step: { ...this.blank('reload'), waits: 'task', permit: random.chance(0.5) } });
    if (modules.includes('proxy') && random.chance(0.6)) nodes.push({ kind: 'connected', name: 'switch proxy', module: 'proxy' });
    return { nodes, ...(random.chance(0.3) ? { onFailure: 'roll back' as const } : {}) };
  }

  private sequence(length: number, branching: boolean): PlanNode[] {
    return Array.from({ length }, () => this.node(branching));
  }

  private node(branching: boolean): PlanNode {
    const { random } = this;
    const kind = random.weighed({
      step: 10,
      branches: branching ? 3 : 0,
      skip: 1,
      repeat: 1.5,
      connected: this.modules.length,
      caught: 1,
      loose: 0.7,
    });
    switch (kind) {
      case 'step':
        return { kind, step: this.step() };
      case 'branches':
        return { kind, branches: Array.from({ length: random.between(2, 3) }, () => this.sequence(random.between(1, 2), false)) };
      case 'skip':
        return { kind, name: this.name('needless') };
      case 'repeat':
        return { kind, step: this.step(), keys: ['a', 'b', 'c'].slice(0, random.between(1, 3)) };
      case 'connected': {
        const module = random.pick(this.modules);
        this.modules.splice(this.modules.indexOf(module), 1);
        return { kind, name: `publish ${module}`, module };
      }
      case 'caught':
      case 'loose':
        return { kind, step: this.step() };
    }
  }

  private name(what: string): string {
    this.count += 1;
    return `${what} ${this.count}`;
  }

  private blank(name: string): StepPlan {
    return { name, makes: 'nothing', fed: false, find: false, waits: 'no', undo: 'no', permit: false, secret: false, overAfterMs: 0 };
  }

  private step(): StepPlan {
    const { random } = this;
    const undo = random.weighed({ 'at once': 6, task: 2, no: 0.7 });
    const waits = random.weighed({ no: 6, task: 4, tasks: 2 });
    const common = { undo, waits, permit: random.chance(0.35), secret: random.chance(0.25), fed: random.chance(0.25) };
    const patience = random.chance(0.3) ? { giveUpAfterMs: 300_000 } : {};
    const claim = random.chance(0.6) ? ('service' as const) : ('reserved' as const);
    switch (random.weighed({ unique: 10, tagged: 5, blind: 2, setting: 2, read: 1, wait: 1 })) {
      case 'unique':
        return {
          ...this.blank(this.name('make')),
          ...common,
          ...patience,
          makes: 'thing',
          strength: 'unique',
          claim,
          find: random.chance(0.95),
        };
      case 'tagged':
        return { ...this.blank(this.name('order')), ...common, ...patience, makes: 'thing', strength: 'tagged', claim, find: true };
      case 'blind':
        return {
          ...this.blank(this.name('charge')),
          makes: 'charge',
          strength: 'blind',
          undo: random.chance(0.6) ? 'at once' : 'no',
          ...(random.chance(0.5) ? { claim } : {}),
        };
      case 'setting':
        return {
          ...this.blank(this.name('set')),
          makes: 'setting',
          undo: random.chance(0.5) ? 'at once' : 'no',
          secret: random.chance(0.2),
        };
      case 'read':
        return { ...this.blank(this.name('read')) };
      case 'wait':
        return { ...this.blank(this.name('wait')), waits: 'only', overAfterMs: random.chance(0.1) ? Infinity : random.between(0, 200_000) };
    }
  }
}
