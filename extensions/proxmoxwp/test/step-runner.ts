import { isPanelError, type Json } from '@hostwright/sdk';

interface Spec {
  readonly claim?: Json;
  find?(claim: unknown): Promise<{ state: string; task?: unknown; output?: unknown }>;
  run?(claim: unknown): Promise<unknown>;
  until?(task: unknown): Promise<{ state: string; task?: unknown; output?: unknown; error?: unknown }>;
  undo?(output: unknown, claim: unknown, task?: Json): Promise<void | { state: 'pending'; task: Json }>;
}

interface Undo {
  readonly name: string;
  reverse(): Promise<void>;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 3));

/**
 * Runs an operation's steps by the protocol of the host, without its journal: find, run, until; back to find after an unknown
 * outcome; undo in reverse. `crashAfter` names steps whose call's answer is thrown away once, as by a crash before the journal.
 */
export class StepRunner {
  readonly finished: string[] = [];
  readonly skipped: string[] = [];
  /** What was asked of other modules, by step. */
  readonly asked = new Map<string, unknown>();
  private readonly undos: Undo[] = [];

  constructor(private readonly crashAfter: Set<string> = new Set()) {}

  readonly skip = (name: unknown): void => void this.skipped.push(String(name));

  readonly step = async (name: unknown, given: unknown): Promise<unknown> => {
    const title = String(name);
    if (typeof given === 'object' && given !== null && 'kind' in given) {
      this.asked.set(title, given);
      this.finished.push(title);
      return undefined;
    }
    const spec = given as Spec;
    const output = await this.forward(title, spec);
    this.finished.push(title);
    this.undos.push({ name: title, reverse: () => this.reverse(spec, output) });
    return output;
  };

  /** Undoes what was done, the last first. */
  async rollBack(): Promise<void> {
    for (const undo of this.undos.reverse()) await undo.reverse();
  }

  private async forward(title: string, spec: Spec): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 200) throw new Error(`${title} does not come to an end`);
      if (attempt > 0) await pause();
      try {
        let task: unknown;
        if (spec.run) {
          const found = (await spec.find?.(spec.claim)) ?? { state: 'absent' };
          if (found.state === 'done') return found.output;
          task = found.state === 'pending' ? found.task : await spec.run(spec.claim);
          if (found.state === 'absent' && this.crashAfter.delete(title)) continue;
          if (!spec.until) return task;
        }
        const ended = await this.wait(spec, task);
        if (ended.state === 'done') return ended.output;
        throw ended.error;
      } catch (error) {
        if (!isPanelError(error) || !['unknown_outcome', 'unavailable'].includes(error.code)) throw error;
      }
    }
  }

  private async wait(spec: Spec, first: unknown): Promise<{ state: string; output?: unknown; error?: unknown }> {
    let task = first;
    for (;;) {
      try {
        const polled = await spec.until!(task);
        if (polled.state !== 'pending') return polled;
        task = polled.task ?? task;
      } catch (error) {
        // A look that failed is repeated.
        if (!isPanelError(error) || !['unknown_outcome', 'unavailable'].includes(error.code)) throw error;
      }
      await pause();
    }
  }

  private async reverse(spec: Spec, output: unknown): Promise<void> {
    if (!spec.undo) {
      if (spec.claim !== undefined) throw new Error('a step with a claim has no undo');
      return;
    }
    let task: Json | undefined;
    for (;;) {
      try {
        const answer = await spec.undo(output, spec.claim, task);
        if (!answer) return;
        task = answer.task;
      } catch (error) {
        if (!isPanelError(error) || !['unknown_outcome', 'unavailable'].includes(error.code)) throw error;
      }
      await pause();
    }
  }
}
