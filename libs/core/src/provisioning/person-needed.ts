import type { NewOperatorTask } from './journal.js';

/** Thrown through the replay to stop the job for a person. */
export class PersonNeeded extends Error {
  override readonly name = 'PersonNeeded';
  constructor(readonly task: NewOperatorTask) {
    super(task.title);
  }
}
