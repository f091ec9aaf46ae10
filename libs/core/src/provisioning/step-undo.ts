import type { Json } from '@hostwright/sdk';
import { backoffMs, giveUpOnTroubleMs, giveUpOnWaitMs, maxAttempts, patience, pollDelayMs } from './engine-settings.js';
import type { StepRow } from './job.js';
import { LeaseLost } from './journal.js';
import type { LiveStep } from './live-step.js';
import { judge, retryAfterOf, stepErrorOf } from './outcome.js';
import { asJson } from './replay.js';
import { PersonNeeded, permitName, type StepForward, type StepPorts } from './step-forward.js';

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
    private readonly ports: StepPorts,
    private readonly forward: StepForward,
  ) {}

  async undo(step: LiveStep, row: StepRow): Promise<UndoEnd> {
    if (row.dueInMs > 0) return 'rest';
    if (row.state === 'done' || row.state === 'undoing') return this.reverse(step, row, this.forward.openOutput(step.key, row.output));
    return this.lookAndReverse(step, row);
  }

  /** A call whose outcome was never learned: if the thing has turned up, it goes. */
  private async lookAndReverse(step: LiveStep, row: StepRow): Promise<UndoEnd> {
    if (!step.spec.find) {
      if (step.spec.sweep) {
        await this.ports.caller.sweep(step, undefined);
        return this.nothingThere(step);
      }
      throw new PersonNeeded({
        kind: 'not_undone',
        stepKey: step.key,
        title: `'${this.ports.progress.title(step.key)}' may have taken place and cannot be looked for`,
        detail: row.error?.message ?? 'Its outcome was never learned.',
      });
    }
    try {
      const found = await this.ports.caller.find(step);
      if (found.state === 'absent') return await this.nothingThere(step);
      if (found.state === 'pending') return await this.waitForIt(step, row, found.afterMs);
      const output = asJson(found.output);
      const kept = output === undefined ? null : this.ports.sealer.seal(output, `step/${this.ports.ledger.job.id}/${step.key}`);
      const there = await this.ports.ledger.write(step, { state: 'undoing', output: kept, task: null, attempts: 0 });
      return await this.reverse(step, there, output);
    } catch (error) {
      if (error instanceof PersonNeeded) throw error;
      // A stranger's thing under our claim is not ours to undo, and nothing of ours is there.
      if (judge(error) === 'stranger') return this.nothingThere(step);
      return this.afterError(step, row, error, true);
    }
  }

  /** The provider takes its time; not for ever, or nobody would ever hear of it. The step stays what it is in the journal. */
  private async waitForIt(step: LiveStep, row: StepRow, afterMs: number | undefined, also: { task?: Json } = {}): Promise<UndoEnd> {
    const { ledger, progress, waitScale } = this.ports;
    if ((row.troubleMs ?? 0) > (step.spec.giveUpAfterMs ?? giveUpOnWaitMs) * patience(waitScale)) {
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
      wakeInMs: (afterMs ?? pollDelayMs(row.polls)) * waitScale,
    });
    return 'rest';
  }

  /** Settled for this pass: what its undoing rests on may be gone at the next. The late looks look again all the same. */
  private async nothingThere(step: LiveStep): Promise<UndoEnd> {
    await this.ports.ledger.write(step, { state: 'undone', error: null });
    return 'undone';
  }

  private async reverse(step: LiveStep, before: StepRow, output: unknown): Promise<UndoEnd> {
    const { ledger, progress, sealer } = this.ports;
    if (!step.spec.undo) return this.withoutUndo(step, before);
    const row = before.state === 'undoing' ? before : await ledger.write(step, { state: 'undoing', task: null, attempts: 0, polls: 0 });
    // Undoing is work for the provider like doing.
    if (!(await this.forward.holdPermit(step))) {
      await ledger.write(step, { state: 'undoing', waitFor: permitName(step), wakeInMs: 2_000 * this.ports.waitScale + 50 });
      return 'rest';
    }
    const task = row.task === null ? undefined : sealer.open(row.task, `step/${ledger.job.id}/${step.key}`);
    let answer: Awaited<ReturnType<NonNullable<LiveStep['spec']['undo']>>>;
    try {
      answer = await this.ports.caller.undo(step, output, task);
    } catch (error) {
      return this.afterError(step, row, error);
    }
    if (answer && answer.state === 'pending') {
      const next = asJson(answer.task);
      return this.waitForIt(
        step,
        row,
        answer.afterMs,
        next === undefined ? {} : { task: sealer.seal(next, `step/${ledger.job.id}/${step.key}`) },
      );
    }
    const events = progress.isDeclared(step.key)
      ? [progress.event('rollback', ledger, step.key, `${progress.title(step.key)}: undone`)]
      : [];
    await ledger.write(step, { state: 'undone' }, { events });
    await this.forward.releasePermit(step);
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
            title: `'${this.ports.progress.title(step.key)}' took place and cannot be undone`,
            detail: 'See to it at the provider: what it made, or what it charged, is still there.',
          } as const);
    await this.ports.ledger.write(step, { state: 'undone' }, { ...(operatorTask ? { operatorTask } : {}) });
    return 'undone';
  }

  /** `looking`: only a read failed, so nothing is unknown that was not before. */
  private async afterError(step: LiveStep, row: StepRow, error: unknown, looking = false): Promise<UndoEnd> {
    if (error instanceof LeaseLost) throw error;
    const judged = judge(error);
    const verdict = looking && judged === 'unknown' ? 'later' : judged;
    const { ledger, progress, log, random, waitScale } = this.ports;
    const failure = stepErrorOf(error);
    if (verdict === 'bug')
      log.error(
        `undoing ${step.key} of job ${ledger.job.id} failed in a way nobody planned for`,
        { extension: step.module.extension },
        error,
      );
    const attempts = row.attempts + (verdict === 'unknown' ? 1 : 0);
    const again = verdict === 'later' || verdict === 'mend' || (verdict === 'unknown' && attempts < maxAttempts);
    if (!again || (row.troubleMs ?? 0) > giveUpOnTroubleMs * patience(waitScale)) {
      throw new PersonNeeded({
        kind: 'not_undone',
        stepKey: step.key,
        title: `'${progress.title(step.key)}' could not be undone`,
        detail: failure.message,
      });
    }
    const operatorTask =
      verdict === 'mend'
        ? ({
            kind: 'fix_settings',
            stepKey: step.key,
            title: `Mend the settings of the server: undo of ${progress.title(step.key)}`,
            detail: failure.message,
          } as const)
        : undefined;
    await ledger.write(
      step,
      {
        state: ledger.find(step.key)?.state ?? row.state,
        error: failure,
        attempts,
        polls: row.polls + 1,
        trouble: true,
        wakeInMs: (retryAfterOf(error) ?? backoffMs(Math.min(row.polls + 1, 6), random)) * waitScale,
      },
      { ...(operatorTask ? { operatorTask } : {}) },
    );
    return 'rest';
  }
}
