import type { Job, JobTurn, NewOperatorTask, StepEntry, StepState } from '@hostwright/core';
import { answerOf, minute, plainSuccession, rounded, type Pair } from './contract-answers.js';
import type { JournalWorld } from './journal-worlds.js';
import type { SeededRandom } from './random.js';
import type { Dump } from './tables-dump.js';

interface Happened {
  readonly what: string;
  readonly answers: readonly [unknown, unknown];
  readonly dumps: readonly [Dump, Dump];
}

const stepStates: readonly StepState[] = ['parked', 'intended', 'waiting', 'done', 'failed', 'skipped', 'dropped', 'undoing', 'undone'];

/** Does the same to two worlds, statement by statement, as a seed says. */
export class ContractPlay {
  private readonly workers: Pair[] = [];
  private readonly services: Pair[] = [];
  private readonly jobs: Pair[] = [];
  /** By place of the job: fence of its last claim. */
  private readonly fences = new Map<number, number>();

  constructor(
    private readonly random: SeededRandom,
    private readonly first: JournalWorld,
    private readonly second: JournalWorld,
  ) {}

  async next(): Promise<Happened> {
    const { random } = this;
    const what = random.weighed({
      register: this.workers.length < 2 ? 5 : 0.5,
      renew: 1,
      leave: 0.3,
      order: this.jobs.length < 3 ? 5 : 0.5,
      request: 2,
      claim: 8,
      load: 1,
      'write step': 12,
      'end turn': 8,
      succession: 1,
      held: 1,
      'give back': 1,
      sweep: 2,
      acquire: 3,
      release: 2,
      retry: 1.5,
      skip: 1.5,
      'roll back': 1,
      resolve: 1,
      pass: 3,
    });
    // Time that passes by itself in the one has to be told to the other.
    await this.second.pass(1);
    const [text, answers] = await this.play(what);
    return { what: `${what} ${text}`, answers, dumps: [await this.first.dump(), await this.second.dump()] };
  }

  private async play(what: string): Promise<[string, readonly [unknown, unknown]]> {
    const { random } = this;
    const job = random.between(0, Math.max(0, this.jobs.length - 1));
    const jobs = this.jobs[job] ?? (['0', '0'] as const);
    const worker = random.pick(this.workers) ?? (['0', '0'] as const);
    const key = random.pick(['site / a', 'site / b', 'site / b / part']);
    switch (what) {
      case 'register':
        return ['', await this.made(this.workers, (world) => world.journal.register('w', 60 * minute))];
      case 'renew':
        return ['', await this.both((world, at) => world.journal.renew(worker[at], 60 * minute))];
      case 'leave':
        return ['', await this.both((world, at) => world.journal.leave(worker[at]))];
      case 'order':
        return ['', await this.order()];
      case 'request':
        return this.request();
      case 'claim':
        return ['', await this.claim(worker)];
      case 'load':
        return [
          '',
          await this.both(async (world, at) => rounded(await world.journal.load(this.jobs.map((pair) => pair[at])), at, this.jobs)),
        ];
      case 'write step':
        return this.writeStep(job, jobs, key);
      case 'end turn':
        return this.endTurn(job, jobs);
      case 'succession':
        if (this.jobs.length === 0) return ['', [null, null]];
        return ['', await this.both(async (world, at) => plainSuccession(await world.journal.succession(jobs[at])))];
      case 'held':
        return ['', await this.both(async (world, at) => (await world.journal.held(worker[at])).map(({ fence }) => fence).sort())];
      case 'give back': {
        const fence = this.fenceOf(job);
        return ['', await this.both((world, at) => world.journal.giveBack(this.jobs.length === 0 ? [] : [{ jobId: jobs[at], fence }]))];
      }
      case 'sweep':
        return ['', await this.both((world) => world.journal.sweep())];
      case 'acquire': {
        const permit = { serverId: '1', name: 'tasks', cap: random.pick([1, 2, 4]), stepKey: key, interactive: random.chance(0.2) };
        if (this.jobs.length === 0) return ['', [null, null]];
        return [JSON.stringify(permit), await this.both((world, at) => world.permits.acquire({ ...permit, jobId: jobs[at] }))];
      }
      case 'release':
        return [key, await this.both((world, at) => world.permits.release(jobs[at], key))];
      case 'retry':
        return [`job ${job + 1}`, this.jobs.length === 0 ? [null, null] : await this.made(this.jobs, (world, at) => world.retry(jobs[at]))];
      case 'skip': {
        const output = random.chance(0.5) ? { id: 1 } : null;
        return [`job ${job + 1} ${key}`, await this.onJob((world, at) => world.skip(jobs[at], key, output))];
      }
      case 'roll back':
        return [`job ${job + 1}`, await this.onJob((world, at) => world.rollBack(jobs[at]))];
      case 'resolve':
        return [`job ${job + 1}`, await this.onJob((world, at) => world.markResolved(jobs[at]))];
      default: {
        const ms = random.pick([10, 10, 20, 70]) * minute;
        return [`${ms / minute} min`, await this.both((world) => world.pass(ms))];
      }
    }
  }

