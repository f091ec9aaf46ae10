import type { StepRow } from './job.js';
import { LateLooks } from './late-looks.js';
import { PersonNeeded } from './person-needed.js';
import type { Replay } from './replay.js';
import type { StepTools } from './step-forward.js';
import { maybeThere, type StepUndo } from './step-undo.js';
import { unknownStep } from './strange-journal.js';
import type { TurnOutcome } from './turn-outcome.js';

/** Undoes, in reverse order of completion, everything of which something may be left. */
export class RollBack {
  constructor(
    private readonly tools: StepTools,
    private readonly undoer: StepUndo,
    private readonly lateLooks: LateLooks,
  ) {}

  async run(replay: Replay): Promise<TurnOutcome> {
    const { ledger } = this.tools;
    const wakeInMs = await this.undo(replay);
    if (wakeInMs !== undefined) return { kind: 'park', wakeInMs, phase: 'undoing' };
    const state = ledger.failure?.code === 'stopped' ? 'cancelled' : 'failed';
    return { kind: 'over', state, lookAgain: this.lateLooks.doubtful(replay).length > 0 };
  }

  /** Undoes everything, or what is `wanted`. Answers in how many milliseconds it goes on; undefined when nothing is left. */
  async undo(replay: Replay, wanted: (row: StepRow) => boolean = () => true): Promise<number | undefined> {
    const { ledger } = this.tools;
    for (const row of this.backwards(replay).filter(wanted)) {
      const step = replay.live.get(row.key);
      if (replay.composites.has(row.key)) {
        await ledger.write({ key: row.key, position: row.position, serverId: row.serverId }, { state: 'undone' });
      } else if (!step) {
        throw new PersonNeeded(unknownStep(row, this.tools.progress));
      } else if ((await this.undoer.undo(step, row)) === 'rest') {
        return ledger.find(row.key)?.dueInMs ?? 0;
      }
    }
    return undefined;
  }

  /** What never came to a known end goes first: it was begun last. */
  private backwards(replay: Replay): StepRow[] {
    return this.tools.ledger
      .all()
      .filter((row) => maybeThere(row, replay.live.get(row.key)))
      .sort((a, b) => (b.finishNumber ?? Infinity) - (a.finishNumber ?? Infinity));
  }
}
