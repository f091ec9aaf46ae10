import type { Job, JobTurn, NewOperatorTask, StepEntry } from '@hostwright/core';
import type { Fault } from './faults.js';
import type { Call, Caller } from './network.js';
import type { SimulatedProcess } from './process.js';
import type { World } from './world.js';

export interface Violation {
  /** Which promise was broken: `lost`, `doubled`, `orphaned`, `stuck`, or another of the engine's rules. */
  readonly rule: string;
  readonly what: string;
}

/** A definite no, so the call was certainly not executed. */
const definite: readonly Fault[] = ['refused', 'too many requests', 'rejected', 'conflict'];

/** Sees every call and every commit as it happens, and notes what must never happen. */
export class Watch {
  readonly violations: Violation[] = [];
  /** Steps, `job key`, in the order in which their ends were committed. */
  private readonly doneOrder = new Map<string, number>();
  /** Blind calls that may have been executed, since a person last said something about their job. */
  private readonly blindCalls = new Set<string>();

  /** Steps, by who works on them, that were looked for since they were last called. */
  private readonly looked = new Set<string>();
  /** Jobs in which a module failed in a way nobody planned for. */
  private readonly stumbled = new Set<number>();
  /** Processes in which a module failed so while it was asked for several jobs at once. */
  private readonly stumbledJointly = new Set<string>();

  constructor(private readonly world: World) {}

  violated(rule: string, what: string): void {
    this.world.trace(() => `!!! ${rule}: ${what}`);
    this.violations.push({ rule, what });
  }

  called<Answer>(caller: Caller, call: Call<Answer>, fault: Fault): void {
    const step = `${caller.jobId} ${call.key}`;
    if (fault === 'bug before' || fault === 'bug after') {
      this.stumbled.add(caller.jobId);
      if (call.joint) this.stumbledJointly.add(caller.process.name);
    }
    if (caller.process.lost.has(`${caller.jobId} ${caller.fence}`))
      this.violated(
        'called without the lease',
        `${caller.process.name} calls ${call.verb} of ${step} after it has heard that another holds the job`,
      );
    const looked = `${caller.process.name} ${caller.process.life} ${caller.fence} ${step}`;
    if (call.verb === 'find') this.looked.add(looked);
    if (call.verb === 'run' && call.canBeFound && !this.looked.delete(looked))
      this.violated('called without looking', `${caller.process.name} calls ${step}, and has not looked whether it is there`);
    if (call.strength !== 'blind' || call.verb !== 'run') return;
    if (this.blindCalls.has(step)) this.violated('doubled', `${step} is blind and was called again without a person's word`);
    if (!definite.includes(fault)) this.blindCalls.add(step);
  }

  /** A person has looked at the job and takes its calls upon themselves. */
  personSpoke(jobId: number): void {
    for (const step of [...this.blindCalls]) if (step.startsWith(`${jobId} `)) this.blindCalls.delete(step);
  }

  applied<Answer>(caller: Caller, call: Call<Answer>): void {
    if (call.reads) return;
    const job = this.world.tables.job(caller.jobId);
    if (job.fence === caller.fence && job.workerId !== null) return;
    this.world.coverage.add('calls: applied for one that no longer holds the job');
    if (call.mayBeLate === false) this.world.drifted.add(caller.serviceId);
  }

  claimed(process: SimulatedProcess, job: Job): void {
    const { tables } = this.world;
    this.world.trace(() => `${process.name} claims job ${job.id} (${job.operation}, ${job.state}, ${job.phase}) under fence ${job.fence}`);
    if (job.phase === 'ended')
      this.violated('claimed though ended', `job ${job.id} (${job.operation}) is ${job.state} and was claimed again`);
    // Two jobs that are over may look at once: they change nothing that is in use.
    const other = tables
      .jobsOf(Number(job.serviceId))
      .find((one) => one.id !== Number(job.id) && one.workerId !== null && !(one.phase === 'looking' && job.phase === 'looking'));
    if (other) this.violated('two at once', `jobs ${other.id} and ${job.id} are both held`);
  }

