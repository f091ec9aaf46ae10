import type { JobEvent } from './journal.js';
import type { Program } from './job.js';
import type { JobLedger } from './job-ledger.js';
import { storable } from './storable.js';

const separator = ' / ';

/** The journal's key of a step: component, then the names and keys of the steps it is part of, then its own. */
export function stepKey(...parts: readonly string[]): string {
  return parts.map((part) => storable(part).replaceAll('/', '∕')).join(separator);
}

/** What a person reads: the key without the component when there is only one. */
function stepTitle(key: string, program: Program): string {
  const first = program.components[0];
  return program.components.length === 1 && first && key.startsWith(first.name + separator)
    ? key.slice(first.name.length + separator.length)
    : key;
}

/** Counts the declared steps of a job and makes the lines of its progress list. */
export class Progress {
  private readonly declared: ReadonlyMap<string, number>;

  constructor(private readonly program: Program) {
    const declared = new Map<string, number>();
    for (const component of program.components)
      for (const name of component.steps) declared.set(stepKey(component.name, name), declared.size + 1);
    this.declared = declared;
  }

  /** Place of a declared step in the list, from 1; that of its outermost step for a part of another module; 0 for a repetition. */
  position(key: string): number {
    return this.declared.get(key) ?? this.declared.get(key.split(separator).slice(0, 2).join(separator)) ?? 0;
  }

  isDeclared(key: string): boolean {
    return this.declared.has(key);
  }

  /** `finishing`: a declared step that is being finished with this very line. */
  event(type: JobEvent['type'], ledger: JobLedger, key: string | null, message: string, finishing = false): JobEvent {
    const total = this.declared.size;
    let finished = finishing && key !== null && this.declared.has(key) ? 1 : 0;
    for (const row of ledger.each()) {
      if (row.key !== key && this.declared.has(row.key) && (row.state === 'done' || row.state === 'skipped')) finished += 1;
    }
    const percentage = type === 'complete' ? 100 : total === 0 ? 0 : Math.floor((finished / total) * 100);
    const step = type === 'complete' ? total : key === null ? finished : this.position(key);
    return { type, stepKey: key, step, total, percentage, message: storable(message) };
  }

  title(key: string): string {
    return stepTitle(key, this.program);
  }
}
