import type { NewOperatorTask } from './journal.js';
import type { StepSpec } from './live-step.js';

/** Thrown through the replay to stop the job for a person. */
export class PersonNeeded extends Error {
  override readonly name = 'PersonNeeded';
  constructor(readonly task: NewOperatorTask) {
    super(task.title);
  }
}

/** What is known, and the module's own advice on it. */
export function withAdvice(known: string, { advice }: StepSpec): string {
  return advice === undefined ? known : `${known.replace(/\.?$/, '.')} ${advice}`;
}