  /** A process hands in a step's change. */
  aboutToWrite(process: SimulatedProcess, { jobId, fence, step }: StepEntry): void {
    const begins = (step.state === 'intended' || step.state === 'waiting') && step.attempts === 0 && !step.unknown;
    if (begins && process.failed.has(`${jobId} ${fence}`) && !this.world.tables.stepsOf(jobId).has(step.key))
      this.violated('begun after the failure', `${process.name} begins ${jobId} ${step.key} after the failure was recorded`);
  }

  async writing(process: SimulatedProcess, entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    const { tables, journal } = this.world;
    const { fence, workerId } = tables.job(entry.jobId);
    const before = tables.stepsOf(entry.jobId).get(entry.step.key)?.state;
    const { step } = entry;
    const answer = await journal.writeStep(entry).catch((error: unknown) => {
      this.world.trace(() => `${process.name}: ${entry.jobId} ${step.key} is not written as ${step.state}, ${String(error)}`);
      throw error;
    });
    this.world.trace(
      () => `${process.name}: ${entry.jobId} ${step.key} is ${step.state}${entry.failure ? ', and the job has failed' : ''}`,
    );
    this.checkFence(entry, fence, workerId);
    const name = `${entry.jobId} ${step.key}`;
    if (step.state === 'done' && before !== 'done') this.doneOrder.set(name, this.doneOrder.size + 1);
    const rollsBack = tables.job(entry.jobId).phase === 'undoing';
    if (rollsBack && step.state === 'undone' && (before === 'done' || before === 'undoing')) this.checkOrder(entry.jobId, name);
    return answer;
  }

  async ending(process: SimulatedProcess, turn: JobTurn): Promise<void> {
    const { tables, journal } = this.world;
    const { fence, workerId } = tables.job(turn.jobId);
    await journal.writeTurn(turn).catch((error: unknown) => {
      this.world.trace(() => `${process.name}: the turn of job ${turn.jobId} is not written, ${String(error)}`);
      throw error;
    });
    this.world.trace(
      () =>
        `${process.name}: job ${turn.jobId} is ${turn.state}, ${turn.phase}${turn.wakeInMs === null ? '' : `, due in ${Math.round(turn.wakeInMs)} ms`}` +
        (turn.operatorTasks ?? []).map((task) => `; asks a person: ${task.kind} ${task.title}`).join(''),
    );
    this.checkFence(turn, fence, workerId);
    for (const task of turn.operatorTasks ?? []) this.checkTask(process, turn.jobId, task);
  }

  /** No extension was ever replaced, and a bug is one only where a module has stumbled. */
  private checkTask(process: SimulatedProcess, jobId: string, { kind, title }: NewOperatorTask): void {
    this.world.coverage.add(`tasks asked: ${kind}`);
    if (
      title.includes('is not known to the extension') ||
      (kind === 'bug' && !this.stumbled.has(Number(jobId)) && !this.stumbledJointly.has(process.name))
    )
      this.violated('not so', `job ${jobId} asks a person: ${kind} ${title}`);
  }

  private checkFence(write: { readonly jobId: string; readonly fence: number }, fence: number, workerId: number | null): void {
    if (write.fence !== fence || workerId === null)
      this.violated('old fence', `a write of job ${write.jobId} under fence ${write.fence} was accepted, and ${fence} was valid`);
  }

  /** Whatever was done after it must have been undone before it. */
  private checkOrder(jobId: string, name: string): void {
    const order = this.doneOrder.get(name);
    if (order === undefined) return;
    for (const step of this.world.tables.stepsOf(jobId).values()) {
      const other = this.doneOrder.get(`${jobId} ${step.key}`);
      if (other !== undefined && other > order && (step.state === 'done' || step.state === 'undoing'))
        this.violated('undone out of order', `${name} was undone before ${step.key}, which was done after it`);
    }
  }
}
