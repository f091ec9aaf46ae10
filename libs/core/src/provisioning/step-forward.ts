import { isPanelError, PanelError, type ErrorCode, type Found, type Json, type Polled } from '@hostwright/sdk';
import { giveUpOnWaitMs } from './engine-settings.js';
import { componentOf, type StepError, type StepRow } from './job.js';
import type { JobLedger } from './job-ledger.js';
import type { LiveStep } from './live-step.js';
import type { Pace } from './pace.js';
import { PersonNeeded } from './person-needed.js';
import { asJson } from './plain-json.js';
import type { Progress } from './progress.js';
import type { StepEnd } from './replay-ports.js';
import { holdsSecret } from './sealer.js';
import type { StepCaller } from './step-caller.js';
import type { StepMeter } from './step-meter.js';
import type { StepPermits } from './step-permits.js';
import type { StepRecord } from './step-record.js';
import type { StepTrouble } from './step-trouble.js';
import type { StepValues } from './step-values.js';

const rest: StepEnd = { kind: 'rest' };

/** What a job's steps are done with. */
export interface StepTools {
  readonly ledger: JobLedger;
  readonly progress: Progress;
  readonly caller: StepCaller;
  readonly permits: StepPermits;
  readonly record: StepRecord;
  readonly values: StepValues;
  readonly pace: Pace;
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
  constructor(
    private readonly tools: StepTools,
    private readonly trouble: StepTrouble,
    private readonly meter: StepMeter,
  ) {}

  /** Does the step, or answers it from the journal. */
  perform(step: LiveStep): StepEnd | Promise<StepEnd> {
    const { ledger } = this.tools;
    const row = ledger.find(step.key);
    const known = row && this.recall(step, row);
    if (known) return known;
    this.meter.comesTo(step);
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
        if (row.output !== null && step.spec.fits && !step.spec.fits(row.output)) throw this.strangeOutput(step);
        return { kind: 'value', value: this.tools.values.open(step.key, row.output) };
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

  /** Asks the provider for the claim. `fresh`: nothing was called under this intent yet. */
  async look(step: LiveStep, row: StepRow, fresh: boolean): Promise<StepEnd> {
    if (!step.spec.find) {
      if (fresh || step.spec.strength !== 'blind') return this.call(step, row);
      return this.trouble.askWhetherDone(step, row);
    }
    let found: Found<Json, unknown>;
    try {
      found = await this.tools.caller.find(step);
    } catch (error) {
      // Looking changes nothing, so whatever went wrong it is only trouble, but for a definite answer.
      return this.trouble.after(step, row, error, 'look');
    }
    if (found.state === 'done') return this.tools.record.done(step, row, found.output);
    if (found.state === 'pending') return this.wait(step, row, found.task, found.afterMs);
    if (found.state !== 'absent') throw new Error(`'find' of step '${step.key}' answered neither absent, pending nor done`);
    if (this.tools.ledger.isStopping(step.key)) return this.tools.record.drop(step);
    return this.call(step, row);
  }

  async call(step: LiveStep, row: StepRow | undefined): Promise<StepEnd> {
    if (!step.spec.run) throw new Error(`step '${step.key}' has no 'run'`);
    let answer: unknown;
    try {
      answer = await this.tools.caller.run(step);
    } catch (error) {
      return this.trouble.after(step, row, error, 'call');
    }
    return step.spec.until ? this.wait(step, row, answer) : this.tools.record.done(step, row, answer);
  }

  /** Looks once whether a wait is over. */
  async poll(step: LiveStep, row: StepRow): Promise<StepEnd> {
    if (row.dueInMs > 0) return rest;
    const { caller, values, record } = this.tools;
    let polled: Polled<Json | undefined, unknown>;
    try {
      polled = await caller.until(step, values.open(step.key, row.task));
    } catch (error) {
      return this.trouble.after(step, row, error, 'look');
    }
    if (polled.state === 'done') return record.done(step, row, polled.output);
    if (polled.state === 'failed') {
      if (!isPanelError(polled.error)) throw new Error(`'until' of step '${step.key}' failed without a PanelError`);
      return this.trouble.after(step, row, polled.error, 'end');
    }
    if (polled.state !== 'pending') throw new Error(`'until' of step '${step.key}' answered neither pending, done nor failed`);
    if (!this.tools.pace.isTooLong(row.ageMs, step.spec.giveUpAfterMs ?? giveUpOnWaitMs))
      return record.stillPending(step, row, polled.task, polled.afterMs);
    // Staff want the job turned round; whatever comes of the task is looked for afterwards.
    const { ledger } = this.tools;
    if ((ledger.failure ?? ledger.failureOf(componentOf(step.key)))?.code === 'stopped') return record.drop(step, true);
    return this.trouble.askPerson(step, row, `'${this.tools.progress.title(step.key)}' did not come to an end`);
  }

  /** From nothing, or from parked. */
  private start(step: LiveStep, row: StepRow | undefined): StepEnd | Promise<StepEnd> {
    if (this.tools.ledger.isStopping(step.key)) return rest;
    if (row && row.dueInMs > 0) return rest;
    const { spec } = step;
    if (!spec.run && !spec.until) throw new Error(`step '${step.key}' has neither 'run' nor 'until'`);
    const repeatable =
      spec.claim === undefined && !spec.undo && !spec.until && !spec.find && spec.permit === undefined && spec.strength !== 'blind';
    return repeatable ? this.repeat(step, row) : this.begin(step, row);
  }

  /** Needs no intent: whoever comes next may simply call again. */
  private async repeat(step: LiveStep, row: StepRow | undefined): Promise<StepEnd> {
    const { ledger, caller, record } = this.tools;
    // The commit of what came before tells of a stop.
    if (ledger.notes) await ledger.notes;
    if (ledger.isStopping(step.key)) return rest;
    let answer: unknown;
    try {
      answer = await caller.run(step);
    } catch (error) {
      return this.trouble.after(step, row, error, 'call');
    }
    return record.done(step, row, answer);
  }

  /** Takes the permit, commits the intent, then looks. */
  private async begin(step: LiveStep, row: StepRow | undefined): Promise<StepEnd> {
    const { ledger, permits, record } = this.tools;
    const { spec } = step;
    if (spec.permit !== undefined && !(await permits.begin(step, row))) return rest;
    // Another step may have failed meanwhile.
    if (ledger.isStopping(step.key)) {
      await permits.release(step);
      return rest;
    }
    if (holdsSecret(asJson(spec.claim))) throw new Error(`the claim of step '${step.key}' holds a secret`);
    if (!spec.run) return this.poll(step, await record.beginWait(step, row));
    const intended = await record.intend(step, row);
    if (ledger.stopRequested) return record.drop(step);
    return this.look(step, intended, !ledger.job.doubtful);
  }

  private async wait(step: LiveStep, row: StepRow | undefined, task: unknown, afterMs?: number): Promise<StepEnd> {
    const waiting = await this.tools.record.task(step, row, task, afterMs);
    return afterMs === undefined ? this.poll(step, waiting) : rest;
  }

  private strangeOutput(step: LiveStep): PersonNeeded {
    return new PersonNeeded({
      kind: 'extension',
      stepKey: step.key,
      title: `what '${this.tools.progress.title(step.key)}' left no longer fits ${step.module.extension} ${step.module.version}`,
      detail: 'Another version of the extension did this step. Install that version again, or roll back.',
    });
  }
}
