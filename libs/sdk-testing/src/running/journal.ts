import type { Json } from '@hostwright/sdk';

/** What is known of one step. Everything in it has been JSON on the way. */
export interface JournalRow {
  /**
   * - `intended`: it is about to be looked for and called
   * - `waiting`: it was started, or is a pure wait; `task` is what `until` is given
   * - `dropped`: it was not begun, or not waited for any longer, because another step had failed
   */
  readonly state: 'intended' | 'waiting' | 'done' | 'skipped' | 'failed' | 'dropped';
  readonly claim?: Json;
  readonly task?: Json;
  readonly output?: Json;
  /** True when a call was made and nothing tells for certain what became of it. */
  readonly unknown?: boolean;
  /** With `failed`. */
  readonly error?: unknown;
}

/**
 * What an operation has done so far, by step: all that is left of it after a crash. Given to another run of the same operation, its
 * finished steps answer from here, and those that failed or were broken off are taken up again, looking before they call.
 */
export class TestJournal {
  readonly #rows = new Map<string, JournalRow>();

  /** @param key the step's name; of a repeated one `name / key` */
  find(key: string): JournalRow | undefined {
    return this.#rows.get(key);
  }

  /** Changes a step's row, or begins it. The last to be finished comes last. */
  write(key: string, change: Partial<JournalRow> & Pick<JournalRow, 'state'>): JournalRow {
    const row = { ...this.#rows.get(key), ...change };
    this.#rows.delete(key);
    this.#rows.set(key, row);
    return row;
  }

  /** Every step in the order of its last change; the finished ones in the order of completion. */
  rows(): readonly (readonly [key: string, row: JournalRow])[] {
    return [...this.#rows];
  }

  /** Keys of the steps in that state, in order. */
  keys(state: JournalRow['state']): readonly string[] {
    return this.rows().flatMap(([key, row]) => (row.state === state ? [key] : []));
  }

  /** Lets what failed or was dropped be tried once more. */
  reopen(): void {
    for (const [key, { state }] of this.rows()) {
      if (state === 'failed' || state === 'dropped') this.write(key, { state: 'intended', task: undefined, error: undefined });
    }
  }
}
