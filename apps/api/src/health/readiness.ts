import type { ExtensionListing } from '@hostwright/core';

/** One thing the process needs before it can serve. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves when it is there; what it throws is logged, callers are told the name only. */
  check(): Promise<void>;
}

/** What the process needs, by name. A class, so that it can be injected. */
export class Readiness {
  constructor(
    private readonly checks: readonly ReadinessCheck[],
    private readonly timeoutMs = 2_000,
  ) {}

  /** Name → undefined when it is there, or why not. Answers within the time limit whatever hangs. */
  async look(): Promise<ReadonlyMap<string, unknown>> {
    const results = await Promise.all(this.checks.map(async (check) => [check.name, await this.reasonAgainst(check)] as const));
    return new Map(results);
  }

  private async reasonAgainst(check: ReadinessCheck): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.timeoutMs} ms`)), this.timeoutMs);
    });
    try {
      await Promise.race([check.check(), late]);
      return undefined;
    } catch (error) {
      return error ?? new Error('failed');
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Extensions that were found but do not run; they never make the panel unready. */
export function notLoaded(extensions: readonly ExtensionListing[]): string[] {
  return extensions.filter(({ state }) => state !== 'loaded').map(({ id }) => id);
}
