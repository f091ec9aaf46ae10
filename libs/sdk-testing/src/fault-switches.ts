import { faultKinds, type Fault, type FaultKind } from './sandbox.js';

interface ArmedFault {
  readonly fault: Fault;
  readonly path: RegExp | undefined;
  readonly mark: RegExp | undefined;
  passes: number;
  shows: number;
}

const knownKeys = new Set(['kind', 'method', 'path', 'mark', 'times', 'after', 'delayMs']);

/** The faults that a sandbox was told to show and has not shown yet. Shared by its HTTP and SSH sides. */
export class FaultSwitches {
  #armed: ArmedFault[] = [];

  /** Arms one. Throws a `TypeError` that names the field when the fault makes no sense. */
  add(fault: Fault): void {
    const checked = checkedFault(fault);
    this.#armed.push({
      fault: checked,
      path: checked.path === undefined ? undefined : new RegExp(checked.path),
      mark: checked.mark === undefined ? undefined : new RegExp(checked.mark),
      passes: checked.after ?? 0,
      shows: checked.times ?? 1,
    });
  }

  clear(): void {
    this.#armed = [];
  }

  /** What is still to be shown. */
  pending(): readonly Fault[] {
    return this.#armed.map((armed) => armed.fault);
  }

  /** The fault this call shows, if any, of these kinds; one showing is used up. The first armed comes first. */
  take(
    { method, path, mark = '' }: { readonly method: string; readonly path: string; readonly mark?: string },
    kinds: readonly FaultKind[] = faultKinds,
  ): Fault | undefined {
    for (const armed of this.#armed) {
      if (!kinds.includes(armed.fault.kind)) continue;
      if (armed.fault.method !== undefined && armed.fault.method.toUpperCase() !== method.toUpperCase()) continue;
      if (armed.path !== undefined && !armed.path.test(path)) continue;
      if (armed.mark !== undefined && !armed.mark.test(mark)) continue;
      if (armed.passes > 0) {
        armed.passes -= 1;
        continue;
      }
      armed.shows -= 1;
      if (armed.shows <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.fault;
    }
    return undefined;
  }
}

/** The fault, if the value is one; it may come from another process. Throws a `TypeError` that names the field. */
export function checkedFault(value: unknown): Fault {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('a fault is an object');
  const fault = value as Record<string, unknown>;
  for (const key of Object.keys(fault)) {
    if (!knownKeys.has(key)) throw new TypeError(`${key}: a fault has no such field`);
  }
  if (!faultKinds.includes(fault['kind'] as Fault['kind'])) throw new TypeError(`kind: one of ${faultKinds.join(', ')}`);
  for (const key of ['method', 'path', 'mark']) {
    if (fault[key] !== undefined && typeof fault[key] !== 'string') throw new TypeError(`${key}: a text`);
  }
  for (const [key, least] of [
    ['times', 1],
    ['after', 0],
    ['delayMs', 0],
  ] as const) {
    const number = fault[key];
    if (number !== undefined && (!Number.isInteger(number) || (number as number) < least))
      throw new TypeError(`${key}: a whole number from ${least}`);
  }
  for (const key of ['path', 'mark']) {
    try {
      new RegExp((fault[key] as string | undefined) ?? '');
    } catch (error) {
      throw new TypeError(`${key}: not a regular expression: ${(error as Error).message}`, { cause: error });
    }
  }
  return value as Fault;
}
