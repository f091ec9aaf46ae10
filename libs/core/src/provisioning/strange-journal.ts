import type { StepRow } from './job.js';
import type { JobLedger } from './job-ledger.js';
import type { NewOperatorTask } from './journal.js';
import { PersonNeeded } from './person-needed.js';
import type { Progress } from './progress.js';
import type { ReadyComponent } from './replay-ports.js';

/** A journal written by another version that names steps this one does not have is not guessed at. Throws `PersonNeeded`. */
export function refuseStrangeJournal(ledger: JobLedger, progress: Progress, components: readonly ReadyComponent[]): void {
  const planned = new Map(components.map((one) => [one.component.name, one]));
  for (const row of ledger.all()) {
    const [component, name] = row.key.split(' / ');
    const ready = planned.get(component ?? '');
    if (!ready || name === undefined || ready.module.version === ready.component.version) continue;
    if (!ready.operation.steps.some((step) => step.replaceAll('/', '∕') === name)) throw new PersonNeeded(unknownStep(row, progress));
  }
}

/** What a person is asked about a step that the journal knows and the function does not come to. */
export function unknownStep(row: StepRow, progress: Progress): NewOperatorTask {
  return {
    kind: 'extension',
    stepKey: row.key,
    title: `'${progress.title(row.key)}' is not known to the extension that is installed`,
    detail: 'Another version of the extension did it. Install that version again and retry, or see to it at the provider.',
  };
}
