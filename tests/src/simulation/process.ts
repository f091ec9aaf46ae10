import { EngineLog, JobRunner, SilentMeter, type EngineSettings, type Timers } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { LinkedJournal, LinkedPermits } from './journal-link.js';
import { ProcessModules } from './process-modules.js';
import type { Network } from './network.js';
import type { World } from './world.js';

/** A worker process: what enters it, timers and answers alike, comes through `deliver`, so that it can die or stand still between any two. */
export class SimulatedProcess {
  /** Which start this is; continuations of an earlier life are dropped. */
  life = 0;
  private runner: JobRunner | undefined;
  private paused = false;
  private stopping = false;
  private held: (() => void)[] = [];
  /** Fence under which each job was last claimed, as far as the process has heard. */
  readonly fences = new Map<number, number>();
  /** `job fence` of which the process has heard that another holds it. */
  readonly lost = new Set<string>();
  /** `job fence` of which the process has heard that its failure is recorded. */
  readonly failed = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly network: Network,
    readonly name: string,
    private readonly settings: EngineSettings,
  ) {}

  get running(): boolean {
    return this.runner !== undefined;
  }

  start(): void {
    const { world, life } = this;
    const ifSame = (what: () => void): void => {
      if (this.life === life) this.deliver(what);
    };
    const timers: Timers = {
      passed: () => world.agenda.now,
      after: (ms, what) => {
        let cancelled = false;
        const timer = world.agenda.after(ms, () => ifSame(() => void (cancelled || what())));
        return {
          cancel: () => {
            cancelled = true;
            timer.cancel();
          },
        };
      },
      soon: (what) => void world.agenda.after(0, () => ifSame(what)),
      atRest: (what) => void world.agenda.after(0, () => ifSame(what)),
    };
    this.runner = new JobRunner(
      {
        journal: new LinkedJournal(world, this),
        permits: new LinkedPermits(world, this),
        modules: new ProcessModules(world, this.network, this),
        sealer: world.sealer,
        log: new TracedLog(world, this.name),
        meter: new CountingMeter(world),
        random: () => world.random.next(),
        timers,
        waitScale: world.plan.waitScale,
        name: this.name,
        settings: this.settings,
      },
      () => world.agenda.now,
    );
    world.trace(() => `${this.name} starts`);
    world.entered = true;
    this.runner.start().catch(() => this.startFailed());
  }

  /** The database was away when the process started: it ends, and is started again as after a crash. */
  private startFailed(): void {
    this.world.trace(() => `${this.name} could not start`);
    this.end();
    this.world.agenda.after(1_000, () => this.start());
  }

  /** Something comes in: it is dropped by a dead process, and held back while it stands still. */
  deliver(what: () => void): void {
    const { world } = this;
    if (!this.runner) return;
    if (this.paused) {
      this.held.push(what);
      return;
    }
    if (!world.quiet && this.strike()) {
      if (this.paused) this.held.push(what);
      return;
    }
    world.entered = true;
    what();
  }

  ring(): void {
    this.runner?.look();
  }

  /** What an answer to a call of this life is delivered by. */
  deliverer(): (what: () => void) => void {
    const { life } = this;
    return (what) => {
      if (this.life === life) this.deliver(what);
    };
  }

  crash(): void {
    this.world.coverage.add('processes: crashes');
    this.world.trace(() => `${this.name} crashes`);
    this.end();
  }

  private end(): void {
    this.life += 1;
    this.runner = undefined;
    this.paused = false;
    this.stopping = false;
    this.held = [];
    this.fences.clear();
    this.lost.clear();
    this.failed.clear();
  }

  /** Whether the process dies, stands still or is asked to stop at this very moment. */
  private strike(): boolean {
    const { random, plan, agenda, coverage } = this.world;
    if (random.chance(plan.crashRate)) {
      this.crash();
      agenda.after(random.between(100, 20_000), () => this.start());
      return true;
    }
    if (random.chance(plan.pauseRate)) {
      const ms = random.chance(0.5) ? random.between(100, plan.leaseMs) : random.between(plan.leaseMs, plan.leaseMs * 6);
      this.pause(ms);
      return true;
    }
    if (random.chance(plan.stopRate)) {
      coverage.add('processes: stops');
      this.stop();
    }
    return false;
  }

  private pause(ms: number): void {
    const { life, world } = this;
    this.paused = true;
    world.coverage.add(ms > world.plan.leaseMs ? 'processes: zombies' : 'processes: pauses');
    world.trace(() => `${this.name} stands still for ${ms} ms`);
    world.agenda.after(ms, () => {
      if (this.life === life) this.wake();
    });
  }

  private wake(): void {
    this.paused = false;
    const held = this.held.splice(0);
    this.world.trace(() => `${this.name} goes on, with ${held.length} things to do`);
    // One by one, as an event loop would; it may die or stand still again in between.
    for (const what of held) this.world.agenda.after(0, this.deliverer().bind(undefined, what));
  }

  private stop(): void {
    const { runner, life, world } = this;
    // Who asks twice ends a real process at once, which is a crash and drawn as one.
    if (this.stopping) return;
    this.stopping = true;
    world.trace(() => `${this.name} is asked to stop`);
    void runner?.stop().then(() => {
      if (this.life !== life) return;
      world.trace(() => `${this.name} has stopped`);
      this.end();
      world.agenda.after(world.random.between(100, 20_000), () => this.start());
    });
  }
}

class TracedLog extends EngineLog {
  constructor(
    private readonly world: World,
    private readonly name: string,
  ) {
    super();
  }
  info(message: string): void {
    this.world.trace(() => `${this.name} says: ${message}`);
  }
  warn(message: string, details?: JsonObject): void {
    this.world.trace(() => `${this.name} warns: ${message} ${JSON.stringify(details ?? {})}`);
  }
  error(message: string, _details?: JsonObject, cause?: unknown): void {
    this.world.trace(() => `${this.name} reports: ${message} ${String(cause)}`);
  }
}

class CountingMeter extends SilentMeter {
  constructor(private readonly world: World) {
    super();
  }
  override turnEnded(outcome: string): void {
    this.world.coverage.add(`turns: ${outcome}`);
  }
}
