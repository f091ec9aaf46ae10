import { PanelError, isPanelError, type ErrorCode, type Found, type Json, type Polled } from '@hostwright/sdk';
import { backoffMs, giveUpOnTroubleMs, giveUpOnWaitMs, maxAttempts, patience, pollDelayMs } from './engine-settings.js';
import type { EngineLog } from './engine-log.js';
import type { StepError, StepRow } from './job.js';
import type { JobLedger } from './job-ledger.js';
import { LeaseLost, type NewOperatorTask } from './journal.js';
import type { LiveStep } from './live-step.js';
import { judge, retryAfterOf, stepErrorOf } from './outcome.js';
import type { Permits } from './permits.js';
import type { Progress } from './progress.js';
import { asJson, type StepEnd } from './replay.js';
import { holdsSecret, type Sealer } from './sealer.js';
import type { StepCaller } from './step-caller.js';

const rest: StepEnd = { kind: 'rest' };

export interface StepPorts {
  readonly ledger: JobLedger;
  readonly progress: Progress;
  readonly caller: StepCaller;
  readonly permits: Permits;
  readonly sealer: Sealer;
  readonly log: EngineLog;
  readonly random: () => number;
  readonly waitScale: number;
}

/** A step that the journal remembers as failed, as the function sees it. */
export function failureOf(error: StepError): Error {
  return error.code === 'bug' || error.code === 'stopped'
    ? new PanelError('conflict', error.message)
    : new PanelError(error.code as ErrorCode, error.message);
}

/**
 * Takes one step as far as it goes: intent, find, call, record; then the wait. The journal is written before and after every call that
 * changes anything, so whoever comes next knows which call may have been made.
 */
export class StepForward {
  constructor(private readonly ports: StepPorts) {}

  /** Does the step, or answers it from the journal. */
  async perform(step: LiveStep): Promise<StepEnd> {
    const { ledger } = this.ports;
    const row = ledger.find(step.key);
    const known = row && this.recall(step, row);
    if (known) return known;
    if (row?.state === 'waiting') return this.poll(step, row);
    // The journal says that a call was about to be made; whether it was, only the provider knows.
    if (row?.state === 'intended') return row.dueInMs > 0 ? rest : this.look(step, ledger.suspect(step.key) ?? row, false);
    return this.start(step, row);
  }

  /** What the journal already knows of the step's end. */
  recall(step: LiveStep, row: StepRow): StepEnd | undefined {
    switch (row.state) {
      case 'done':
      case 'undoing':
      case 'undone':
        if (row.output !== null && step.spec.fits && !step.spec.fits(row.output))
          throw new PersonNeeded(strangeOutput(step, this.ports.progress));
        return { kind: 'value', value: this.openOutput(step.key, row.output) };
      case 'skipped':
        return { kind: 'value', value: undefined };
      case 'failed':
        return { kind: 'error', error: failureOf(row.error ?? { code: 'rejected', message: `${step.key} failed` }) };
      case 'dropped':
        return rest;
      default:
        return undefined;
    }
  }

  openOutput(key: string, output: Json | null): unknown {
    return output === null ? undefined : this.ports.sealer.open(output, this.context(key));
  }

  /** Settles a step that may be under way, without starting anything. */
  async settle(step: LiveStep, row: StepRow): Promise<StepEnd> {
    if (row.dueInMs > 0 && row.state !== 'parked') return rest;
    // A pure wait makes nothing: there is nothing to see to its end.
    if (row.state === 'waiting') return step.spec.run ? this.poll(step, row) : this.drop(step);
    if (row.state === 'intended') {
      const suspect = this.ports.ledger.suspect(step.key) ?? row;
      if (step.spec.find || step.spec.strength === 'blind') return this.look(step, suspect, false);
      // Without a claim it is repeatable as it is: done once more, its outcome is known and can be undone.
      if (step.spec.claim === undefined && step.spec.undo) return this.call(step, suspect);
    }
    return this.drop(step);
  }

  private context(key: string): string {
    return `step/${this.ports.ledger.job.id}/${key}`;
  }

  private get stopping(): boolean {
    return this.ports.ledger.failure !== null || this.ports.ledger.stopRequested;
  }

  private async drop(step: LiveStep): Promise<StepEnd> {
    await this.ports.ledger.write(step, { state: 'dropped' });
    await this.releasePermit(step);
    return rest;
  }

