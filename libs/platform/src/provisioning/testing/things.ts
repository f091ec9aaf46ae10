import { absent, done, operation, PanelError, type Found } from '@hostwright/sdk';

/** What a call does instead of what it was asked for. */
export type Fault = (name: string) => void | Promise<void>;

/** A provider that keeps things by name, each marked with its owner, and misbehaves on request. */
export class Things {
  /** Name → owner mark. */
  readonly made = new Map<string, string>();
  readonly log: string[] = [];
  /** What goes wrong with the next calls, the first first. */
  faults: (Fault | undefined)[] = [];
  /** The same for calls about things of one name, digits at its end left out. */
  faultsOf: Record<string, Fault[]> = {};
  /** What goes wrong with the next looks. */
  blind: Fault[] = [];
  /** What goes wrong with the next removals. */
  stuck: Fault[] = [];

  async create(name: string, owner: string): Promise<void> {
    this.log.push(`create ${name}`);
    const fault = (this.faultsOf[name.replace(/\d+$/, '')] ?? this.faults).shift();
    if (fault) return fault(name);
    this.put(name, owner);
  }

  /** The thing is there, whoever asked for it. */
  put(name: string, owner: string): void {
    if (this.made.has(name)) throw new PanelError('conflict', `${name} exists`);
    this.made.set(name, owner);
  }

  async find(name: string, owner: string): Promise<Found<never, { name: string }>> {
    this.log.push(`find ${name}`);
    await this.blind.shift()?.(name);
    const holder = this.made.get(name);
    if (holder === undefined) return absent;
    if (holder !== owner) throw new PanelError('not_owned', `${name} belongs to somebody else`);
    return done({ name });
  }

  async remove(name: string): Promise<void> {
    this.log.push(`remove ${name}`);
    await this.stuck.shift()?.(name);
    this.made.delete(name);
  }

  /** The step that makes a thing of that name. */
  step(name: string, owner: string) {
    return {
      strength: 'unique' as const,
      claim: name,
      find: (claim: string) => this.find(claim, owner),
      run: async (claim: string) => {
        await this.create(claim, owner);
        return { name: claim };
      },
      undo: (made: { name: string }) => this.remove(made.name),
    };
  }

  /** The create that makes one thing, `t` and the id of the service. */
  creator() {
    return operation({
      steps: ['make'],
      run: async ({ step, ctx, service }) => ({ remoteId: (await step('make', this.step(`t${service.id}`, ctx.owner))).name }),
    });
  }

  /** The create that makes things of those names, one after the other. `keep`: a failure is kept for a person. */
  maker(names: readonly string[], onFailure: 'keep' | 'roll back' = 'roll back') {
    return operation({
      steps: names,
      onFailure,
      run: async ({ step, ctx, service }) => {
        for (const name of names) await step(name, this.step(`${name}-${service.id}`, ctx.owner));
        return { remoteId: 'r' };
      },
    });
  }

  /** The create that makes two things, one after the other. `last`: what its last step does. */
  twoThings(last: () => void = () => undefined) {
    return operation({
      steps: ['make a', 'make b', 'check'],
      run: async ({ step, ctx, service }) => {
        await step('make a', this.step(`a${service.id}`, ctx.owner));
        await step('make b', this.step(`b${service.id}`, ctx.owner));
        await step('check', { run: async () => last() });
        return { remoteId: 'r1' };
      },
    });
  }

  /** A dns module whose records are such things, by their name. */
  names() {
    return {
      ensureRecord: operation({
        steps: ['create record'],
        run: async ({ step, ctx, ...rest }) => {
          const { name } = (rest as unknown as { input: { name: string } }).input;
          await step('create record', this.step(name, ctx.owner));
          return { remoteId: `record of ${name}`, name };
        },
      }),
    };
  }

  /** What was asked of the provider, looks left out. */
  get changes(): readonly string[] {
    return this.log.filter((line) => !line.startsWith('find'));
  }

  /** How often something was asked of the provider, such as `create`. */
  count(what: string): number {
    return this.log.filter((line) => line.startsWith(what)).length;
  }
}

/** A moment that a test chooses. */
export class Gate {
  /** How many have come to it. */
  reached = 0;
  private open: () => void = () => undefined;
  private readonly opened = new Promise<void>((resolve) => (this.open = resolve));

  /** Comes to the gate and waits until it is opened. */
  async pass(): Promise<void> {
    this.reached += 1;
    await this.opened;
  }

  release(): void {
    this.open();
  }
}

/** The provider's answer never came. */
export function lost(_name?: string): never {
  throw new PanelError('unknown_outcome', 'no answer');
}

/** The provider could not be reached at all. */
export function away(_name?: string): never {
  throw new PanelError('unavailable', 'refused');
}

/** The provider said no. */
export function refused(_name?: string): never {
  throw new PanelError('rejected', 'the provider said no');
}

/** Nobody planned for this. */
export function broken(_name?: string): never {
  throw new TypeError('not a function');
}

/** The create that makes one order, which only its mark tells from others. The answers to its first calls are lost. */
export function orderer(lostAnswers: number, sweep: (keep: unknown) => void | Promise<void>) {
  let runs = 0;
  return operation({
    steps: ['order'],
    async run({ step, ctx }) {
      await step('order', {
        strength: 'tagged',
        claim: ctx.owner,
        find: async () => absent,
        run: async () => (++runs <= lostAnswers ? lost('') : { id: `order-${runs}` }),
        sweep: async (_claim, keep) => sweep(keep),
      });
      return { remoteId: 'r' };
    },
  });
}
