import type { Json } from '@hostwright/sdk';
import { giveUpOnTroubleMs, giveUpOnWaitMs, maxAttempts } from './engine-settings.js';
import type { EngineLog } from './engine-log.js';
import type { StepRow } from './job.js';
import { isOfJournal } from './journal.js';
import type { LiveStep } from './live-step.js';
import { errorOf, mendTask } from './mend-task.js';
import { judge, retryAfterOf, stepErrorOf } from './outcome.js';
import { PersonNeeded, withAdvice } from './person-needed.js';
import type { StepTools } from './step-forward.js';

/** How undoing one step came out. `rest`: it waits. */
export type UndoEnd = 'undone' | 'rest';

/** True for a step of which something may be left at the provider. `step`: undefined when the replay did not come to it. */
export function maybeThere(row: StepRow, step: LiveStep | undefined): boolean {
  if (row.state === 'done' || row.state === 'undoing') return true;
  return row.unknown && (row.state === 'failed' || row.state === 'dropped') && leavesSomething(row, step);
}

/** False for a step that is repeatable as it is and has nothing to undo: a read, or a call that sets what is set already. */
export function leavesSomething(row: StepRow, step: LiveStep | undefined): boolean {
  if (!step) return row.claim !== null;
  const { claim, undo, sweep, strength } = step.spec;
  return claim !== undefined || undo !== undefined || sweep !== undefined || strength === 'blind';
}

/** Reverses one step, by the protocol of the way forward: commit that it is being undone, call, record. */
export class StepUndo {
  constructor(
    private readonly tools: StepTools,
    private readonly log: EngineLog,
  ) {}

  async undo(step: LiveStep, row: StepRow): Promise<UndoEnd> {
    if (row.dueInMs > 0) return 'rest';
    if (row.state === 'done' || row.state === 'undoing') return this.reverse(step, row, this.tools.values.open(step.key, row.output));
    return this.lookAndReverse(step, row);
  }

  /** A call whose outcome was never learned: if the thing has turned up, it goes. */
  private async lookAndReverse(step: LiveStep, row: StepRow): Promise<UndoEnd> {
    const { caller, ledger, values, progress } = this.tools;
    if (!step.spec.find) {
      if (step.spec.sweep) return this.sweepAway(step, row);
      throw new PersonNeeded({
        kind: 'not_undone',
        stepKey: step.key,
        title: `'${progress.title(step.key)}' may have taken place and cannot be looked for`,
        detail: withAdvice(row.error?.message ?? 'Its outcome was never learned.', step.spec),
      });
    }
    let found: Awaited<ReturnType<typeof caller.find>>;
    try {
      found = await caller.find(step);
    } catch (error) {
      // A stranger's thing under our claim is not ours to undo, and nothing of ours is there.
      return judge(error) === 'stranger' ? this.nothingThere(step) : this.afterError(step, row, error, true);
    }
    if (found.state === 'absent') return this.nothingThere(step);
    if (found.state === 'pending') return this.waitForIt(step, row, found.afterMs);
    const { value, kept } = values.keep(step.key, found.output);
    const there = await ledger.write(step, { state: 'undoing', output: kept, task: null, attempts: 0 });
    return this.reverse(step, there, value);
  }

  private async sweepAway(step: LiveStep, row: StepRow): Promise<UndoEnd> {
    try {
      await this.tools.caller.sweep(step, undefined);
    } catch (error) {
      return this.afterError(step, row, error);
    }
    return this.nothingThere(step);
  }

  /** The provider takes its time; not for ever, or nobody would ever hear of it. The step stays what it is in the journal. */
  private async waitForIt(step: LiveStep, row: StepRow, afterMs: number | undefined, also: { task?: Json } = {}): Promise<UndoEnd> {
    const { ledger, progress, pace } = this.tools;
    if (pace.isTooLong(row.troubleMs ?? 0, step.spec.giveUpAfterMs ?? giveUpOnWaitMs)) {
      throw new PersonNeeded({
        kind: 'not_undone',
        stepKey: step.key,
        title: `'${progress.title(step.key)}' could not be undone`,
        detail: 'The provider works on it and does not come to an end.',
      });
    }
    await ledger.write(step, {
      ...also,
      state: ledger.find(step.key)?.state ?? row.state,
      polls: row.polls + 1,
      trouble: true,
      wakeInMs: afterMs === undefined ? pace.afterPolls(row.polls) : pace.scaled(afterMs),
    });
    return 'rest';
  }

