import { isOver } from '@hostwright/core';
import type { Coverage } from './coverage.js';
import { drawHistory, type HistoryPlan } from './history-plan.js';
import { Network } from './network.js';
import { Customers } from './orders.js';
import { SimulatedProcess } from './process.js';
import { SeededRandom } from './random.js';
import { Staff } from './staff.js';
import { Verdict } from './verdict.js';
import type { Violation } from './watch.js';
import { World } from './world.js';

export interface SimulationOptions {
  /** Keeps a readable line of everything that happens. */
  readonly trace?: boolean;
}

/** How a history came out. */
export interface HistoryVerdict {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly coverage: Coverage;
  readonly events: number;
  readonly virtualMs: number;
  /** What was drawn and what happened, when it was asked for. */
  readonly lines: readonly string[];
}

/** After the faults have stopped, one worker that takes its time comes to the end of everything. */
const calmSettings = { leaseMs: 600_000, sweepMs: 60_000, concurrency: 50 };
/** A history that is longer than this goes round in circles. */
const mostEvents = 1_000_000;
const settledAfterMs = 12 * 3_600_000;

/** Plays the history of a seed, from the first order until nothing moves any more. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<HistoryVerdict> {
  const random = new SeededRandom(seed);
  const plan = drawHistory(random.fork());
  const world = new World(plan, random, options.trace ?? false);
  world.trace(() => `seed ${seed}: ${JSON.stringify(plan)}`);
  const history = new History(world, plan);
  await history.play();
  new Verdict(world).check();
  return {
    seed,
    violations: world.watch.violations,
    coverage: world.coverage,
    events: world.agenda.happened,
    virtualMs: world.agenda.now,
    lines: world.lines,
  };
}

class History {
  private readonly network: Network;
  private readonly processes: SimulatedProcess[];
  private readonly staff: Staff;

  constructor(
    private readonly world: World,
    private readonly plan: HistoryPlan,
  ) {
    this.network = new Network(world);
    const { leaseMs, sweepMs, concurrency } = plan;
    const settings = { leaseMs, sweepMs, concurrency };
    this.processes = Array.from(
      { length: plan.processes },
      (_, index) => new SimulatedProcess(world, this.network, `worker ${index + 1}`, settings),
    );
    this.staff = new Staff(world, this.network, () => this.ring());
  }

  async play(): Promise<void> {
    const { agenda, random } = this.world;
    for (const process of this.processes) agenda.after(random.between(0, 2_000), () => process.start());
    new Customers(this.world, () => this.ring()).begin();
    if (this.plan.staffActs) this.staffLater(5_000, 60_000);
    if (random.chance(this.plan.faultRate)) this.settingsGoWrong();
    await this.runUntil(this.plan.chaosMs);
    await this.comeToRest();
  }

  /** Rings at every worker; some rings are lost. */
  private ring(): void {
    const { agenda, random, quiet } = this.world;
    for (const process of this.processes) {
      if (!quiet && random.chance(this.plan.ringLossRate)) {
        this.world.coverage.add('rings: lost');
        continue;
      }
      const deliver = process.deliverer();
      agenda.after(random.between(1, 50), () => deliver(() => process.ring()));
    }
  }

  private staffLater(fromMs: number, toMs: number): void {
    const { agenda, random } = this.world;
    agenda.after(random.between(fromMs, toMs), () => {
      if (this.world.over || (this.world.quiet && !this.plan.diligent)) return;
      this.staff.act();
      this.staffLater(this.world.quiet ? 60_000 : fromMs, this.world.quiet ? 600_000 : toMs);
    });
  }

  private settingsGoWrong(): void {
    const { agenda, random, provider } = this.world;
    agenda.after(random.between(0, this.plan.chaosMs), () => {
      provider.wrongUntil.set(random.pick(['1', '2', '3', '4']), agenda.now + random.between(1_000, this.plan.chaosMs));
      this.world.trace(() => `the settings of servers are wrong: ${JSON.stringify([...provider.wrongUntil])}`);
    });
  }

  /** The faults stop, and time runs on until nothing moves. */
  private async comeToRest(): Promise<void> {
    const { world } = this;
    world.quiet = true;
    world.trace(() => 'the faults stop');
    for (const process of this.processes) process.crash();
    const last = new SimulatedProcess(world, this.network, 'the last worker', calmSettings);
    this.processes.splice(0, this.processes.length, last);
    last.start();
    const until = world.agenda.now + settledAfterMs;
    while (world.agenda.now < until && !this.atRest()) await this.runUntil(world.agenda.now + 60_000);
    world.over = true;
    // The permits of what has ended are freed by a sweep or two.
    await this.runUntil(world.agenda.now + 180_000);
  }

  private atRest(): boolean {
    if (this.network.busy) return false;
    return [...this.world.tables.jobs.values()].every((job) => {
      const isLooking = isOver(job.state) && job.phase !== 'ended';
      if (isOver(job.state) && !isLooking) return true;
      // Late looks keep out of the way of what waits behind a job that needs a person.
      const isBehind =
        job.state === 'pending' || (isLooking && this.world.tables.jobsOf(job.serviceId).some((one) => one.state === 'pending'));
      return (job.state === 'needs_operator' || isBehind) && this.waitsForPerson(job.serviceId);
    });
  }

  /** A job of the service needs a person, and none will come. */
  private waitsForPerson(serviceId: number | null): boolean {
    if (this.plan.staffActs && this.plan.diligent) return false;
    return this.world.tables.jobsOf(serviceId).some((job) => job.state === 'needs_operator');
  }

  /** Lets everything happen up to that time. */
  private async runUntil(time: number): Promise<void> {
    const { agenda } = this.world;
    for (;;) {
      const next = agenda.nextAt;
      if (next === undefined || next > time) break;
      if (agenda.happened > mostEvents) throw new Error(`the history does not come to an end: ${agenda.happened} events`);
      agenda.step();
      if (!this.world.entered) continue;
      this.world.entered = false;
      await continuations();
    }
    agenda.after(time - agenda.now, () => undefined);
    agenda.step();
  }
}

/** Everything that follows from an event without waiting for another. */
function continuations(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
