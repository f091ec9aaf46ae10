import { isPanelError, type Json, type Polled } from '@hostwright/sdk';
import { mayPass, pause, type AnyStep, type Patience } from './any-step.js';
import { withinStep } from './call-scope.js';
import { asJson, holdsSecret } from './crossing.js';
import type { JournalRow, TestJournal } from './journal.js';

/** The work on a step is over without an end: its promise stays open, so that no `catch` can mistake it for a failure. */
export class Rest extends Error {}

/** What a step must know of the run it is part of. */
export interface StepSurroundings {
  readonly journal: TestJournal;
  readonly patience: Patience;
  /** `failed`: another step has failed, nothing new is begun. `crashed`: nothing is written any more. */
  halted(): 'failed' | 'crashed' | undefined;
  /** Crashes the run when the test wants it here. */
  crashPoint(key: string, point: 'call' | 'end'): void;
}

/** Takes one step to its end, as the host does: intent, find, run, until, record. */
export class StepForward {
  #calling = false;

  constructor(
    private readonly key: string,
    private readonly spec: AnyStep,
    private readonly around: StepSurroundings,
  ) {}

  /** The step's output, from the journal when it is there. Throws `Rest`, or why the step failed. */
  async perform(): Promise<unknown> {
    const { key, spec } = this;
    const row = this.around.journal.find(key);
    if (row?.state === 'done') {
      if (spec.fits && row.output !== undefined && !spec.fits(row.output)) throw new Error(`the journaled output of "${key}" does not fit`);
      return asJson(row.output);
    }
    if (row?.state === 'failed') throw row.error;
    if (row?.state === 'dropped') throw new Rest();
    try {
      return await this.persist();
    } catch (error) {
      if (!(error instanceof Rest)) this.write({ state: 'failed', error });
      throw error;
    }
  }

  private get row(): JournalRow {
    return this.around.journal.find(this.key)!;
  }

  private write(change: Partial<JournalRow> & Pick<JournalRow, 'state'>): void {
    this.stopIfCrashed();
    this.around.journal.write(this.key, change);
  }

  private async persist(): Promise<unknown> {
    const { key, spec, around } = this;
    if (!spec.run && !spec.until && !spec.untilMany) throw new Error(`step "${key}" has neither 'run' nor 'until'`);
    const claim = asJson(spec.claim);
    if (holdsSecret(claim)) throw new Error(`the claim of step "${key}" holds a secret`);
    // A claim that was committed stays, whatever the function comes to afterwards.
    if (!around.journal.find(key)) this.write({ state: spec.run ? 'intended' : 'waiting', ...(claim === undefined ? {} : { claim }) });
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.proceed();
      } catch (error) {
        if (error instanceof Rest || tries >= around.patience.attempts || !this.mayTryAgain(error)) throw error;
        await pause(around.patience);
      }
    }
  }

  private mayTryAgain(error: unknown): boolean {
    // Of a blind call that may have worked nobody can tell: a person decides.
    if (this.spec.strength === 'blind' && this.row.unknown) return false;
    // Somebody was faster than the call: looking again tells whether it was us.
    const overtaken = this.#calling && this.spec.find !== undefined && isPanelError(error) && error.code === 'conflict';
    return mayPass(error) || overtaken;
  }

  private async proceed(): Promise<unknown> {
    const { spec } = this;
    this.#calling = false;
    // A pure wait that is taken up again has nothing to begin.
    if (this.row.state === 'intended' && !spec.run && spec.until) this.write({ state: 'waiting' });
    if (this.row.state === 'intended') {
      const found = spec.find ? await this.call(() => spec.find!(this.row.claim)) : undefined;
      if (found?.state === 'done') return this.finish(found.output);
      if (found?.state === 'pending') this.write({ state: 'waiting', task: asJson(found.task), unknown: true });
      else if (found === undefined || found.state === 'absent') {
        const answer = await this.start();
        if (!spec.until && !spec.untilMany) return this.finish(answer);
        this.write({ state: 'waiting', task: asJson(answer) });
      } else throw new Error(`'find' of step "${this.key}" answered neither absent, pending nor done`);
    }
    return this.wait();
  }

  private async start(): Promise<unknown> {
    const { key, spec, row } = this;
    if (this.around.halted() === 'failed') {
      this.write({ state: 'dropped' });
      throw new Rest();
    }
    if (spec.strength === 'blind' && !spec.find && row.unknown) throw new Error(`nobody can tell whether "${key}" took place`);
    if (!spec.run) throw new Error(`step "${key}" was begun, but has no 'run'`);
    this.write({ state: 'intended', unknown: true });
    this.#calling = true;
    try {
      const answer = await this.call(() => spec.run!(row.claim));
      // What comes of it later, such as the end of a task, is a definite answer to it.
      this.#calling = false;
      this.around.crashPoint(key, 'call');
      return answer;
    } catch (error) {
      // Any other answer is a definite one: this call did nothing.
      const definite = isPanelError(error) && error.code !== 'unknown_outcome';
      if (definite) this.write({ state: 'intended', unknown: row.unknown === true });
      // No answer in time, as on a busy machine: the panel dies all the same.
      else if (isPanelError(error)) this.around.crashPoint(key, 'call');
      throw error;
    }
  }

  private async wait(): Promise<unknown> {
    for (;;) {
      if (!this.spec.run && this.around.halted() === 'failed') {
        this.write({ state: 'dropped' });
        throw new Rest();
      }
      const polled = await this.poll(this.row.task);
      if (polled.state === 'done') return this.finish(polled.output);
      if (polled.state === 'failed') {
        // What was started has ended; it is begun anew, or given up.
        if (this.spec.run) this.write({ state: 'intended', task: undefined });
        throw polled.error;
      }
      if (polled.state !== 'pending') throw new Error(`'until' of step "${this.key}" answered neither pending, done nor failed`);
      const task = asJson(polled.task);
      if (task !== undefined) this.write({ state: 'waiting', task });
      await pause(this.around.patience);
    }
  }

  private async poll(task: Json | undefined): Promise<Polled<unknown, unknown>> {
    const { key, spec } = this;
    if (!spec.untilMany) return this.call(() => spec.until!(asJson(task)));
    const [polled, ...more] = await this.call(() => spec.untilMany!([asJson(task)]));
    if (polled === undefined || more.length > 0) throw new Error(`'untilMany' of step "${key}" answered another number than it was asked`);
    if (polled.state === 'troubled') throw polled.error;
    return polled;
  }

  private finish(output: unknown): unknown {
    this.around.crashPoint(this.key, 'end');
    const recorded = asJson(output);
    this.write({ state: 'done', output: recorded, task: undefined });
    return asJson(recorded);
  }

  /** One call into the module. Its answer, or its error, is lost when the run has crashed meanwhile. */
  private async call<T>(call: () => Promise<T>): Promise<T> {
    this.stopIfCrashed();
    let answer: T;
    try {
      answer = await withinStep(this.key, call);
    } catch (error) {
      this.stopIfCrashed();
      throw error;
    }
    this.stopIfCrashed();
    return answer;
  }

  private stopIfCrashed(): void {
    if (this.around.halted() === 'crashed') throw new Rest();
  }
}
