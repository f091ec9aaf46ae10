import type { StepError, StepRow } from './job.js';
import type { JobLedger } from './job-ledger.js';
import type { JobEvent, NewOperatorTask } from './journal.js';
import type { LiveStep } from './live-step.js';
import type { Pace } from './pace.js';
import { asJson } from './plain-json.js';
import type { Progress } from './progress.js';
import type { StepEnd } from './replay-ports.js';
import type { StepPermits } from './step-permits.js';
import type { StepMeter } from './step-meter.js';
import type { StepValues } from './step-values.js';

/** As much as a certificate of a hundred names asks of a customer: a record for each. */
const longestSaying = 16_000;
const rest: StepEnd = { kind: 'rest' };

/** Writes down what became of a step, with its line in the progress list, and gives back what it held. */
export class StepRecord {
  constructor(
    private readonly ledger: JobLedger,
    private readonly progress: Progress,
    private readonly values: StepValues,
    private readonly permits: StepPermits,
    private readonly pace: Pace,
    private readonly meter: StepMeter,
  ) {}

  /** Committed before the call: whoever comes next knows that it may have been made. */
  intend(step: LiveStep, row: StepRow | undefined): Promise<StepRow> {
    return this.ledger.write(
      step,
      { state: 'intended', claim: asJson(step.spec.claim) ?? null, trouble: row?.troubleMs != null },
      { event: this.started(step, row) },
    );
  }

  /** A pure wait begins. */
  beginWait(step: LiveStep, row: StepRow | undefined): Promise<StepRow> {
    return this.ledger.write(step, { state: 'waiting', attempts: row?.attempts ?? 0 }, { event: this.started(step, row) });
  }

  /** The provider has started it and gave a handle. `afterMs`: when it wants to be asked. */
  task(step: LiveStep, row: StepRow | undefined, task: unknown, afterMs?: number): Promise<StepRow> {
    return this.ledger.write(step, {
      state: 'waiting',
      task: this.values.keep(step.key, task).kept,
      polls: 0,
      claim: row?.claim ?? asJson(step.spec.claim) ?? null,
      ...(afterMs === undefined ? {} : { wakeInMs: this.pace.scaled(afterMs) }),
    });
  }

  /** It is not over yet. */
  async stillPending(step: LiveStep, row: StepRow, task: unknown, afterMs: number | undefined): Promise<StepEnd> {
    const { kept } = this.values.keep(step.key, task);
    await this.ledger.write(step, {
      state: 'waiting',
      polls: row.polls + 1,
      wakeInMs: afterMs === undefined ? this.pace.afterPolls(row.polls) : this.pace.scaled(afterMs),
      ...(kept === null ? {} : { task: kept }),
    });
    return rest;
  }

  /** It is noted, and the function may go on with its value: what comes next is committed with it, or after it. */
  done(step: LiveStep, row: StepRow | undefined, output: unknown): StepEnd | Promise<StepEnd> {
    const { value, kept } = this.values.keep(step.key, output);
    this.ledger.note(
      step,
      { state: 'done', output: kept, error: null, claim: row?.claim ?? null },
      { event: this.line(step, 'progress', 'done', true), committed: () => this.meter.ended(step, 'done', row) },
    );
    const end: StepEnd = { kind: 'value', value };
    return step.spec.permit === undefined ? end : this.giveBack(step, end);
  }

  /** Whoever gets the permit next may begin: not before the step is known to be over. */
  private async giveBack(step: LiveStep, end: StepEnd): Promise<StepEnd> {
    await this.ledger.committed();
    await this.permits.release(step);
    return end;
  }

  /** A definite failure, which is the job's. */
  async failed(step: LiveStep, row: StepRow | undefined, failure: StepError, after: { attempts: number; unknown: boolean }): Promise<void> {
    const event = this.progress.event('error', this.ledger, step.key, `${this.progress.title(step.key)}: ${failure.message}`);
    await this.ledger.write(
      step,
      { state: 'failed', error: failure, ...after, claim: row?.claim ?? asJson(step.spec.claim) ?? null },
      { event, failure },
    );
    await this.permits.release(step);
    this.meter.ended(step, failure.code, row);
  }

  /** Certainly not executed, or given up; with `unknown` it may yet turn up and is looked for after the job. */
  async drop(step: LiveStep, unknown = false): Promise<StepEnd> {
    await this.ledger.write(step, { state: 'dropped', ...(unknown ? { unknown } : {}) });
    await this.permits.release(step);
    return rest;
  }

  /** `remains`: what stays all the same, for a person to see to. */
  async undone(step: LiveStep, remains?: string): Promise<void> {
    const operatorTask: NewOperatorTask | undefined =
      remains === undefined
        ? undefined
        : {
            kind: 'not_undone',
            stepKey: step.key,
            title: `'${this.progress.title(step.key)}' is undone, but not all of it went`,
            detail: remains.slice(0, longestSaying),
          };
    const event = this.line(step, 'rollback', 'undone');
    await this.ledger.write(step, { state: 'undone' }, { event, ...(operatorTask ? { operatorTask } : {}) });
    await this.permits.release(step);
  }

  private started(step: LiveStep, row: StepRow | undefined): JobEvent | null {
    const { says } = step.spec;
    return row ? null : this.line(step, 'progress', says === undefined ? 'started' : `started. ${says.slice(0, longestSaying)}`);
  }

  /** Only declared steps make a line. */
  private line(step: LiveStep, type: JobEvent['type'], what: string, finishing = false): JobEvent | null {
    if (!this.progress.isDeclared(step.key)) return null;
    return this.progress.event(type, this.ledger, step.key, `${this.progress.title(step.key)}: ${what}`, finishing);
  }
}
