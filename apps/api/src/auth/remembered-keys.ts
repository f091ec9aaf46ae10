import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ApiKeys, Clock, type KeyCaller } from '@hostwright/core';
import { isPanelError } from '@hostwright/sdk';

/** How long a key is believed that the database cannot be asked about. Revoking it takes this long for a process cut off from it. */
const believedMs = 3_600_000;
const keptAtMost = 1_000;
/** A key that was good is not kept waiting for a database that hangs. */
const patienceMs = 2_000;

interface Remembered {
  readonly caller: KeyCaller;
  readonly until: number;
}

/** The check of keys for routes that have something to say while the database is away: then a key that was good at its last check is. */
@Injectable()
export class RememberedKeys {
  private readonly good = new Map<string, Remembered>();

  constructor(
    private readonly keys: ApiKeys,
    private readonly clock: Clock,
  ) {}

  /** Throws `unauthenticated`. */
  async check(key: string): Promise<KeyCaller> {
    const name = createHash('sha256').update(key).digest('base64');
    const now = this.clock.now().getTime();
    const remembered = this.good.get(name);
    try {
      const caller = await this.ask(key, remembered !== undefined);
      if (this.good.size >= keptAtMost) this.good.clear();
      this.good.set(name, { caller, until: now + believedMs });
      return caller;
    } catch (error) {
      // A refusal is an answer, and the end of it.
      if (isPanelError(error)) {
        this.good.delete(name);
        throw error;
      }
      if (!remembered || remembered.until <= now) throw error;
      return remembered.caller;
    }
  }

  private async ask(key: string, impatient: boolean): Promise<KeyCaller> {
    const asked = this.keys.check(key);
    if (!impatient) return asked;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the database did not answer within ${patienceMs} ms`)), patienceMs);
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