  /** Settled for this pass: what its undoing rests on may be gone at the next. The late looks look again all the same. */
  private async nothingThere(step: LiveStep): Promise<UndoEnd> {
    await this.tools.ledger.write(step, { state: 'undone', error: null });
    return 'undone';
  }

  private async reverse(step: LiveStep, before: StepRow, output: unknown): Promise<UndoEnd> {
    const { ledger, permits, values, caller, record } = this.tools;
    if (!step.spec.undo) return this.withoutUndo(step, before);
    const row = before.state === 'undoing' ? before : await ledger.write(step, { state: 'undoing', task: null, attempts: 0, polls: 0 });
    if (!(await permits.beginUndo(step))) return 'rest';
    let answer: Awaited<ReturnType<NonNullable<LiveStep['spec']['undo']>>>;
    let remains: string | undefined;
    try {
      remains = step.spec.remains?.(output);
      answer = await caller.undo(step, output, values.open(step.key, row.task));
    } catch (error) {
      return this.afterError(step, row, error);
    }
    if (answer && answer.state === 'pending') {
      const { kept } = values.keep(step.key, answer.task);
      return this.waitForIt(step, row, answer.afterMs, kept === null ? {} : { task: kept });
    }
    await record.undone(step, remains);
    return 'undone';
  }

  /** A repeatable step leaves nothing; one with a claim does, and a person must see to it. */
  private async withoutUndo(step: LiveStep, row: StepRow): Promise<UndoEnd> {
    const operatorTask =
      row.claim === null && step.spec.strength !== 'blind'
        ? undefined
        : ({
            kind: 'not_undone',
            stepKey: step.key,
            title: `'${this.tools.progress.title(step.key)}' took place and cannot be undone`,
            detail: 'See to it at the provider: what it made, or what it charged, is still there.',
          } as const);
    await this.tools.ledger.write(step, { state: 'undone' }, { ...(operatorTask ? { operatorTask } : {}) });
    return 'undone';
  }

  /** `looking`: only a read failed, so nothing is unknown that was not before. */
  private async afterError(step: LiveStep, row: StepRow, error: unknown, looking = false): Promise<UndoEnd> {
    if (isOfJournal(error)) throw error;
    const judged = judge(error);
    const verdict = looking && judged === 'unknown' ? 'later' : judged;
    const { ledger, progress, pace } = this.tools;
    const failure = stepErrorOf(error);
    if (verdict === 'bug')
      this.log.error(
        `undoing ${step.key} of job ${ledger.job.id} failed in a way nobody planned for`,
        { extension: step.module.extension },
        error,
      );
    const attempts = row.attempts + (verdict === 'unknown' ? 1 : 0);
    const again = verdict === 'later' || verdict === 'mend' || (verdict === 'unknown' && attempts < maxAttempts);
    if (!again || pace.isTooLong(row.troubleMs ?? 0, giveUpOnTroubleMs)) {
      throw new PersonNeeded({
        kind: 'not_undone',
        stepKey: step.key,
        title: `'${progress.title(step.key)}' could not be undone`,
        detail: failure.message,
      });
    }
    const operatorTask = verdict === 'mend' ? mendTask(step, error, `undo of ${progress.title(step.key)}`) : undefined;
    await ledger.write(
      step,
      {
        state: ledger.find(step.key)?.state ?? row.state,
        error: errorOf(error, operatorTask ?? null),
        attempts,
        polls: row.polls + 1,
        trouble: true,
        wakeInMs: pace.afterTrouble(row.polls, { askedFor: retryAfterOf(error), refused: operatorTask !== undefined }),
      },
      { ...(operatorTask ? { operatorTask } : {}) },
    );
    return 'rest';
  }
}