  /** From nothing, or from parked: takes the permit, commits the intent, then looks. */
  private async start(step: LiveStep, row: StepRow | undefined): Promise<StepEnd> {
    const { ledger, progress } = this.ports;
    if (this.stopping) return rest;
    if (row && row.dueInMs > 0) return rest;
    const { spec } = step;
    if (!spec.run && !spec.until) throw new Error(`step '${step.key}' has neither 'run' nor 'until'`);
    if (spec.permit !== undefined && !(await this.takePermit(step, row))) return rest;
    // Another step may have failed meanwhile.
    if (this.stopping) {
      await this.releasePermit(step);
      return rest;
    }
    if (holdsSecret(asJson(spec.claim))) throw new Error(`the claim of step '${step.key}' holds a secret`);
    const repeatable =
      spec.claim === undefined && !spec.undo && !spec.until && !spec.find && spec.permit === undefined && spec.strength !== 'blind';
    if (repeatable) return this.call(step, row);
    const events =
      progress.isDeclared(step.key) && !row ? [progress.event('progress', ledger, step.key, `${progress.title(step.key)}: started`)] : [];
    if (!spec.run) {
      const waiting = await ledger.write(step, { state: 'waiting', attempts: row?.attempts ?? 0 }, { events });
      return this.poll(step, waiting);
    }
    const intended = await ledger.write(
      step,
      { state: 'intended', claim: asJson(spec.claim) ?? null, trouble: row?.troubleMs != null },
      { events },
    );
    if (ledger.stopRequested) return this.drop(step);
    return this.look(step, intended, true);
  }

  /** Asks the provider for the claim. `fresh`: nothing was called under this intent yet. */
  private async look(step: LiveStep, row: StepRow, fresh: boolean): Promise<StepEnd> {
    const { spec } = step;
    if (!spec.find) {
      if (fresh || spec.strength !== 'blind') return this.call(step, row);
      return this.askPerson(step, row, `nobody can tell whether '${this.ports.progress.title(step.key)}' took place`);
    }
    let found: Found<Json, unknown>;
    try {
      found = await this.ports.caller.find(step);
    } catch (error) {
      // Looking changes nothing, so whatever went wrong it is only trouble, but for a definite answer.
      return this.afterError(step, row, error, 'look');
    }
    if (found.state === 'done') return this.finish(step, row, found.output);
    if (found.state === 'pending') return this.recordTask(step, row, asJson(found.task), found.afterMs);
    if (found.state !== 'absent') throw new Error(`'find' of step '${step.key}' answered neither absent, pending nor done`);
    if (this.stopping) return this.drop(step);
    return this.call(step, row);
  }

  private async call(step: LiveStep, row: StepRow | undefined): Promise<StepEnd> {
    if (!step.spec.run) throw new Error(`step '${step.key}' has no 'run'`);
    let answer: unknown;
    try {
      answer = await this.ports.caller.run(step);
    } catch (error) {
      return this.afterError(step, row, error, 'call');
    }
    return step.spec.until ? this.recordTask(step, row, asJson(answer)) : this.finish(step, row, answer);
  }

  private async recordTask(step: LiveStep, row: StepRow | undefined, task: Json | undefined, afterMs?: number): Promise<StepEnd> {
    const wakeInMs = afterMs === undefined ? undefined : afterMs * this.ports.waitScale;
    const waiting = await this.ports.ledger.write(step, {
      state: 'waiting',
      task: task === undefined ? null : this.ports.sealer.seal(task, this.context(step.key)),
      polls: 0,
      claim: row?.claim ?? asJson(step.spec.claim) ?? null,
      ...(wakeInMs === undefined ? {} : { wakeInMs }),
    });
    return wakeInMs === undefined ? this.poll(step, waiting) : rest;
  }

