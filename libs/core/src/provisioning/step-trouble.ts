import { isPanelError } from '@hostwright/sdk';
import { giveUpOnTroubleMs, maxAttempts } from './engine-settings.js';
import type { EngineLog } from './engine-log.js';
import type { StepRow } from './job.js';
import type { JobLedger } from './job-ledger.js';
import { isOfJournal, type NewOperatorTask } from './journal.js';
import type { LiveStep } from './live-step.js';
import { errorOf, mendTask } from './mend-task.js';
import { judge, retryAfterOf, stepErrorOf } from './outcome.js';
import type { Pace } from './pace.js';
import { PersonNeeded, withAdvice } from './person-needed.js';
import type { Progress } from './progress.js';
import type { StepEnd } from './replay-ports.js';
import type { StepMeter } from './step-meter.js';
import type { StepPermits } from './step-permits.js';
import type { StepRecord } from './step-record.js';

const rest: StepEnd = { kind: 'rest' };

/**
 * What was being done when an error came. `look`: a read failed, nothing was changed by it. `call`: the call itself. `end`: the provider
 * says that what it had started ended badly; with when to come again, that it was only refused for now.
 */
export type During = 'look' | 'call' | 'end';

/** Decides what an error means for a step on its way forward: wait, try again, fail, or ask a person. */
export class StepTrouble {
  constructor(
    private readonly ledger: JobLedger,
    private readonly progress: Progress,
    private readonly record: StepRecord,
    private readonly permits: StepPermits,
    private readonly pace: Pace,
    private readonly meter: StepMeter,
    private readonly log: EngineLog,
  ) {}

  async after(step: LiveStep, row: StepRow | undefined, error: unknown, during: During): Promise<StepEnd> {
    if (isOfJournal(error)) throw error;
    const verdict = judge(error);
    this.meter.callFailed(step, during, verdict);
    if (verdict === 'bug') return this.bug(step, row, error, during);
    const attempts = (row?.attempts ?? 0) + 1;
    // What had been started may have left something, however definite the answer to it is.
    const unknown =
      row?.unknown === true || (during === 'call' && verdict === 'unknown') || (row?.state === 'waiting' && step.spec.run !== undefined);
    if (verdict === 'later' && (during !== 'end' || retryAfterOf(error) !== undefined))
      return this.postpone(step, row, error, during, null);
    if (verdict === 'unknown' && during === 'look') return this.postpone(step, row, error, during, null);
    if (verdict === 'mend') return this.postpone(step, row, error, during, mendTask(step, error, this.progress.title(step.key)));
    // A no to a call that was made before, nobody knows with what outcome, may well mean that it is done already.
    const lookFirst =
      during === 'call' && step.spec.find !== undefined && (isConflict(error) || (verdict === 'final' && row?.unknown === true));
    const again = verdict === 'unknown' || verdict === 'later' || lookFirst;
    if (again && verdict === 'unknown' && during === 'call' && step.spec.strength === 'blind') {
      const blind = await this.ledger.write(step, { state: 'intended', unknown, attempts, error: stepErrorOf(error) });
      return this.askWhetherDone(step, blind);
    }
    if (again && attempts < maxAttempts) {
      this.meter.retried(step);
      const wakeInMs = this.pace.afterTries(attempts);
      await this.ledger.write(step, { state: 'intended', unknown, attempts, error: stepErrorOf(error), task: null, wakeInMs });
      return rest;
    }
    await this.record.failed(step, row, stepErrorOf(error), { attempts, unknown });
    return { kind: 'error', error };
  }

  /** A call that nobody can look for was made, or was not. */
  askWhetherDone(step: LiveStep, row: StepRow | undefined): never {
    return this.askPerson(step, row, `nobody can tell whether '${this.progress.title(step.key)}' took place`);
  }

  /** The step can go no further without a person. It stays as it is; the job stops. */
  askPerson(step: LiveStep, row: StepRow | undefined, why: string): never {
    throw new PersonNeeded({
      kind: 'decide',
      stepKey: step.key,
      title: why,
      detail: withAdvice(row?.error ? `Last answer: ${row.error.message}` : 'There was no answer.', step.spec),
    });
  }

  private async bug(step: LiveStep, row: StepRow | undefined, error: unknown, during: During): Promise<never> {
    if (during === 'call' && row) await this.ledger.write(step, { state: 'intended', unknown: true });
    this.log.error(
      `step ${step.key} of job ${this.ledger.job.id} failed in a way nobody planned for`,
      { extension: step.module.extension },
      error,
    );
    throw error;
  }

  /** Trouble that passes by itself, or once somebody mends the settings: the attempt does not count. */
  private async postpone(
    step: LiveStep,
    row: StepRow | undefined,
    error: unknown,
    during: During,
    operatorTask: NewOperatorTask | null,
  ): Promise<StepEnd> {
    if (this.pace.isTooLong(row?.troubleMs ?? 0, giveUpOnTroubleMs)) {
      return this.askPerson(step, row, `${this.progress.title(step.key)}: ${stepErrorOf(error).message}`);
    }
    // What had been started has ended, so it is begun anew; a look that failed leaves everything as it was.
    const state = during === 'end' ? 'intended' : during === 'call' ? (row?.unknown ? 'intended' : 'parked') : (row?.state ?? 'parked');
    const tries = row?.polls ?? 0;
    const askedFor = retryAfterOf(error);
    const wakeInMs = this.pace.afterTrouble(tries, { askedFor, refused: operatorTask !== null });
    await this.ledger.write(
      step,
      { state, error: errorOf(error, operatorTask), trouble: true, polls: tries + 1, wakeInMs },
      { ...(operatorTask ? { operatorTask } : {}) },
    );
    if (state === 'parked') await this.permits.release(step);
    return rest;
  }
}

function isConflict(error: unknown): boolean {
  return isPanelError(error) && error.code === 'conflict';
}