  private async order(): Promise<readonly [unknown, unknown]> {
    const [a, b] = [await this.first.order(), await this.second.order()];
    this.services.push([a.serviceId, b.serviceId]);
    this.jobs.push([a.jobId, b.jobId]);
    return [null, null];
  }

  private async request(): Promise<[string, readonly [unknown, unknown]]> {
    const service = this.random.pick(this.services);
    const operation = this.random.pick(['suspend', 'unsuspend', 'terminate', 'terminate']);
    if (!service) return ['', [null, null]];
    return [`${operation} of service ${service[0]}`, await this.made(this.jobs, (world, at) => world.request(service[at], operation))];
  }

  private async claim(worker: Pair): Promise<readonly [unknown, unknown]> {
    const place = (at: 0 | 1, id: string): number => this.jobs.findIndex((pair) => pair[at] === id);
    return this.both(async (world, at) => {
      const claimed = [...(await world.journal.claim(worker[at], 50))].sort((a, b) => place(at, a.id) - place(at, b.id));
      for (const job of claimed) this.fences.set(place(at, job.id), job.fence);
      return claimed.map((job): Partial<Job> & { place: number } => ({
        ...job,
        place: place(at, job.id),
        id: '',
        serviceId: '',
        program: { ...job.program, owner: '', components: [] },
      }));
    });
  }

  private async writeStep(job: number, jobs: Pair, key: string): Promise<[string, readonly [unknown, unknown]]> {
    const { random } = this;
    if (this.jobs.length === 0) return ['', [null, null]];
    const state = random.pick(stepStates);
    // Written twice, a line is the same line; a number may also have been another's.
    const event = {
      number: random.between(1, 9),
      type: 'progress',
      stepKey: key,
      step: 1,
      total: 2,
      percentage: 50,
      message: 'm',
    } as const;
    const known = (await this.first.journal.load([jobs[0]])).get(jobs[0])?.steps.some((row) => row.key === key);
    const entry: Omit<StepEntry, 'jobId'> = {
      fence: this.fenceOf(job),
      // Made again, a write comes to a row that it takes for a new one.
      isNew: !known || random.chance(0.3),
      step: {
        key,
        position: 1,
        state,
        serverId: random.pick(['1', null]),
        claim: random.pick([null, 'c', { a: 1, b: [2] }]),
        task: random.pick([null, { t: 1 }]),
        output: random.pick([null, { $sealed: 's' }, { id: 7 }]),
        error: random.pick([null, { code: 'rejected', message: 'no' } as const]),
        attempts: random.between(0, 3),
        polls: random.between(0, 9),
        unknown: random.chance(0.3),
        finishNumber: random.pick([null, 1, 2]),
        wakeInMs: random.pick([null, 0, 10 * minute, 30 * minute]),
        waitFor: random.pick([null, 'permit:1:tasks']),
        trouble: random.chance(0.3),
      },
      event: random.pick([null, event]),
      failure: random.chance(0.15) ? { code: 'rejected', message: 'no' } : null,
      operatorTask: random.chance(0.2) ? this.task(key) : null,
    };
    return [`${key} of job ${job + 1} ${state}`, await this.both((world, at) => world.journal.writeStep({ ...entry, jobId: jobs[at] }))];
  }

