import type { SandboxCall } from './sandbox.js';

/** The last calls of a sandbox, oldest first. Bounded: a long test must not fill the memory. */
export class CallLog {
  readonly #calls: SandboxCall[] = [];

  constructor(private readonly limit = 5000) {}

  add(call: SandboxCall): void {
    this.#calls.push(call);
    if (this.#calls.length > this.limit) this.#calls.splice(0, this.#calls.length - this.limit);
  }

  list(): readonly SandboxCall[] {
    return [...this.#calls];
  }
}