  /** Looks once whether a wait is over. */
  private async poll(step: LiveStep, row: StepRow): Promise<StepEnd> {
    if (row.dueInMs > 0) return rest;
    const task = row.task === null ? undefined : this.ports.sealer.open(row.task, this.context(step.key));
    let polled: Polled<Json | undefined, unknown>;
    try {
      polled = await this.ports.caller.until(step, task);
    } catch (error) {
      return this.afterError(step, row, error, 'look');
    }
    if (polled.state === 'done') return this.finish(step, row, polled.output);
    if (polled.state === 'failed') {
      if (!isPanelError(polled.error)) throw new Error(`'until' of step '${step.key}' failed without a PanelError`);
      return this.afterError(step, row, polled.error, 'end');
    }
    if (polled.state !== 'pending') throw new Error(`'until' of step '${step.key}' answered neither pending, done nor failed`);
    const limit = (step.spec.giveUpAfterMs ?? giveUpOnWaitMs) * patience(this.ports.waitScale);
    if (row.ageMs > limit && this.ports.ledger.failure?.code === 'stopped') {
      // Staff want the job turned round; whatever comes of the task is looked for afterwards.
      await this.ports.ledger.write(step, { state: 'dropped', unknown: true });
      await this.releasePermit(step);
      return rest;
    }
    if (row.ageMs > limit) return this.askPerson(step, row, `'${this.ports.progress.title(step.key)}' did not come to an end`);
    const next = asJson(polled.task);
    await this.ports.ledger.write(step, {
      state: 'waiting',
      polls: row.polls + 1,
      wakeInMs: (polled.afterMs ?? pollDelayMs(row.polls)) * this.ports.waitScale,
      ...(next === undefined ? {} : { task: this.ports.sealer.seal(next, this.context(step.key)) }),
    });
    return rest;
  }

  private async finish(step: LiveStep, row: StepRow | undefined, output: unknown): Promise<StepEnd> {
    const { ledger, progress, sealer } = this.ports;
    const value = asJson(output);
    const events = progress.isDeclared(step.key)
      ? [progress.event('progress', ledger, step.key, `${progress.title(step.key)}: done`, true)]
      : [];
    await ledger.write(
      step,
      {
        state: 'done',
        output: value === undefined ? null : sealer.seal(value, this.context(step.key)),
        error: null,
        claim: row?.claim ?? null,
      },
      { events },
    );
    await this.releasePermit(step);
    this.ports.caller.meter.stepEnded({
      extension: step.module.extension,
      name: step.name,
      outcome: 'done',
      seconds: (row?.ageMs ?? 0) / 1000,
    });
    return { kind: 'value', value };
  }

  /**
   * After an error. `look`: a read failed, nothing was changed by it. `call`: the call itself. `end`: the provider says that what it
   * had started ended badly.
   */
  private async afterError(step: LiveStep, row: StepRow | undefined, error: unknown, during: 'look' | 'call' | 'end'): Promise<StepEnd> {
    if (error instanceof LeaseLost) throw error;
    const verdict = judge(error);
    if (verdict === 'bug') {
      if (during === 'call' && row) await this.ports.ledger.write(step, { state: 'intended', unknown: true });
      this.ports.log.error(
        `step ${step.key} of job ${this.ports.ledger.job.id} failed in a way nobody planned for`,
        { extension: step.module.extension },
        error,
      );
      throw error;
    }
    const attempts = (row?.attempts ?? 0) + 1;
    // What had been started may have left something, however definite the answer to it is.
    const unknown =
      row?.unknown === true || (during === 'call' && verdict === 'unknown') || (row?.state === 'waiting' && step.spec.run !== undefined);
    if (verdict === 'later' && during !== 'end') return this.postpone(step, row, error, during, null);
    if (verdict === 'unknown' && during === 'look') return this.postpone(step, row, error, during, null);
    if (verdict === 'mend') return this.postpone(step, row, error, during, this.mendTask(step, error));
    const again = verdict === 'unknown' || verdict === 'later' || (during === 'call' && isConflict(error) && step.spec.find !== undefined);
    if (again && verdict === 'unknown' && during === 'call' && step.spec.strength === 'blind') {
      const blind = await this.ports.ledger.write(step, { state: 'intended', unknown, attempts, error: stepErrorOf(error) });
      return this.askPerson(step, blind, `nobody can tell whether '${this.ports.progress.title(step.key)}' took place`);
    }
    if (again && attempts < maxAttempts) {
      const wakeInMs = backoffMs(attempts, this.ports.random) * this.ports.waitScale;
      await this.ports.ledger.write(step, { state: 'intended', unknown, attempts, error: stepErrorOf(error), task: null, wakeInMs });
      return rest;
    }
    return this.fail(step, row, error, attempts, unknown);
  }