  private async endTurn(job: number, jobs: Pair): Promise<[string, readonly [unknown, unknown]]> {
    const { random } = this;
    const service = this.services.find((_, index) => index === job);
    if (!service) return ['', [null, null]];
    const [state, phase] = random.pick([
      ['waiting', 'forward'],
      ['waiting', 'settling'],
      ['needs_operator', 'forward'],
      ['needs_operator', 'settling'],
      ['needs_operator', 'undoing'],
      ['rolling_back', 'undoing'],
      ['completed', 'ended'],
      ['completed', 'looking'],
      ['failed', 'looking'],
      ['failed', 'ended'],
      ['cancelled', 'ended'],
      ['superseded', 'ended'],
    ] as const);
    const turn: Omit<JobTurn, 'jobId' | 'serviceId'> = {
      fence: this.fenceOf(job),
      state,
      phase,
      wakeInMs: random.pick([null, 0, 20 * minute]),
      release: random.chance(0.9),
      failure: random.pick([null, { code: 'rejected', message: 'no' } as const, { code: 'stopped', message: 's' } as const]),
      lookAgainCount: random.between(0, 2),
      eventCount: random.between(1, 9),
      event: { number: random.between(1, 9), type: 'waiting', stepKey: null, step: 0, total: 2, percentage: 0, message: state },
      ...(random.chance(0.3) ? { message: { topic: 'job.failed', payload: {} } } : {}),
      operatorTasks: random.chance(0.4) ? [this.task('')] : [],
      closeTasks: random.chance(0.3),
      ...(random.chance(0.3) ? { serviceState: random.pick(['active', 'suspended', 'terminated', 'cancelled'] as const) } : {}),
      ...(random.chance(0.2)
        ? {
            components: [
              {
                name: 'site',
                remoteId: 'r',
                properties: { p: { $sealed: 's' } },
                ...(random.chance(0.5) ? { inputs: { order: { a: random.between(1, 9) } } } : {}),
              },
            ],
          }
        : {}),
      ...(random.chance(0.15) ? { handOver: true as const } : {}),
      ...(random.chance(0.15)
        ? { givenUp: { site: { code: 'rejected', message: 'no', ...(random.chance(0.5) ? { kept: true as const } : {}) } as const } }
        : {}),
      ...(random.chance(0.3) ? { free: random.pick(['job', 'service', ['site'], ['mail']] as const) } : {}),
      ...(random.chance(0.2) ? { wipe: [{ key: 'site / a', output: { $wiped: true }, task: null }] } : {}),
      ...(random.chance(0.2) ? { program: { contract: 1, owner: 'o', components: [{ reserved: { password: { $wiped: true } } }] } } : {}),
      wakeNext: random.chance(0.4),
    };
    return [
      `of job ${job + 1}: ${state} ${phase}`,
      await this.both((world, at) => world.journal.writeTurn({ ...turn, jobId: jobs[at], serviceId: service[at] })),
    ];
  }

  private task(stepKey: string): NewOperatorTask {
    return { kind: this.random.pick(['decide', 'failed', 'not_undone', 'incomplete'] as const), stepKey, title: 't', detail: 'd' };
  }

  /** Most writes are made under the fence that is valid, some under one that was. */
  private fenceOf(job: number): number {
    const fence = this.fences.get(job) ?? 0;
    return this.random.chance(0.1) ? fence - 1 : fence;
  }

  private onJob(act: (world: JournalWorld, at: 0 | 1) => Promise<unknown>): Promise<readonly [unknown, unknown]> {
    return this.jobs.length === 0 ? Promise.resolve([null, null]) : this.both(act);
  }

  /** What is made in both, its ids noted; what was there before keeps its place. */
  private async made(list: Pair[], make: (world: JournalWorld, at: 0 | 1) => Promise<string>): Promise<readonly [unknown, unknown]> {
    const [a, b] = await this.both(make);
    if (a.startsWith('!') || b.startsWith('!')) return [a, b];
    const at = (index: 0 | 1, id: string): number => list.findIndex((pair) => pair[index] === id);
    const places = [at(0, a), at(1, b)] as const;
    if (places[0] === -1 && places[1] === -1) list.push([a, b]);
    return places;
  }

  private async both<Answer>(
    act: (world: JournalWorld, at: 0 | 1) => Promise<Answer>,
  ): Promise<readonly [Answer | string, Answer | string]> {
    return [await answerOf(() => act(this.first, 0)), await answerOf(() => act(this.second, 1))];
  }
}
