import type { Json } from '@hostwright/sdk';
import { asJson } from './plain-json.js';
import type { Sealer } from './sealer.js';

/** What steps of one job leave: plain JSON, secrets sealed for the place they are kept at. */
export class StepValues {
  constructor(
    private readonly jobId: string,
    private readonly sealer: Sealer,
  ) {}

  /** As the function sees it, the first time as after a crash, and as the journal keeps it; nothing is null there. */
  keep(key: string, value: unknown): { readonly value: Json | undefined; readonly kept: Json | null } {
    const plain = asJson(value);
    return { value: plain, kept: plain === undefined ? null : this.sealer.seal(plain, this.context(key)) };
  }

  open(key: string, kept: Json | null): Json | undefined {
    return kept === null ? undefined : this.sealer.open(kept, this.context(key));
  }

  private context(key: string): string {
    return `step/${this.jobId}/${key}`;
  }
}
