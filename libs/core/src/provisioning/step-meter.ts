import type { EngineMeter, MeteredStep } from './engine-log.js';
import type { StepRow } from './job.js';
import type { LiveStep } from './live-step.js';
import type { Verdict } from './outcome.js';

/** What the steps of one turn tell the metrics. */
export class StepMeter {
  private readonly begun = new Map<string, () => number>();

  constructor(private readonly meter: EngineMeter) {}

  /** The turn has come to a step that is not at its end. */
  comesTo(step: LiveStep): void {
    if (!this.begun.has(step.key)) this.begun.set(step.key, this.meter.stopwatch());
  }

  /** `row`: the step as it was before its end, with the age it had when this turn came to it. */
  ended(step: LiveStep, outcome: string, row: Pick<StepRow, 'ageMs'> | undefined): void {
    const seconds = (row?.ageMs ?? 0) / 1000 + (this.begun.get(step.key)?.() ?? 0);
    this.meter.stepEnded({ ...metered(step), outcome, seconds });
  }

  callFailed(step: LiveStep, during: 'look' | 'call' | 'end', verdict: Verdict): void {
    this.meter.callFailed({ ...metered(step), during, verdict });
  }

  retried(step: LiveStep): void {
    this.meter.stepRetried(metered(step));
  }
}

function metered(step: LiveStep): MeteredStep {
  return { extension: step.module.extension, name: step.name };
}
