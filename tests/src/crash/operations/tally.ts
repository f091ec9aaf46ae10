import type { RunOutcome } from '../batch.js';
import { shuffled, type Choose } from '../choices.js';
import { idOf, type CrashRun } from '../crash-run.js';

/** How often each run has met its point and its answer, and how often that has been tried. */
export class Tally {
  private readonly met = new Map<string, number>();
  private readonly tried = new Map<string, number>();
  private readonly flawed = new Set<string>();

  /** `times`: how often each is to be met. `maxTries`: for each of those times. */
  constructor(
    private readonly times: number,
    private readonly maxTries: number,
  ) {}

  note({ run, reached, answered, flaws }: RunOutcome): void {
    const id = idOf(run);
    this.tried.set(id, (this.tried.get(id) ?? 0) + 1);
    if (reached && answered) this.met.set(id, (this.met.get(id) ?? 0) + 1);
    // What went wrong once stays wrong.
    if (flaws.length > 0) this.flawed.add(id);
  }

  isMet(run: CrashRun): boolean {
    return (this.met.get(idOf(run)) ?? 0) > 0 && !this.flawed.has(idOf(run));
  }

  /** What is still to be done, each as often as it is, in an order of the seed's choosing. */
  waiting(runs: readonly CrashRun[], choose: Choose): CrashRun[] {
    return shuffled(
      runs.flatMap((run) => Array.from({ length: this.left(idOf(run)) }, () => run)),
      choose,
    );
  }

  private left(id: string): number {
    const isOver = this.flawed.has(id) || (this.tried.get(id) ?? 0) >= this.maxTries * this.times;
    return isOver ? 0 : Math.max(0, this.times - (this.met.get(id) ?? 0));
  }
}
