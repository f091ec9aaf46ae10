import { TurnedSealer } from '@hostwright/platform/testing';
import { Agenda } from './agenda.js';
import { Coverage } from './coverage.js';
import type { HistoryPlan } from './history-plan.js';
import { MemoryDesk } from './memory-desk.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryOperators } from './memory-operators.js';
import { MemoryPermits } from './memory-permits.js';
import { Provider } from './provider.js';
import type { SeededRandom } from './random.js';
import { Tables } from './tables.js';
import { Watch } from './watch.js';

/** A step that an operation's function has come to and that leaves something at the provider. */
export interface ReachedStep {
  readonly key: string;
  readonly serverId: string;
  readonly claim: string;
  readonly strength: 'unique' | 'tagged' | 'blind';
}

/** Everything that one history is played with. */
export class World {
  readonly agenda = new Agenda();
  readonly coverage = new Coverage();
  readonly tables = new Tables(() => this.agenda.now);
  readonly sealer = new TurnedSealer();
  readonly journal = new MemoryJournal(this.tables);
  readonly permits = new MemoryPermits(this.tables);
  readonly desk = new MemoryDesk(this.tables);
  readonly operators = new MemoryOperators(this.tables, this.desk, this.sealer);
  readonly provider = new Provider(this.agenda);
  readonly watch = new Watch(this);
  /** By job: what its function came to. */
  readonly reached = new Map<number, Map<string, ReachedStep>>();
  /** Keys of steps, `job key`, that a person has seen to with their own hands. */
  readonly seenTo = new Set<string>();
  /** Services at whose provider a call of one that no longer held its job has set something. */
  readonly drifted = new Set<number>();
  /** Jobs of which somebody has taken note: staff have decided about them, or the customer has cancelled. */
  readonly noted = new Set<number>();
  /** Things of others that stand under our names. */
  strangers = 0;
  /** No more faults: what is under way comes to its end. */
  quiet = false;
  /** Nobody does anything any more. */
  over = false;
  /** Something has entered a process with the event that has just happened, so its continuations must run before the next. */
  entered = false;
  readonly lines: string[] = [];

  constructor(
    readonly plan: HistoryPlan,
    readonly random: SeededRandom,
    private readonly tracing: boolean,
  ) {}

  /** A line of the history, made only when somebody will read it. */
  trace(line: () => string): void {
    if (this.tracing) this.lines.push(`${clockText(this.agenda.now)}  ${line()}`);
  }

  reach(jobId: number, step: ReachedStep): void {
    let steps = this.reached.get(jobId);
    if (!steps) this.reached.set(jobId, (steps = new Map()));
    steps.set(step.key, step);
  }
}

function clockText(ms: number): string {
  const pad = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1_000) % 60, 2)}.${pad(ms % 1_000, 3)}`;
}
