import type { StepRow } from './job.js';
import type { LiveStep } from './live-step.js';
import { PersonNeeded } from './person-needed.js';
import type { Replay } from './replay.js';
import type { StepEnd } from './replay-ports.js';
import type { StepForward, StepTools } from './step-forward.js';
import { unknownStep } from './strange-journal.js';

const rest: StepEnd = { kind: 'rest' };

/**
 * Sees to its end what is under way, and starts nothing. A job turns round, parks for a person or stops only when none of its steps is
 * under way any more.
 */
export class Settle {
  constructor(
    private readonly tools: StepTools,
    private readonly forward: StepForward,
  ) {}

  /** A step that the function has come to while the job is settling. One that never began stays so. */
  async perform(step: LiveStep): Promise<StepEnd> {
    const row = this.tools.ledger.find(step.key);
    if (!row) return rest;
    return this.forward.recall(step, row) ?? this.step(step, row);
  }

  /** Steps under way. A step that is another module's operation is not under way itself, its parts are. */
  open(replay: Replay): StepRow[] {
    return this.tools.ledger.open().filter((row) => !replay.composites.has(row.key));
  }

  /** Settles every open step, or those that are `wanted`. Answers those that still wait. */
  async all(replay: Replay, wanted: (row: StepRow) => boolean = () => true): Promise<StepRow[]> {
    for (const row of this.open(replay).filter(wanted)) {
      const step = replay.live.get(row.key);
      if (!step) throw new PersonNeeded(unknownStep(row, this.tools.progress));
      await this.step(step, row);
    }
    return this.open(replay).filter(wanted);
  }

  private async step(step: LiveStep, row: StepRow): Promise<StepEnd> {
    const { ledger, record } = this.tools;
    if (row.dueInMs > 0 && row.state !== 'parked') return rest;
    // A pure wait makes nothing: there is nothing to see to its end.
    if (row.state === 'waiting') return step.spec.run ? this.forward.poll(step, row) : record.drop(step);
    if (row.state === 'intended') {
      const suspect = ledger.suspect(step.key) ?? row;
      if (step.spec.find || step.spec.strength === 'blind') return this.forward.look(step, suspect, false);
      // Without a claim it is repeatable as it is: done once more, its outcome is known and can be undone.
      if (step.spec.claim === undefined && step.spec.undo) return this.forward.call(step, suspect);
    }
    return record.drop(step);
  }
}
