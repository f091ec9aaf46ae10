import { PanelError, type HttpSignal } from '@hostwright/sdk';
import { drawFault, drawLateness, type Fault } from './faults.js';
import type { SimulatedProcess } from './process.js';
import type { World } from './world.js';

/** Who calls, and on whose behalf. */
export interface Caller {
  readonly process: SimulatedProcess;
  readonly jobId: number;
  readonly fence: number;
  readonly operation: string;
  readonly serviceId: number;
  readonly serverId: string;
  readonly owner: string;
  readonly signal: HttpSignal;
}

export interface Call<Answer> {
  readonly verb: 'find' | 'run' | 'until' | 'undo' | 'sweep' | 'list';
  readonly key: string;
  readonly reads: boolean;
  readonly strength?: 'unique' | 'tagged' | 'blind' | undefined;
  /** The step can be looked for, so it is before every call. */
  readonly canBeFound?: boolean;
  /** False for what is only set: a value that arrives late is another value's end. */
  readonly mayBeLate?: boolean;
  /** Made for several jobs at once. */
  readonly joint?: boolean;
  apply(): Answer;
}

const deadlineMs = 30_000;

/** The way to the provider: what is applied there, and what the caller learns of it, are two things. */
export class Network {
  /** Calls under way that may still be applied, by `server claim`-like key of their step. */
  private readonly underWay = new Map<string, number>();

  constructor(private readonly world: World) {}

  /** Whether a call for that step may still arrive. */
  awaited(jobId: number, key: string): boolean {
    return (this.underWay.get(`${jobId} ${key}`) ?? 0) > 0;
  }

  get busy(): boolean {
    return this.underWay.size > 0;
  }

  request<Answer>(caller: Caller, call: Call<Answer>): Promise<Answer> {
    const { world } = this;
    const { random, coverage } = world;
    // As the panel's own fetch does for a worker that has lost its lease.
    if (caller.signal.aborted) return Promise.reject(new PanelError('unavailable', 'stopped before it was sent'));
    let fault = world.quiet ? 'ok' : drawFault(random, world.plan.faultRate, call.reads);
    if (fault === 'late success' && call.mayBeLate === false) fault = 'ghost success';
    if (!world.quiet && world.provider.settingsWrong(caller.serverId)) return this.wrongSettings(caller, call);
    coverage.add(`faults: ${fault}`);
    coverage.add(`calls: ${call.verb}`);
    world.trace(
      () =>
        `${caller.process.name} calls ${call.verb} of job ${caller.jobId} ${call.key}${fault === 'ok' ? '' : `, and it goes: ${fault}`}`,
    );
    world.watch.called(caller, call, fault);
    return new Promise<Answer>((resolve, reject) => this.play(caller, call, fault, resolve, reject));
  }

  private wrongSettings<Answer>(caller: Caller, call: Call<Answer>): Promise<Answer> {
    this.world.coverage.add('faults: wrong settings');
    this.world.trace(() => `${caller.process.name} calls ${call.verb} of job ${caller.jobId} ${call.key}, but the settings are wrong`);
    const deliver = caller.process.deliverer();
    return new Promise((_, reject) =>
      this.world.agenda.after(20, () => deliver(() => reject(new PanelError('invalid_config', 'the token was refused')))),
    );
  }

  private play<Answer>(
    caller: Caller,
    call: Call<Answer>,
    fault: Fault,
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
  ): void {
    const { agenda, random } = this.world;
    const deliver = caller.process.deliverer();
    const refuse = (ms: number, error: () => Error): void => void agenda.after(ms, () => deliver(() => reject(error())));
    const there = fault === 'slow' ? random.between(2_000, 15_000) : random.between(5, 400);
    const back = fault === 'slow' ? random.between(1_000, 12_000) : random.between(5, 400);
    const unclear = (): Error => new PanelError('unknown_outcome', `${call.key}: no clear answer`);
    switch (fault) {
      case 'bug before':
        return refuse(0, () => new TypeError('not a function'));
      case 'refused':
        return refuse(there, () => new PanelError('unavailable', 'connection refused'));
      case 'too many requests':
        return refuse(there, () => new PanelError('unavailable', 'too many requests', { retryAfterMs: random.between(1_000, 20_000) }));
      case 'rejected':
        return refuse(there + back, () => new PanelError('rejected', `${call.key}: the provider said no`));
      case 'conflict':
        return refuse(there + back, () => new PanelError('conflict', `${call.key}: something else is under way`));
      case 'server error':
        return refuse(there + back, unclear);
      case 'lost request':
        return refuse(deadlineMs, unclear);
      case 'late success':
        this.arrive(caller, call, there + drawLateness(random), () => undefined);
        return refuse(there + back, unclear);
      case 'lost reply':
        this.arrive(caller, call, there, () => undefined);
        return refuse(deadlineMs, unclear);
      case 'ghost success':
      case 'malformed':
        this.arrive(caller, call, there, () => refuse(back, unclear));
        return;
      case 'bug after':
        this.arrive(caller, call, there, () => refuse(back, () => new TypeError('not iterable')));
        return;
      case 'ok':
      case 'slow':
        this.arrive(caller, call, there, (outcome) => void agenda.after(back, () => deliver(() => outcome(resolve, reject))));
    }
  }

  /** The call reaches the provider, unless its sender died on the way. */
  private arrive<Answer>(
    caller: Caller,
    call: Call<Answer>,
    ms: number,
    then: (outcome: (resolve: (answer: Answer) => void, reject: (error: unknown) => void) => void) => void,
  ): void {
    const { agenda, random } = this.world;
    const way = `${caller.jobId} ${call.key}`;
    const sentIn = caller.process.life;
    this.underWay.set(way, (this.underWay.get(way) ?? 0) + 1);
    agenda.after(ms, () => {
      const left = this.underWay.get(way)! - 1;
      if (left === 0) this.underWay.delete(way);
      else this.underWay.set(way, left);
      if (caller.process.life !== sentIn && random.chance(0.3)) return;
      this.world.watch.applied(caller, call);
      try {
        const answer = call.apply();
        then((resolve) => resolve(answer));
      } catch (error) {
        then((_, reject) => reject(error));
      }
    });
  }
}