  /** Trouble that passes by itself, or once somebody mends the settings: the attempt does not count. */
  private async postpone(
    step: LiveStep,
    row: StepRow | undefined,
    error: unknown,
    during: 'look' | 'call' | 'end',
    task: NewOperatorTask | null,
  ): Promise<StepEnd> {
    if ((row?.troubleMs ?? 0) > giveUpOnTroubleMs * patience(this.ports.waitScale)) {
      return this.askPerson(step, row, `${this.ports.progress.title(step.key)}: ${stepErrorOf(error).message}`);
    }
    // What had been started has ended, so it is begun anew; a look that failed leaves everything as it was.
    const state = during === 'end' ? 'intended' : during === 'call' ? (row?.unknown ? 'intended' : 'parked') : (row?.state ?? 'parked');
    const tries = row?.polls ?? 0;
    const wakeInMs = (retryAfterOf(error) ?? backoffMs(Math.min(tries + 1, 6), this.ports.random)) * this.ports.waitScale;
    await this.ports.ledger.write(
      step,
      { state, error: stepErrorOf(error), trouble: true, polls: tries + 1, wakeInMs },
      { ...(task ? { operatorTask: task } : {}) },
    );
    if (state === 'parked') await this.releasePermit(step);
    return rest;
  }

  private mendTask(step: LiveStep, error: unknown): NewOperatorTask {
    return {
      kind: 'fix_settings',
      stepKey: step.key,
      title: `Mend the settings of the server or product: ${this.ports.progress.title(step.key)}`,
      detail: `${stepErrorOf(error).message}. The job goes on by itself once this is mended.`,
    };
  }

  private async fail(step: LiveStep, row: StepRow | undefined, error: unknown, attempts: number, unknown: boolean): Promise<StepEnd> {
    const { ledger, progress } = this.ports;
    const failure = stepErrorOf(error);
    const events = [progress.event('error', ledger, step.key, `${progress.title(step.key)}: ${failure.message}`)];
    await ledger.write(
      step,
      { state: 'failed', error: failure, attempts, unknown, claim: row?.claim ?? asJson(step.spec.claim) ?? null },
      { events, failure },
    );
    await this.releasePermit(step);
    this.ports.caller.meter.stepEnded({
      extension: step.module.extension,
      name: step.name,
      outcome: failure.code,
      seconds: (row?.ageMs ?? 0) / 1000,
    });
    return { kind: 'error', error };
  }

  /** The step can go no further without a person. It stays as it is; the job stops. */
  private async askPerson(step: LiveStep, row: StepRow | undefined, why: string): Promise<StepEnd> {
    throw new PersonNeeded({
      kind: 'decide',
      stepKey: step.key,
      title: why,
      detail: row?.error ? `Last answer: ${row.error.message}` : 'There was no answer.',
    });
  }

  private async takePermit(step: LiveStep, row: StepRow | undefined): Promise<boolean> {
    if (await this.holdPermit(step)) return true;
    const { ledger } = this.ports;
    const events = row
      ? []
      : [this.ports.progress.event('waiting', ledger, step.key, `${this.ports.progress.title(step.key)}: waits for a free place`)];
    // The one who gives a permit back wakes the longest waiter; the time is the net below that.
    await ledger.write(step, { state: 'parked', waitFor: permitName(step), wakeInMs: 2_000 * this.ports.waitScale + 50 }, { events });
    return false;
  }

  /** True when the step needs no permit, has one, or gets one now. */
  async holdPermit(step: LiveStep): Promise<boolean> {
    const { permits, ledger } = this.ports;
    const { serverId } = step;
    const name = step.spec.permit;
    if (name === undefined || serverId === null) return true;
    const cap = step.module.permits[name];
    if (cap === undefined) throw new Error(`step '${step.key}' wants a permit '${name}' that its module does not declare`);
    return permits.acquire({ serverId, name, cap, jobId: ledger.job.id, stepKey: step.key, interactive: ledger.job.interactive });
  }

  async releasePermit(step: LiveStep): Promise<void> {
    if (step.spec.permit !== undefined) await this.ports.permits.release(this.ports.ledger.job.id, step.key);
  }
}

function strangeOutput(step: LiveStep, progress: Progress): NewOperatorTask {
  return {
    kind: 'extension',
    stepKey: step.key,
    title: `what '${progress.title(step.key)}' left no longer fits ${step.module.extension} ${step.module.version}`,
    detail: 'Another version of the extension did this step. Install that version again, or roll back.',
  };
}

/** What a step that got no permit waits for. */
export function permitName(step: LiveStep): string {
  return `permit:${step.serverId}:${step.spec.permit}`;
}

/** Thrown through the replay to stop the job for a person. */
export class PersonNeeded extends Error {
  override readonly name = 'PersonNeeded';
  constructor(readonly task: NewOperatorTask) {
    super(task.title);
  }
}

function isConflict(error: unknown): boolean {
  return isPanelError(error) && error.code === 'conflict';
}
